export interface Pause {
  /** Resolves when `now()` has reached `at`, or at once when it is cut short. */
  until(at: number): Promise<void>
  cut(): void
  /** Whether the pause keeps the process alive; it does when it begins. */
  keepAlive(keeps: boolean): void
}

/** The waiting of one line: one pause at a time. */
export function createPause(now: () => number): Pause {
  let timer: NodeJS.Timeout | undefined
  let end = () => {}

  return {
    until: (at) =>
      new Promise((resolve) => {
        end = () => {
          clearTimeout(timer)
          resolve()
        }
        // A timer may come a fraction of a millisecond early.
        const look = () => {
          const wait = at - now()
          if (wait <= 0) return end()
          timer = setTimeout(look, Math.ceil(wait))
        }
        look()
      }),
    cut: () => end(),
    keepAlive(keeps) {
      if (keeps) timer?.ref()
      else timer?.unref()
    },
  }
}
