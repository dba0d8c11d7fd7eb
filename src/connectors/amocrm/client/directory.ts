import { type Clock, systemClock } from '../../../kernel/clock.ts'
import { type AccountInfo, getAccount, type TaskType } from './account.ts'
import type { AmocrmClient } from './client.ts'
import { type CardEntity, type CustomField, listCustomFields } from './custom-fields.ts'
import { statusOf } from './errors.ts'
import { type LossReason, listLossReasons } from './loss-reasons.ts'
import type { Page } from './page.ts'
import { listPipelines, type Pipeline } from './pipelines.ts'
import { listUsers, type User } from './users.ts'

interface UserDirectory {
  readonly users: readonly User[]
  /** The connection is not an administrator's, so amoCRM does not say who works here. */
  readonly hidden: boolean
}

export type DirectoryPart = 'account' | 'users' | 'pipelines' | 'lossReasons' | `fields of ${CardEntity}`

/** What turns ids into names and back: loaded when asked for, kept for minutes, asked for once at a time. */
export interface AccountDirectory {
  account(): Promise<AccountInfo>
  users(): Promise<UserDirectory>
  /** Each with its stages. */
  pipelines(): Promise<readonly Pipeline[]>
  taskTypes(): Promise<readonly TaskType[]>
  /** All of them, from every page. */
  customFields(entity: CardEntity): Promise<readonly CustomField[]>
  lossReasons(): Promise<readonly LossReason[]>
  /** Forgets a part, so that the next question asks amoCRM: for a name or an id that is not found. */
  refresh(part: DirectoryPart): void
}

const KEPT_MS = 5 * 60_000
const directories = new WeakMap<AmocrmClient, AccountDirectory>()

/** The directory of the client's account; one and the same for each client. */
export function accountDirectory(client: AmocrmClient, clock: Clock = systemClock): AccountDirectory {
  const known = directories.get(client)
  if (known) return known
  const directory = createDirectory(client, clock)
  directories.set(client, directory)
  return directory
}

function createDirectory(client: AmocrmClient, clock: Clock): AccountDirectory {
  const kept = new Map<DirectoryPart, { readonly value: Promise<unknown>; readonly until: number }>()

  function keep<Value>(part: DirectoryPart, load: () => Promise<Value>): Promise<Value> {
    const known = kept.get(part)
    // Each part is kept under its own name by one line below, so what comes out is what went in.
    if (known && clock.now() < known.until) return known.value as Promise<Value>
    const value = load()
    const entry = { value, until: clock.now() + KEPT_MS }
    kept.set(part, entry)
    value.catch(() => kept.get(part) === entry && kept.delete(part))
    return value
  }

  const account = () => keep('account', () => getAccount(client, { with: ACCOUNT_PARTS }))
  return {
    account,
    users: () => keep('users', () => loadUsers(client)),
    pipelines: () => keep('pipelines', () => listPipelines(client)),
    taskTypes: async () => (await account())._embedded.task_types,
    customFields: (entity) => keep(`fields of ${entity}`, () => loadFields(client, entity)),
    lossReasons: () => keep('lossReasons', () => listLossReasons(client)),
    refresh: (part) => {
      kept.delete(part)
    },
  }
}

const ACCOUNT_PARTS = [
  'task_types',
  'users_groups',
  'datetime_settings',
  'is_api_filter_enabled',
  'entity_names',
] as const

async function loadUsers(client: AmocrmClient): Promise<UserDirectory> {
  try {
    const users = await all((page) => listUsers(client, { page, limit: 250, with: ['role', 'group'] }))
    return { users, hidden: false }
  } catch (error) {
    if (statusOf(error) !== 403) throw error
    return { users: [], hidden: true }
  }
}

function loadFields(client: AmocrmClient, entity: CardEntity): Promise<readonly CustomField[]> {
  return all((page) => listCustomFields(client, entity, { page, limit: 50 }))
}

/** More than any account has; a list that never ends must. */
const MOST_PAGES = 40

async function all<Item>(list: (page: number) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { items: more, hasMore } = await list(page)
    items.push(...more)
    if (!hasMore) break
  }
  return items
}
