/** Unique, primary key and foreign key violations: `SQLITE_CONSTRAINT_*` and the SQLSTATEs of PostgreSQL. */
const CONFLICTS: ReadonlySet<unknown> = new Set([787, 1555, 2067, '23503', '23505'])

/** Whether a write was refused because of what is stored already, or is not stored any more. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return CONFLICTS.has('errcode' in error ? error.errcode : 'code' in error && error.code)
}
