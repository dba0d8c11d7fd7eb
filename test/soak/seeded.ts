import { randomOf } from '../../src/sandbox/amocrm/seed/random.ts'

/** The same numbers for the same seed, so that a finding can be repeated. */
export interface Seeded {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
}

export function createSeeded(seed: number): Seeded {
  const { between, pick, chance } = randomOf(seed)
  return { int: (below) => between(0, below - 1), pick, chance }
}

/** Runs `work` for 0 to `count` - 1, `width` at a time. */
export async function inParallel(
  count: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, async () => {
      while (next < count) {
        const index = next
        next += 1
        await work(index)
      }
    }),
  )
}
