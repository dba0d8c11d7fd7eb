import type { Entry } from './entry.ts'

/** One entry as a line for a terminal. */
export function toText({
  seq,
  at,
  outcome,
  access,
  tool,
  user,
  client,
  account,
  ms,
  ...rest
}: Entry): string {
  const marks = [rest.replayed === true && 'replayed', rest.incident && `incident=${rest.incident}`]
  const line = [
    at,
    `#${seq}`,
    outcome === 'ok' ? 'ok' : `${rest.decision === 'refused' ? 'refused' : 'failed'}:${outcome}`,
    access,
    tool,
    `user=${user}`,
    `client=${client}`,
    `account=${account === '' ? '-' : account}`,
    `${ms}ms`,
    `in=${rest.in}`,
    `out=${rest.out}`,
    ...marks.filter((mark) => typeof mark === 'string'),
    JSON.stringify(rest.args),
  ]
  return line.join(' ').replace(UNSAFE, '?')
}

/** What would move a terminal's cursor, or turn the direction of its text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
