/** Counts requests of the last second and remembers who does not stop: the whole account is then blocked. */
export interface Quota {
  perSecond: number
  blocked: boolean
  /** Takes one request in. `nowMs` is real time: a frozen account clock must not freeze the quota. */
  admit(nowMs: number): 'ok' | 'over' | 'blocked'
  reset(): void
}

export function quotaOf(perSecond: number): Quota {
  let admitted: number[] = []
  let refused: number[] = []
  return {
    perSecond,
    blocked: false,
    admit(nowMs) {
      if (this.blocked) return 'blocked'
      admitted = admitted.filter((time) => time > nowMs - 1000)
      if (admitted.length < this.perSecond) {
        admitted.push(nowMs)
        return 'ok'
      }
      refused = [...refused.filter((time) => time > nowMs - patienceMs), nowMs]
      this.blocked = refused.length > mostRefusals
      return this.blocked ? 'blocked' : 'over'
    },
    reset() {
      this.blocked = false
      admitted = []
      refused = []
    },
  }
}

const mostRefusals = 10
const patienceMs = 5000
