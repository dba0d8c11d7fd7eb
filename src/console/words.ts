import type { Language } from './language.ts'
import { en } from './words-en.ts'
import { ru, type Words } from './words-ru.ts'

export function wordsIn(language: Language): Words {
  return language === 'ru' ? ru : en
}

/** Fills the {braces} of a sentence. */
export function filled(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
