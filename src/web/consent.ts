import type { Asking, AuthorizationServer } from '../auth/oauth/authorization-server.ts'
import { assets } from '../console/assets.ts'
import { consentOverPage, consentPage } from '../console/pages/consent-page.ts'
import { DAY_MS } from '../console/pages/grant-fields.ts'
import { type Days, freshGrantForm, type GrantForm, type GrantOptions } from '../console/pages/grant-form.ts'
import { consentWords } from '../console/words/consent.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Person } from '../people/person.ts'
import { asSent, isGrant, readGrant } from './grant.ts'
import { type GrantAround, grantOptions } from './grant-options.ts'
import type { Visit, WebRoute } from './visit.ts'

export interface ConsentAround extends GrantAround {
  readonly server: Pick<AuthorizationServer, 'asking' | 'signIn' | 'allow' | 'deny'>
  readonly clock: Clock
}

const PATH = '/oauth/interaction/:uid'
const DAYS: readonly Days[] = [30, 90, 365]

/** Where an authorization asks its person: for a sign-in first, then for consent. */
export function consentRoutes(around: ConsentAround): readonly WebRoute[] {
  const { server, clock } = around

  /** Answers unless there is something to ask this person. */
  async function ready(
    visit: Visit,
  ): Promise<{ asking: Asking; person: Person } | { answer: Response | undefined }> {
    const asking = await openAsking(visit)
    if (asking === undefined) return { answer: await overPage(visit) }
    const person = visit.session?.person
    if (person === undefined) {
      return { answer: visit.redirect(`/console/sign-in?next=${encodeURIComponent(pathOf(asking))}`) }
    }
    // Somebody else may have signed in at this browser since the authorization began.
    if (asking.prompt === 'login' || asking.personId !== person.id) {
      await server.signIn(visit.incoming, visit.outgoing, person.id)
      return { answer: undefined }
    }
    return { asking, person }
  }

  async function openAsking({ incoming, outgoing, params }: Visit): Promise<Asking | undefined> {
    try {
      const asking = await server.asking(incoming, outgoing)
      return asking.uid === params.uid ? asking : undefined
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_found') return undefined
      throw error
    }
  }

  const optionsOf = ({ scopes }: Asking, person: Person, { lang }: Visit) =>
    grantOptions({ asked: scopes, person, lang, days: DAYS }, around)

  function show(visit: Visit, asked: Asked, form: GrantForm): Promise<Response> {
    const { lang, base, csrf } = visit
    const { asking, person, options } = asked
    const { client, redirect } = asking
    return visit.page({
      title: consentWords[lang].title,
      status: form.problem === undefined ? 200 : 422,
      formAction: [redirect.origin],
      scripts: [assets.steadyAnswer],
      main: consentPage({
        lang,
        base,
        csrf,
        path: pathOf(asking),
        program: { ...client, host: redirect.host.replace(/:$/, ''), goesTo: whereTo(redirect) },
        personName: person.name,
        now: clock.now(),
        options,
        form,
      }),
    })
  }

  return [
    {
      method: 'GET',
      path: PATH,
      needs: 'nothing',
      async handle(visit) {
        const state = await ready(visit)
        if ('answer' in state) return state.answer
        const options = await optionsOf(state.asking, state.person, visit)
        return show(visit, { ...state, options }, freshGrantForm(options))
      },
    },
    {
      method: 'POST',
      path: PATH,
      needs: 'nothing',
      async handle(visit) {
        const state = await ready(visit)
        if ('answer' in state) return state.answer
        const { asking, person } = state
        const { incoming, outgoing, form } = visit
        const decision = form.get('decision')
        if (decision === 'deny') return void (await server.deny(incoming, outgoing))
        const options = await optionsOf(asking, person, visit)
        const read = readGrant(form, options)
        if (!isGrant(read)) return show(visit, { asking, person, options }, read)
        if (decision !== 'allow') return show(visit, { asking, person, options }, asSent(form, read))
        const { scopes, accounts, toolsets, days } = read
        await server.allow(incoming, outgoing, person.id, {
          scopes,
          ...(accounts && { accounts }),
          ...(toolsets && { toolsets }),
          expiresAt: clock.now() + days * DAY_MS,
        })
        return undefined
      },
    },
  ]
}

interface Asked {
  readonly asking: Asking
  readonly person: Person
  readonly options: GrantOptions
}

function overPage(visit: Visit): Promise<Response> {
  const { lang, base } = visit
  const { overTitle } = consentWords[lang]
  return visit.page({ title: overTitle, status: 404, main: consentOverPage({ lang, base }) })
}

function pathOf({ uid }: Asking): string {
  return `/oauth/interaction/${uid}`
}

function whereTo({ origin, isLoopback }: Asking['redirect']): 'host' | 'computer' | 'app' {
  if (isLoopback) return 'computer'
  return origin.endsWith(':') ? 'app' : 'host'
}
