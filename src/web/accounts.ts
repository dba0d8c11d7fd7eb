import { secretOf } from '../accounts/account-store.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { setDefault } from '../accounts/set-default.ts'
import { unlinkAccount } from '../accounts/unlink-account.ts'
import type { ShownAccount } from '../console/pages/account-entry.ts'
import { accountsPage } from '../console/pages/accounts-page.ts'
import type { LinkForm } from '../console/pages/link-form.ts'
import { type AccountsWords, accountsWords } from '../console/words/accounts.ts'
import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { freshLinkForm, type LinkAround, linkFromForm } from './link-from-form.ts'
import { environmentFor, type PersonAccount, personAccounts } from './person-accounts.ts'
import type { PersonVisit, WebRoute } from './visit.ts'

export interface AccountsAround extends LinkAround {
  readonly accounts: Pick<Accounts, 'overview' | 'fresh'>
}

const DONE: readonly (keyof AccountsWords['done'])[] = ['linked', 'renewed', 'unlinked', 'default']

/** A person's upstream accounts: a card per connector, to link, unlink and choose the default. */
export function accountsRoutes(around: AccountsAround): readonly WebRoute[] {
  const { connectors, accounts, accountStore, vault, link } = around

  async function show(
    visit: PersonVisit,
    refused?: { connector: Connector; form: LinkForm },
  ): Promise<Response> {
    const { session, lang, base, csrf, url } = visit
    const { person } = session
    const caller = { userId: person.id }
    await accounts.fresh(caller)
    const own = await personAccounts(person, around)
    const entries = await Promise.all(own.map((account) => entryOf(account, person.id)))
    const done = url.searchParams.get('done')
    const main = accountsPage({
      lang,
      base,
      csrf,
      connectors: connectors.map((connector) => ({
        id: connector.id,
        title: connector.title,
        accounts: entries.filter((_, index) => own[index]?.connector === connector),
        isDemo: accounts.overview(connector.id, caller).state === 'demo',
        form: refused?.connector === connector ? refused.form : formOf(connector),
      })),
      done: refused === undefined ? DONE.find((word) => word === done) : undefined,
      gone: refused === undefined && done === 'gone',
    })
    return visit.page({ title: accountsWords[lang].title, status: refused === undefined ? 200 : 422, main })
  }

  async function entryOf(account: PersonAccount, owner: string): Promise<ShownAccount> {
    const { id, label, host, linkedAt } = account
    return {
      name: label,
      host,
      isEnvironment: id === undefined,
      linkedAt,
      trouble: await troubleOf(account, owner),
    }
  }

  /** Why it cannot be worked in, as far as this side knows. */
  async function troubleOf({ id, refusedAt, connector }: PersonAccount, owner: string) {
    if (id === undefined) return undefined
    if (refusedAt !== undefined) return 'refused'
    try {
      const secret = await vault.get(secretOf({ id, owner, connector: connector.id }))
      return secret === undefined ? 'broken' : undefined
    } catch (error) {
      if (error instanceof AppError) return error.kind === 'unavailable' ? 'away' : 'broken'
      throw error
    }
  }

  async function linkOne(visit: PersonVisit): Promise<Response> {
    const { session, form: sent } = visit
    const connector = connectors.find(({ id, form }) => id === sent.get('connector') && form.length > 0)
    if (connector === undefined) return done(visit, 'gone')
    const linked = await linkFromForm({ person: session.person, connector, sent }, around)
    if ('fields' in linked) return show(visit, { connector, form: linked })
    return done(visit, linked.isRelinked ? 'renewed' : 'linked')
  }

  /** The account of this person that the form names; anybody else's does not exist. */
  async function meant({ session, form }: PersonVisit): Promise<PersonAccount | undefined> {
    const own = await personAccounts(session.person, around)
    const [connector, host] = [form.get('connector'), form.get('account')]
    return own.find((account) => account.connector.id === connector && account.host === host)
  }

  async function makeDefault(visit: PersonVisit): Promise<Response> {
    const { person } = visit.session
    const account = await meant(visit)
    if (account === undefined) return done(visit, 'gone')
    const { connector, address: name } = account
    const environment = environmentFor(person, connector, around)
    const wish = { owner: person.id, connector, name }
    const found = await setDefault(wish, { store: accountStore, environment, clock: link.clock })
    return done(visit, found === undefined ? 'gone' : 'default')
  }

  async function unlink(visit: PersonVisit): Promise<Response> {
    const account = await meant(visit)
    if (account?.id === undefined) return done(visit, 'gone')
    const { connector, address: name } = account
    try {
      const wish = { owner: visit.session.person.id, connector, name }
      await unlinkAccount(wish, { store: accountStore, environment: undefined })
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_linked') return done(visit, 'gone')
      throw error
    }
    return done(visit, 'unlinked')
  }

  return [
    { method: 'GET', path: '/console/accounts', needs: 'person', handle: (visit) => show(visit) },
    { method: 'POST', path: '/console/accounts', needs: 'person', handle: linkOne },
    { method: 'POST', path: '/console/accounts/default', needs: 'person', handle: makeDefault },
    { method: 'POST', path: '/console/accounts/unlink', needs: 'person', handle: unlink },
  ]
}

function formOf({ form }: Connector): LinkForm | undefined {
  return form.length === 0 ? undefined : freshLinkForm(form)
}

function done(visit: PersonVisit, what: keyof AccountsWords['done'] | 'gone'): Response {
  return visit.redirect(`/console/accounts?done=${what}`)
}
