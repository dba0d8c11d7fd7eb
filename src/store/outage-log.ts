import type { Log } from '../kernel/log.ts'
import type { Fault, Reason } from './faults.ts'

/** Tells of an outage once, of each further reason of it once, and of its end. */
export interface OutageLog {
  failing(fault: Fault): void
  over(reason: Reason, ms: number): void
}

/** When the last outage ended this short a time ago, the next is told only if it lasts. */
const QUIET_MS = 10_000
const LASTING_MS = 1_000

/** Of ten connections some are lost while others work: that is no reason for a line each. */
export function createOutageLog(log: Log): OutageLog {
  const told = new Set<Reason>()
  let telling: NodeJS.Timeout | undefined
  let quietUntil = Number.NEGATIVE_INFINITY

  return {
    failing({ reason, code }) {
      if (told.has(reason) || telling !== undefined) return
      const tell = () => {
        telling = undefined
        told.add(reason)
        log.error({ reason, code }, 'store failing')
      }
      if (told.size > 0 || performance.now() >= quietUntil) tell()
      else telling = setTimeout(tell, LASTING_MS).unref()
    },
    over(reason, ms) {
      clearTimeout(telling)
      telling = undefined
      if (told.size === 0) return
      told.clear()
      quietUntil = performance.now() + QUIET_MS
      log.info({ reason, ms }, 'store works again')
    },
  }
}
