import { distance } from './distance.ts'
import { fold, stem, toLatin, words } from './fold.ts'

export interface NameMatch<Item> {
  /** The items that fit best, all by the same rule; empty when nothing fits. */
  readonly hits: readonly Item[]
  /** The rule was exact, case-folded or by word stem: good enough to write by. */
  readonly sure: boolean
  /** What to offer when there is no single hit, the likeliest first: the hits of a sure rule, else every item. */
  readonly nearest: readonly Item[]
}

/** Finds by human name: exact, then case-folded, then word stems in any order, then Latin spelling and typing errors. */
export function matchName<Item>(
  asked: string,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): NameMatch<Item> {
  for (const rule of [sameLetters(asked), sameWords(asked), sameStems(asked)]) {
    const hits = items.filter((item) => rule(nameOf(item)))
    if (hits.length > 0) return { hits, sure: true, nearest: hits }
  }
  const ranked = rank(asked, items, nameOf)
  const best = ranked[0]?.far ?? 1
  const hits = best <= SIMILAR ? ranked.filter(({ far }) => far === best) : []
  return { hits: hits.map(({ item }) => item), sure: false, nearest: ranked.map(({ item }) => item) }
}

/** The same name but for letter case, ё and signs. */
export function isSameName(asked: string, name: string): boolean {
  return sameLetters(asked)(name) || sameWords(asked)(name)
}

/** The share of letters that may differ in a name that is merely misspelled. */
const SIMILAR = 0.26
/** Longer texts are not names: they are compared whole, and neither by parts nor by spelling, which takes long. */
const LONGEST = 200

type Rule = (name: string) => boolean

function sameLetters(asked: string): Rule {
  const wanted = asked.trim()
  return (name) => name.trim() === wanted
}

function sameWords(asked: string): Rule {
  const wanted = fold(asked)
  return (name) => wanted !== '' && fold(name) === wanted
}

/** Every asked word is among the words of the name; word order is free. */
function sameStems(asked: string): Rule {
  const wanted = asked.length > LONGEST ? [] : words(asked).map(stem)
  return (name) => {
    if (wanted.length === 0 || name.length > LONGEST) return false
    const have = words(name).map(stem)
    return wanted.every((word) => have.includes(word))
  }
}

function rank<Item>(asked: string, items: readonly Item[], nameOf: (item: Item) => string) {
  return items
    .map((item) => ({ item, far: unlikeness(asked, nameOf(item)) }))
    .sort((left, right) => left.far - right.far)
}

/** 0 for the same letters, 1 for nothing in common; a whole name or a part of it in equal number of words. */
function unlikeness(asked: string, name: string): number {
  if (asked.length > LONGEST || name.length > LONGEST) return 1
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
