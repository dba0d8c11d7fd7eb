import { AppError } from '../kernel/errors.ts'
import { hostOf, isMeant, type Named, nameKeyOf } from './names.ts'

interface Dated extends Named {
  readonly defaultAt: number | undefined
}

/** The accounts with the default first: the marked one, else the environment's, else the first that was linked. */
export function inOrder<Account extends Dated>(
  environment: Account | undefined,
  linked: readonly Account[],
): readonly Account[] {
  const all = environment === undefined ? linked : [environment, ...linked]
  const marked = all.reduce<Account | undefined>(
    (latest, account) => ((account.defaultAt ?? 0) > (latest?.defaultAt ?? 0) ? account : latest),
    undefined,
  )
  return marked === undefined ? all : [marked, ...all.filter((account) => account !== marked)]
}

/** What to call each account: its name, or its host when the environment has come to bring the same name. */
export function labelsOf(accounts: readonly Named[]): readonly string[] {
  const keys = accounts.map(({ name }) => nameKeyOf(name))
  return accounts.map(({ name, address }, index) =>
    keys.indexOf(keys[index] ?? '') === keys.lastIndexOf(keys[index] ?? '') ? name : hostOf(address),
  )
}

/**
 * The account that was asked for, if there is one.
 * @throws AppError `invalid_input` when several can be meant
 */
export function choose<Account extends Named>(
  accounts: readonly Account[],
  asked: string,
  title: string,
): Account | undefined {
  const meant = accounts.filter((account) => isMeant(account, asked))
  if (meant.every(({ address }) => address === meant[0]?.address)) return meant[0]
  throw new AppError('invalid_input', `Several ${title} accounts can be meant by this name.`, {
    hint: 'Ask the person which one it is and name it by its address.',
    candidates: meant.map(({ address }) => hostOf(address)),
  })
}

/** The names with the most in common with what was said first; those with nothing in common stay in their order. */
export function closest(labels: readonly string[], said: string): readonly string[] {
  const wanted = pairsOf(said)
  const likeness = (label: string) => pairsOf(label).filter((pair) => wanted.includes(pair)).length
  return labels
    .map((label) => ({ label, likeness: likeness(label) }))
    .sort((left, right) => right.likeness - left.likeness)
    .map(({ label }) => label)
}

/** Neighbouring letters: enough to bring "ООО «Ромашка»" up for "ромашка" and for a misspelling of it. */
function pairsOf(name: string): readonly string[] {
  const key = nameKeyOf(name)
  return Array.from({ length: Math.max(0, key.length - 1) }, (_, index) => key.slice(index, index + 2))
}
