import { stem, words } from '../names/fold.ts'

/**
 * What to ask amoCRM for by a name: its search is a substring one, in the order in which the name was typed. One
 * word is enough to find the card whatever the order; «ё» and «е» are different letters to it. The second list is
 * for when the first finds nobody: without the case ending. A name of signs alone («🔥🔥») is asked for as it is.
 */
export function nameQueries(name: string): readonly [string[], string[]] {
  const longest = words(name).toSorted((left, right) => right.length - left.length)[0]
  if (longest === undefined) return [[name.trim()].filter(Boolean), []]
  const root = stem(longest)
  return [spellings(longest), root === longest ? [] : spellings(root)]
}

function spellings(word: string): string[] {
  const withYo = [...word.matchAll(/е/g)]
    .slice(0, MOST_SPELLINGS - 1)
    .map(({ index }) => `${word.slice(0, index)}ё${word.slice(index + 1)}`)
  return [word, ...withYo]
}

const MOST_SPELLINGS = 4
