import type { CardKind } from '../cards/ref.ts'
import { fold, stem, words } from '../names/fold.ts'

/** The roots worth looking for in a question, the most telling (longest) first. */
export function termsOf(query: string): string[] {
  const telling = words(query).filter((word) => word.length > 1 && !EMPTY_WORDS.has(word))
  const roots = [...new Set((telling.length > 0 ? telling : words(query)).map(stem))]
  return roots.sort((left, right) => right.length - left.length).slice(0, MOST_TERMS)
}

/** The kind of cards that a question is about, where it says («сделка Ковалёва»). */
export function kindOf(query: string): CardKind | undefined {
  const kinds = new Set(words(query).flatMap((word) => KIND_WORDS.get(word) ?? []))
  return kinds.size === 1 ? [...kinds][0] : undefined
}

/** Whether a question is this name and no more, be the kind of the card said before it or not. */
export function isWholeName(query: string, name: string): boolean {
  const wanted = words(query)
  const have = fold(name)
  return have !== '' && (wanted.join(' ') === have || wanted.filter(isNoKind).join(' ') === have)
}

function isNoKind(word: string): boolean {
  return !KIND_WORDS.has(word)
}

/** How much of the asked letters a text holds, 0 to 1: a long word tells more than a short one. */
export function shareOfTerms(terms: readonly string[], text: string): number {
  const have = words(text)
  const held = terms.filter((term) => have.some((word) => word.startsWith(term)))
  const letters = (list: readonly string[]) => list.join('').length
  return held.length === terms.length ? 1 : letters(held) / letters(terms)
}

/** The ways a root may be spelled on a card: to amoCRM «ё» and «е» are different letters. */
export function spellingsOf(term: string): string[] {
  return [...term.matchAll(/е/g)]
    .slice(0, 2)
    .map(({ index }) => `${term.slice(0, index)}ё${term.slice(index + 1)}`)
}

const MOST_TERMS = 6

const KIND_WORDS = new Map<string, CardKind>([
  ...'сделка сделки сделку сделке сделок deal deals lead leads'
    .split(' ')
    .map((word) => [word, 'lead'] as const),
  ...'контакт контакта контакты contact contacts'.split(' ').map((word) => [word, 'contact'] as const),
  ...'компания компании компанию company companies'.split(' ').map((word) => [word, 'company'] as const),
])

/** Words that say what is looked for, not which one. */
const EMPTY_WORDS = new Set([
  ...KIND_WORDS.keys(),
  ...(
    'клиент клиента клиенты найди найти покажи про для или как что все всё это где кто по на от до из со во об ' +
    'find show the and for with about from who what'
  ).split(' '),
])
