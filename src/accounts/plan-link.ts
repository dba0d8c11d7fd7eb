import { AppError } from '../kernel/errors.ts'
import type { LinkedAccount } from './account-store.ts'
import { hostOf, isMeant, type Named, nameKeyOf } from './names.ts'

/** What linking comes to: under which name, and in whose place. */
export interface LinkPlan {
  readonly name: string
  /** The same upstream account under an earlier token. */
  readonly replaces: LinkedAccount | undefined
}

/**
 * Decides how an account is added to those that the person has of this connector.
 * @throws AppError `invalid_input` when it is there already, or when a name would come to mean two accounts;
 * `cause.reason` is `linked_by_environment`, `linked_under_other_name` or `name_taken`
 */
export function planLink(
  wanted: { readonly address: string; readonly shortName: string; readonly name: string | undefined },
  linked: readonly LinkedAccount[],
  environment: Named | undefined,
): LinkPlan {
  const { address } = wanted
  if (environment?.address === address) {
    throw new AppError('invalid_input', `${hostOf(address)} is linked by the environment already.`, {
      hint: `Set the new token there, or remove the account's variables from it and run the command again.`,
      cause: { reason: 'linked_by_environment' },
    })
  }
  const replaces = linked.find((account) => account.address === address)
  const name = wanted.name ?? replaces?.name ?? wanted.shortName
  if (replaces !== undefined) {
    if (nameKeyOf(name) === nameKeyOf(replaces.name)) return { name: replaces.name, replaces }
    throw new AppError('invalid_input', `${hostOf(address)} is linked already, as "${replaces.name}".`, {
      hint: `Run the command without --name to give it a new token; to rename it, unlink it first.`,
      cause: { reason: 'linked_under_other_name' },
    })
  }
  const others: readonly Named[] = environment === undefined ? linked : [...linked, environment]
  const rival = others.find((other) => isMeant(other, name) || isMeant({ name, address }, other.name))
  if (rival === undefined) return { name, replaces }
  throw new AppError(
    'invalid_input',
    `Another account, ${hostOf(rival.address)}, already goes by the name "${rival.name}".`,
    {
      hint: 'Give this one a name of its own with --name, or unlink the other one first.',
      cause: { reason: 'name_taken' },
    },
  )
}
