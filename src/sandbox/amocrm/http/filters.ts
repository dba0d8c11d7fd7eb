import type { Account } from '../state.ts'
import { at, integerOf, listOf, type QueryArray, type QueryNode, textOf } from './query.ts'

/** Whether a record passes the value that `filter[key]` has. */
export type Filter<T> = (record: T, node: QueryNode, account: Account) => boolean

/** By the key under `filter`; a key that is not here is ignored, as upstream. */
export type Filters<T> = Readonly<Record<string, Filter<T>>>

export function filtered<T>(rows: Iterable<T>, query: QueryArray, table: Filters<T>, account: Account): T[] {
  const filter = query.get('filter')
  const active = Object.entries(table).flatMap(([key, passes]) => {
    const node = at(filter, key)
    return node === undefined ? [] : [(row: T) => passes(row, node, account)]
  })
  return [...rows].filter((row) => active.every((passes) => passes(row)))
}

/** One of the listed values; numbers are compared as text. */
export function oneOf<T>(read: (record: T) => string | number | null): Filter<T> {
  return (record, node) => listOf(node).includes(String(read(record)))
}

/** `[from]`, `[to]`, or one number that means "since". Bounds are inclusive. */
export function between<T>(read: (record: T) => number | null): Filter<T> {
  return (record, node) => {
    const value = read(record)
    const from = integerOf(at(node, 'from')) ?? integerOf(node)
    const to = integerOf(at(node, 'to'))
    if (value === null) return from === undefined && to === undefined
    return value >= (from ?? Number.NEGATIVE_INFINITY) && value <= (to ?? Number.POSITIVE_INFINITY)
  }
}

/** The exact text, or one of several. */
export function exactly<T>(read: (record: T) => string): Filter<T> {
  return (record, node) => {
    const one = textOf(node)
    return one === undefined ? listOf(node).includes(read(record)) : one === read(record)
  }
}

/** The first `order[key]` that the table knows decides; ties and everything else go by id. */
export function ordered<T extends { readonly id: number }>(
  rows: readonly T[],
  query: QueryArray,
  keys: Readonly<Record<string, (record: T) => number>>,
): T[] {
  const order = query.get('order')
  const asked = order instanceof Map ? [...order.keys()].find((key) => Object.hasOwn(keys, key)) : undefined
  const value = asked === undefined ? undefined : keys[asked]
  const sign = asked !== undefined && textOf(at(order, asked))?.toLowerCase() === 'desc' ? -1 : 1
  return rows.toSorted((a, b) => sign * ((value ? value(a) - value(b) : 0) || a.id - b.id))
}

/** The words of `with=a,b`. */
export function withOf(query: QueryArray): ReadonlySet<string> {
  return new Set(listOf(query.get('with')))
}
