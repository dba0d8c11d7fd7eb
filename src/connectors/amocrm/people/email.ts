/** An e-mail address as it is compared, or nothing when the text is not one. */
export function emailKey(text: string): string | undefined {
  const address = text
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase()
  return /^[^\s@<>"(),;:]+@[^\s@<>"(),;:]+\.[^\s@<>"(),;:.]{2,}$/.test(address) ? address : undefined
}
