/** Text from a card on one line, whatever its author typed: a new line could pass for one of ours. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, (blanks) => (LINE_BREAK.test(blanks) ? ' / ' : ' '))
}

const LINE_BREAK = /[\n\r\u2028\u2029]/

/** The same, cut to a length with a mark. */
export function clip(text: string, most: number): string {
  return cut(oneLine(text), most)
}

/** Cuts a text of many lines with the same mark, never through an emoji. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text
    .slice(0, most - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}
