/** The process dies at one of its calls to its stores: before it, or when it is done and nobody has heard of it. */
export class Death extends Error {}

/** A store as a process sees it that dies at call `at`; all that are given to one process count together. */
export function dyingAt(at: number, when: 'before' | 'after') {
  let calls = 0
  const dying = (method: (...words: unknown[]) => Promise<unknown>) => {
    return async (...words: unknown[]) => {
      calls += 1
      const isLast = calls >= at
      if (isLast && when === 'before') throw new Death()
      const result = await method(...words)
      if (isLast) throw new Death()
      return result
    }
  }
  return <Target extends object>(store: Target): Target =>
    Object.fromEntries(Object.entries(store).map(([name, method]) => [name, dying(method)])) as Target
}
