import type { OnceStore, Seen } from '../once-store.ts'

type Row = Omit<Seen, 'now'>

/** What the store promises, in its plainest form: the model that the real ones are compared with. */
export function memoryOnceStore(clock: { now(): number }): OnceStore {
  const rows = new Map<string, Row>()
  const isLoose = ({ state, aliveUntil }: Row) =>
    state === 'unverified' || (state === 'running' && aliveUntil <= clock.now())
  const isPast = ({ state, expiresAt }: Row) => state !== 'running' && expiresAt <= clock.now()
  const mine = ({ id, holder }: { id: string; holder: string }) => {
    const row = rows.get(id)
    return row?.holder === holder && row.state !== 'done' ? row : undefined
  }

  return {
    async begin({ keepMs, ...call }, { holder, leaseMs, draft }) {
      if (rows.has(call.id)) return undefined
      const startedAt = clock.now()
      const [aliveUntil, expiresAt] = [startedAt + leaseMs, startedAt + keepMs]
      rows.set(call.id, { ...call, state: 'running', holder, draft, startedAt, aliveUntil, expiresAt })
      return startedAt
    },
    async look(id) {
      const row = rows.get(id)
      return row && { ...row, now: clock.now() }
    },
    async claim({ now: _now, ...seen }, { holder, leaseMs, draft }) {
      const row = rows.get(seen.id)
      const isAsSeen =
        row?.startedAt === seen.startedAt &&
        row.holder === seen.holder &&
        row.state === seen.state &&
        row.aliveUntil === seen.aliveUntil
      if (!isAsSeen || !isLoose(row)) return false
      rows.set(seen.id, { ...row, state: 'running', holder, draft, aliveUntil: clock.now() + leaseMs })
      return true
    },
    async hasTwin({ id, tool, account, digest }, since) {
      return [...rows.values()].some(
        (row) =>
          row.id !== id &&
          row.tool === tool &&
          row.account === account &&
          row.digest === digest &&
          row.aliveUntil >= since,
      )
    },
    async extend(holders, leaseMs) {
      const kept = [...rows.values()].filter(
        ({ state, holder, aliveUntil }) =>
          state === 'running' && aliveUntil > clock.now() && holders.includes(holder),
      )
      for (const row of kept) rows.set(row.id, { ...row, aliveUntil: clock.now() + leaseMs })
      return kept.map(({ holder }) => holder)
    },
    async finish(held, keepMs) {
      const row = mine(held)
      const now = clock.now()
      if (row)
        rows.set(row.id, { ...row, state: 'done', aliveUntil: now, expiresAt: now + keepMs, draft: '' })
      return row !== undefined
    },
    async release(held) {
      const row = mine(held)
      if (row) rows.delete(row.id)
    },
    async doubt(holders) {
      for (const row of rows.values()) {
        if (row.state !== 'running' || !holders.includes(row.holder)) continue
        rows.set(row.id, { ...row, state: 'unverified', aliveUntil: clock.now(), draft: '' })
      }
    },
    async shorten(leaseMs) {
      const longest = clock.now() + leaseMs
      for (const row of rows.values()) {
        if (row.state !== 'running' || row.aliveUntil <= longest) continue
        rows.set(row.id, { ...row, aliveUntil: longest })
      }
    },
    async abandon() {
      const dead = [...rows.values()].filter((row) => row.state === 'running' && isLoose(row))
      for (const row of dead) rows.set(row.id, { ...row, state: 'unverified' })
      return dead.map(({ draft }) => draft)
    },
    async expired() {
      return [...rows.values()].filter(isPast).map(({ id, owner, startedAt }) => ({ id, owner, startedAt }))
    },
    async forget({ id, startedAt }) {
      const row = rows.get(id)
      if (row?.startedAt === startedAt && isPast(row)) rows.delete(id)
    },
  }
}
