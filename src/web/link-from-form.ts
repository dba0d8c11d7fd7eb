import { type Linked, linkAccount } from '../accounts/link-account.ts'
import { readName } from '../accounts/names.ts'
import type { LinkForm } from '../console/pages/link-form.ts'
import type { Around, Connector, LinkField } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { CallRate } from '../kernel/rate.ts'
import type { Person } from '../people/person.ts'
import type { Vault } from '../vault/vault.ts'
import { environmentFor, type PersonAccountsAround } from './person-accounts.ts'
import { reasonOf } from './reason.ts'

export interface LinkAround extends PersonAccountsAround {
  readonly vault: Pick<Vault, 'get' | 'put' | 'remove'>
  /** What the accounts of upstreams are made with. */
  readonly link: Omit<Around, 'demo'>
  /** Shared by all replicas. */
  readonly rate: CallRate
}

/** Every attempt asks the upstream in this server's name: ten at once, then one in three minutes. In microseconds. */
const ATTEMPTS = { step: 180_000_000, room: 9 * 180_000_000 }

/** The upstream is asked two or three things; one that is slow gets its time. */
const PATIENCE_MS = 60_000

export function freshLinkForm(fields: readonly LinkField[]): LinkForm {
  return { fields, values: {}, wrong: {}, name: '', problem: undefined }
}

/**
 * Links what a form names, or gives it back with what is wrong. Only the fields of the form become variables: an
 * address that the connector would take from its environment cannot come from a page.
 */
export async function linkFromForm(
  { person, connector, sent }: { person: Person; connector: Connector; sent: URLSearchParams },
  around: LinkAround,
): Promise<Linked | LinkForm> {
  const { form: fields } = connector
  const variables = Object.fromEntries(
    fields.map(({ variable }) => [variable, (sent.get(variable) ?? '').trim()]),
  )
  const typed = (sent.get('name') ?? '').trim()
  const open = fields.filter(({ isSecret }) => !isSecret).map(({ variable }) => variable)
  const form: LinkForm = {
    fields,
    values: Object.fromEntries(open.map((variable) => [variable, variables[variable] ?? ''])),
    wrong: wrongOf(variables, connector),
    name: typed,
    problem: undefined,
  }
  if (Object.keys(form.wrong).length > 0) return form
  const name = typed === '' ? undefined : typed
  if (name !== undefined && !canBeName(name)) return { ...form, problem: 'bad_name' }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const waitMs = await around.rate.take(`link ${person.id}`, ATTEMPTS)
    if (waitMs > 0) return { ...form, problem: 'too_many' }
    return await linkAccount(
      { owner: person.id, connector, variables, name, isDefault: false, signal },
      {
        store: around.accountStore,
        vault: around.vault,
        environment: environmentFor(person, connector, around),
        link: around.link,
      },
    )
  } catch (error) {
    return { ...form, problem: problemOf(error) }
  }
}

/** By variable, what cannot be. */
function wrongOf(variables: Readonly<Record<string, string>>, connector: Connector): LinkForm['wrong'] {
  const issues = connector.variables.safeParse(variables).error?.issues ?? []
  const wrong = issues.map(({ path }) => [String(path[0]), 'wrong'] as const)
  const empty = Object.entries(variables).filter(([, value]) => value === '')
  return Object.fromEntries([...wrong, ...empty.map(([variable]) => [variable, 'empty'] as const)])
}

function canBeName(text: string): boolean {
  try {
    return readName(text) !== ''
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

const CONFLICTS = ['linked_by_environment', 'linked_under_other_name', 'name_taken'] as const

function problemOf(error: unknown): NonNullable<LinkForm['problem']> {
  if (!(error instanceof AppError)) throw error
  const { kind } = error
  const reason = reasonOf(error)
  const conflict = CONFLICTS.find((word) => word === reason)
  if (conflict !== undefined) return conflict
  return kind === 'needs_confirmation' || kind === 'unverified' ? 'invalid_input' : kind
}
