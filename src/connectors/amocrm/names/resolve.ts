import { AppError } from '../../../kernel/errors.ts'
import { matchName } from './match.ts'

/** The things a name may mean. */
export interface Choice<Item> {
  /** What one of them is called in a sentence, for example `stage`. */
  readonly noun: string
  readonly items: readonly Item[]
  name(item: Item): string
  id(item: Item): number
  /** How a candidate is shown, when the name alone does not tell two apart. */
  label?(item: Item): string
}

/**
 * The one item that a person's word means: a name, or an id in digits.
 * A read forgives spelling; a write never guesses, and gets candidates instead.
 * @throws AppError `not_found` when nothing is near, `invalid_input` when several are or when a write would guess.
 */
export function resolveName<Item>(asked: string, choice: Choice<Item>, access: 'read' | 'write'): Item {
  const { hits, sure, nearest } = matchName(asked, choice.items, choice.name)
  const [hit] = hits
  if (hit !== undefined && hits.length === 1 && (sure || access === 'read')) return hit
  const byId = choice.items.filter((item) => String(choice.id(item)) === asked.trim().replace(/^#/, ''))
  if (byId[0] !== undefined && byId.length === 1) return byId[0]

  const label = choice.label ?? choice.name
  const candidates = [...new Set([...hits, ...nearest].map(label))].slice(0, 5)
  if (hits.length > 1) {
    throw new AppError('invalid_input', `More than one ${choice.noun} fits this name.`, {
      hint: `Repeat the call with the full name or id of one ${choice.noun}.`,
      candidates,
    })
  }
  throw new AppError(hit ? 'invalid_input' : 'not_found', `No ${choice.noun} has exactly this name.`, {
    hint: `Repeat the call with one of the candidates, spelled as shown.`,
    candidates,
  })
}

/** The choice among things that are called by their `name`. */
export function named<Item extends { readonly id: number; readonly name: string }>(
  noun: string,
  items: readonly Item[],
): Choice<Item> {
  return { noun, items, name: (item) => item.name, id: (item) => item.id }
}
