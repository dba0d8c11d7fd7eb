import { joinMain, joinTitle } from '../console/pages/join-page.ts'
import { frameWords } from '../console/words/frame.ts'
import { AppError } from '../kernel/errors.ts'
import type { People } from '../people/people.ts'
import { type DisconnectAround, disconnect, wantsDisconnect } from './disconnect.ts'
import { type EnterAround, enter } from './enter.ts'
import { partsOf, refusedBy } from './refused.ts'
import type { Visit, WebRoute } from './visit.ts'

export interface JoinAround extends EnterAround, DisconnectAround {
  readonly people: Pick<People, 'accept' | 'isClaimed' | 'signOut' | 'ticket'>
}

type TicketKind = 'setup' | 'invite'

/** Where one-time links lead: the first start of a server and its recovery, and invitations. */
export function joinRoutes(around: JoinAround): readonly WebRoute[] {
  const { people } = around
  const kinds: readonly TicketKind[] = ['setup', 'invite']
  return kinds.flatMap((kind): readonly WebRoute[] => {
    const path = `/console/${kind}/:key`
    return [
      { method: 'GET', path, needs: 'nothing', handle: (visit) => page(visit, kind) },
      { method: 'POST', path, needs: 'nothing', handle: (visit) => accept(visit, kind) },
    ]
  })

  async function accept(visit: Visit, kind: TicketKind): Promise<Response> {
    const { form, from } = visit
    const typed = { login: form.get('login') ?? '', name: form.get('name') ?? '' }
    const newcomer = { ...typed, password: form.get('password') ?? '' }
    try {
      const signedIn = await people.accept(keyOf(visit), kind, newcomer, from)
      if (kind === 'setup' && wantsDisconnect(form)) await disconnect(around, signedIn.session.person.id)
      return visit.redirect('/console', await enter(around, visit, signedIn))
    } catch (error) {
      return page(visit, kind, { typed, problem: refusedBy(error) })
    }
  }

  async function page(
    visit: Visit,
    kind: TicketKind,
    again?: { typed: { login: string; name: string }; problem: ReturnType<typeof refusedBy> },
  ): Promise<Response> {
    const { lang, base, csrf, session, url } = visit
    const ticket = await people.ticket(keyOf(visit), kind)
    if (ticket === undefined) throw keyOver()
    const { role, name, inviter } = ticket
    const shown = kind === 'setup' && (await people.isClaimed()) ? 'recover' : kind
    const title = joinTitle(lang, shown)
    const typed = again?.typed ?? { login: '', name }
    const action = base + url.pathname
    const signedInAs = session?.person.name
    const disconnects = again === undefined || wantsDisconnect(visit.form)
    return visit.page({
      title: again === undefined ? title : `${frameWords[lang].error}: ${title}`,
      main: joinMain({
        lang,
        csrf,
        action,
        kind: shown,
        role,
        inviter,
        typed,
        disconnects,
        signedInAs,
        problem: again?.problem,
      }),
      ...(again && partsOf(again.problem)),
    })
  }
}

function keyOf({ params }: Visit): string {
  return params.key ?? ''
}

function keyOver(): AppError {
  return new AppError('not_found', 'The link is wrong, used already or too old.', {
    hint: 'Ask for a new one.',
    cause: { reason: 'key_over' },
  })
}
