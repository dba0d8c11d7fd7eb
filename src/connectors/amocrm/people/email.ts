/** An e-mail address as it is compared, or nothing when the text is not one. */
export function emailKey(text: string): string | undefined {
  if (text.length > LONGEST) return undefined
  const address = text
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase()
  return /^[^\s@<>"(),;:]+@[^\s@<>"(),;:]+\.[^\s@<>"(),;:.]{2,}$/.test(address) ? address : undefined
}

/** The addresses of one value: people type two into the same box. */
export function eachEmail(value: string): string[] {
  const parts = value.length > LONGEST ? [] : value.split(/[\s,;]+/).filter((part) => part !== '')
  return parts.length > 0 && parts.every((part) => part.includes('@')) ? parts : [value.trim()]
}

/** Twice the longest address that mail servers pass on. */
const LONGEST = 500
