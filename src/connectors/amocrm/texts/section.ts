import { oneLine } from '../cards/clip.ts'

/** A heading with its lines as a list; nothing when there are none. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${heading}:`, ...lines.map((each) => `- ${oneLine(each)}`)]
}

/** `Метка: значение`; nothing when there is no value. */
export function line(label: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${label}: ${oneLine(value)}`]
}
