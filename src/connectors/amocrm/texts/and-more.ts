/** A Russian noun after 1, after 2 to 4, and after 5 and more: `['сделка', 'сделки', 'сделок']`. */
export type NounForms = readonly [one: string, few: string, many: string]

/** The last line of a list that was cut: `и ещё 5 сделок`; nothing when nothing was left out. */
export function andMore(left: number, [one, few, many]: NounForms): string[] {
  if (left <= 0) return []
  const form = { one, few }[russian.select(left) as 'one' | 'few'] ?? many
  return [`и ещё ${left} ${form}`]
}

/** The same where nobody has counted to the end; `least` is a number that takes the last form. */
export function andMoreThan(least: number, [, , many]: NounForms): string[] {
  return [`и ещё не меньше ${least} ${many}`]
}

const russian = new Intl.PluralRules('ru')
