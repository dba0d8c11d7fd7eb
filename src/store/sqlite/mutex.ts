/** Lets one at a time, first come first served. */
export interface Mutex {
  /** Resolves when it is the caller's; at once, and without a promise, when nobody has it. */
  take(): Promise<void> | undefined
  /** For one who gave it for a moment: waits as long as it takes. */
  takeAgain(): Promise<void> | undefined
  give(): void
}

/** `onTimeout` makes the error of one who has waited for `patienceMs`. */
export function createMutex(patienceMs: number, onTimeout: () => Error): Mutex {
  const waiting: (() => void)[] = []
  let isTaken = false

  function wait(): Promise<void> | undefined {
    if (isTaken) return new Promise((resolve) => waiting.push(resolve))
    isTaken = true
    return undefined
  }

  function waitForSome(): Promise<void> | undefined {
    if (!isTaken) return wait()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(onTimeout())
      }, patienceMs)
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      waiting.push(go)
    })
  }

  return {
    take: waitForSome,
    takeAgain: wait,
    give() {
      const next = waiting.shift()
      if (next === undefined) isTaken = false
      else next()
    },
  }
}
