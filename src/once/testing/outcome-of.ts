import { vi } from 'vitest'

/** Lets the time of the test pass until it is over, two minutes at most. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<T> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  promise.then(end, end)
  for (let ms = 0; !isOver && ms < 120_000; ms += 100) await vi.advanceTimersByTimeAsync(100)
  if (!isOver) throw new Error('not over after two minutes')
  return promise
}
