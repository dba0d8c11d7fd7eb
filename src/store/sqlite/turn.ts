/** Lets one at a time, first come first served. */
export interface Turn {
  /** Resolves when it is the caller's turn; at once, and without a promise, when nobody has it. */
  take(): Promise<void> | undefined
  /** For one who gave it for a moment: waits as long as it takes. */
  takeAgain(): Promise<void> | undefined
  give(): void
}

/** `onTimeout` makes the error of one who has waited for `patienceMs`. */
export function createTurn(patienceMs: number, onTimeout: () => Error): Turn {
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
