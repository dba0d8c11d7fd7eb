import type { Language } from '../language.ts'

/** The words of one page: what it says in Russian it says in English. */
export function inBoth<W>(words: { ru: W; en: NoInfer<W> }): Readonly<Record<Language, W>> {
  return words
}
