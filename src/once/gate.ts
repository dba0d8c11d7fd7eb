import { setImmediate as turn } from 'node:timers/promises'
import { stopping } from './failures.ts'

/** What everything passes that is told to the store and the vault, so that after a stop nothing is. */
export interface Gate {
  guard<Target extends object>(target: Target): Target
  /** Resolves when nothing is on its way, nor what would follow from that. */
  idle(): Promise<void>
  shut(): void
}

export function createGate(): Gate {
  const passing = new Set<Promise<unknown>>()
  let isShut = false

  function pass(work: Promise<unknown>): Promise<unknown> {
    const leave = () => passing.delete(work)
    passing.add(work)
    work.then(leave, leave)
    return work
  }

  return {
    guard: (target) =>
      new Proxy(target, {
        get(_, name) {
          const method: unknown = Reflect.get(target, name)
          if (typeof method !== 'function') return method
          return (...args: unknown[]) =>
            isShut ? Promise.reject(stopping()) : pass(Reflect.apply(method, target, args))
        },
      }),
    async idle() {
      while (passing.size > 0) {
        await Promise.allSettled(passing)
        await turn()
      }
    },
    shut() {
      isShut = true
    },
  }
}
