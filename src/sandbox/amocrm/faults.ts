/** What goes wrong next, and how often. */
export type Refusal = number | 'unpaid' | 'disabled' | 'blocked'

export interface Faults {
  refuse: { kind: Refusal; left: number } | undefined
  /** Of writes. `before`: the connection dies and nothing happened; `after`: it dies and the change was made. */
  cut: { when: 'before' | 'after'; left: number } | undefined
}

export const noFaults = (): Faults => ({ refuse: undefined, cut: undefined })

/** The refusal for this request, used up by asking. */
export function takeRefusal(faults: Faults): Refusal | undefined {
  const { refuse } = faults
  if (!refuse) return undefined
  if (--refuse.left <= 0) faults.refuse = undefined
  return refuse.kind
}

/** Where the connection of this request is cut, used up by asking; reading is never cut. */
export function takeCut(faults: Faults, method = 'GET'): 'before' | 'after' | undefined {
  const { cut } = faults
  if (!cut || method === 'GET') return undefined
  if (--cut.left <= 0) faults.cut = undefined
  return cut.when
}
