import { stem, words } from '../names/fold.ts'

/** The roots worth looking for in a question, the most telling (longest) first. */
export function termsOf(query: string): string[] {
  const telling = words(query).filter((word) => word.length > 1 && !EMPTY_WORDS.has(word))
  const roots = [...new Set((telling.length > 0 ? telling : words(query)).map(stem))]
  return roots.sort((left, right) => right.length - left.length).slice(0, MOST_TERMS)
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

/** Words that say what is looked for, not which one. */
const EMPTY_WORDS = new Set(
  (
    'сделка сделки сделку сделке сделок контакт контакта контакты компания компании компанию клиент клиента клиенты ' +
    'найди найти покажи про для или как что все всё это где кто по на от до из со во об ' +
    'deal deals lead leads contact contacts company companies find show the and for with about from who what'
  ).split(' '),
)
