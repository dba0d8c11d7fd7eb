import { distance } from './distance.ts'
import { fold, stem, toLatin, words } from './fold.ts'

export interface NameMatch<Item> {
  /** The items that fit best, all by the same rule; empty when nothing fits. */
  readonly hits: readonly Item[]
  /** The rule was exact, case-folded or by word stem: good enough to write by. */
  readonly sure: boolean
  /** Every item, the likeliest first: what to offer when there is no single hit. */
  readonly nearest: readonly Item[]
}

/** Finds by human name: exact, then case-folded, then word stems in any order, then Latin spelling and typing errors. */
export function matchName<Item>(
  asked: string,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): NameMatch<Item> {
  const nearest = rank(asked, items, nameOf)
  for (const rule of SURE_RULES) {
    const hits = items.filter((item) => rule(asked, nameOf(item)))
    if (hits.length > 0) return { hits, sure: true, nearest: [...new Set([...hits, ...nearest])] }
  }
  const distances = nearest.map((item) => unlikeness(asked, nameOf(item)))
  const best = distances[0] ?? 1
  const hits = best <= SIMILAR ? nearest.filter((_, index) => distances[index] === best) : []
  return { hits, sure: false, nearest }
}

/** The share of letters that may differ in a name that is merely misspelled. */
const SIMILAR = 0.26

type Rule = (asked: string, name: string) => boolean

const SURE_RULES: readonly Rule[] = [
  (asked, name) => asked.trim() === name.trim(),
  (asked, name) => fold(asked) !== '' && fold(asked) === fold(name),
  (asked, name) => holdsAll(words(name).map(stem), words(asked).map(stem)),
]

/** True when every asked word is among the words of the name; word order is free. */
function holdsAll(name: readonly string[], asked: readonly string[]): boolean {
  return asked.length > 0 && asked.every((word) => name.includes(word))
}

function rank<Item>(asked: string, items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, far: unlikeness(asked, nameOf(item)) }))
    .sort((left, right) => left.far - right.far)
    .map(({ item }) => item)
}

/** 0 for the same letters, 1 for nothing in common; a whole name or a part of it in equal number of words. */
function unlikeness(asked: string, name: string): number {
  const wanted = toLatin(asked).split(' ')
  const whole = toLatin(name).split(' ')
  const starts = Array.from({ length: Math.max(1, whole.length - wanted.length + 1) }, (_, start) => start)
  const parts = starts.map((start) => whole.slice(start, start + wanted.length).join(' '))
  const text = wanted.join(' ')
  return Math.min(...[whole.join(' '), ...parts].map((part) => share(text, part)))
}

function share(left: string, right: string): number {
  return distance(left, right) / Math.max(left.length, right.length, 1)
}
