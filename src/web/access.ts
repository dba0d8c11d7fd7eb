import type { ConnectionStore } from '../auth/connection.ts'
import type { Tokens } from '../auth/tokens.ts'
import { assets } from '../console/assets.ts'
import { accessPage, createdTokenPage, noConnectionPage } from '../console/pages/access-page.ts'
import { type Days, freshGrantForm, type GrantForm } from '../console/pages/grant-form.ts'
import { type AccessWords, accessWords } from '../console/words/access.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { asSent, isGrant, readGrant } from './grant.ts'
import { type GrantAround, grantOptions } from './grant-options.ts'
import { personAccounts } from './person-accounts.ts'
import { reasonOf } from './reason.ts'
import { shownConnection } from './shown-connection.ts'
import type { PersonVisit, WebRoute } from './visit.ts'

export interface AccessAround extends GrantAround {
  readonly connections: Pick<ConnectionStore, 'list' | 'end'>
  readonly tokens: Pick<Tokens, 'create'>
  readonly clock: Clock
}

type Problem = keyof AccessWords['problems']

/** A form that could not be taken, as it was sent. */
interface Refused {
  readonly tokenName: string
  readonly form?: GrantForm
  readonly problem?: Problem
}

const DAYS: readonly Days[] = [30, 90, 365, 0]

/** Who acts for a person: programs and personal tokens, to be seen, made and ended. */
export function accessRoutes(around: AccessAround): readonly WebRoute[] {
  const { connectors, ceiling, connections, tokens, clock } = around

  const optionsOf = ({ session, lang }: PersonVisit) =>
    grantOptions({ asked: ceiling, person: session.person, lang, days: DAYS }, around)

  async function show(visit: PersonVisit, refused?: Refused): Promise<Response> {
    const { session, lang, base, csrf, url } = visit
    const { person } = session
    const now = clock.now()
    const [options, accounts, own] = await Promise.all([
      optionsOf(visit),
      personAccounts(person, around),
      connections.list(person.id),
    ])
    const main = accessPage({
      lang,
      base,
      csrf,
      now,
      connections: own.map((connection) =>
        shownConnection(connection, { lang, now, connectors, ceiling, accounts }),
      ),
      options,
      form: refused?.form ?? freshGrantForm(options),
      tokenName: refused?.tokenName ?? '',
      problem: refused?.problem,
      done: refused === undefined && url.searchParams.get('done') === 'revoked' ? 'revoked' : undefined,
    })
    return visit.page({ title: accessWords[lang].title, status: refused === undefined ? 200 : 422, main })
  }

  async function create(visit: PersonVisit): Promise<Response> {
    const { form, lang, base } = visit
    const tokenName = form.get('name') ?? ''
    const read = readGrant(form, await optionsOf(visit))
    if (!isGrant(read)) return show(visit, { tokenName, form: read })
    const again = (problem: Problem) => show(visit, { tokenName, form: asSent(form, read), problem })
    const { days, ...grant } = read
    try {
      const owner = visit.session.person.id
      const made = await tokens.create({
        ...grant,
        owner,
        name: tokenName,
        days: days === 0 ? 'never' : days,
      })
      const main = createdTokenPage({ lang, base, name: made.connection.name, token: made.token })
      return visit.page({ title: accessWords[lang].token, main, scripts: [assets.copyButtons] })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const reason = reasonOf(error)
      if (reason === 'bad_name' || reason === 'too_many_tokens') return again(reason)
      if (error.kind === 'invalid_input') return again('refused')
      if (error.kind === 'unavailable') return again('unavailable')
      throw error
    }
  }

  async function revoke(visit: PersonVisit): Promise<Response> {
    const { session, params, lang, base } = visit
    const { id: owner } = session.person
    const own = (await connections.list(owner)).find(({ id }) => id === params.id)
    if (own === undefined) {
      const { missingTitle } = accessWords[lang]
      return visit.page({ title: missingTitle, status: 404, main: noConnectionPage({ lang, base }) })
    }
    // False when it has ended meanwhile, which is what was wanted.
    await connections.end(own.id, owner, 'revoked', clock.now())
    return visit.redirect('/console/access?done=revoked')
  }

  return [
    { method: 'GET', path: '/console/access', needs: 'person', handle: (visit) => show(visit) },
    { method: 'POST', path: '/console/access', needs: 'person', handle: create },
    { method: 'POST', path: '/console/access/:id/revoke', needs: 'person', handle: revoke },
  ]
}
