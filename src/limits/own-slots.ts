import type { Slots } from './slots.ts'

interface Row {
  nextAt: number
  /** Background calls wait until the last slot of an interactive one has passed. */
  interactiveUntil: number
  heldUntil: number
}

/** The slots of one process, exact: what is paced is the real world, so its monotonic clock counts. */
export function createOwnSlots(now: () => number): Slots {
  const rows = new Map<string, Row>()

  function rowOf(name: string): Row {
    const known = rows.get(name)
    if (known !== undefined) return known
    const row = { nextAt: 0, interactiveUntil: 0, heldUntil: 0 }
    rows.set(name, row)
    return row
  }

  return {
    async reserve({ name, spacingMs, priority, idleMs }) {
      const row = rowOf(name)
      const at = now()
      const isBackground = priority === 'background'
      const closedUntil = isBackground ? Math.max(row.heldUntil, row.interactiveUntil) : row.heldUntil
      if (closedUntil > at) return { granted: false, waitMs: closedUntil - at }
      const slot = Math.max(at, row.nextAt, at - idleMs + spacingMs)
      row.nextAt = slot + spacingMs
      if (!isBackground) row.interactiveUntil = row.nextAt
      return { granted: true, waitMs: slot - at }
    },
    async hold(name, ms) {
      const row = rowOf(name)
      row.heldUntil = Math.max(row.heldUntil, now() + ms)
    },
  }
}
