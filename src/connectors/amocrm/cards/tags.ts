/** Tags by name as amoCRM takes them; each once, empty ones left out. */
export function tagsToAdd(names: readonly string[]): { name: string }[] {
  return [...new Set(names.map((name) => name.trim()))]
    .filter((name) => name !== '')
    .map((name) => ({ name }))
}
