import { hash } from 'node:crypto'
import type { Batch, Link } from './journal-store.ts'

/** What the first entry of a database follows. */
export const GENESIS: Link = { seq: 0, hash: '0'.repeat(64) }

/** An entry that waits for its place in the chain: everything of its line behind the number. */
export interface Body {
  /** Unix ms. */
  readonly at: number
  readonly text: string
}

/** The rule of the chain: SHA-256, in hex, of the hash before (64 hex digits) and the line, as UTF-8. */
export function hashOf(previous: string, line: string): string {
  return hash('sha256', previous + line, 'hex')
}

/** Numbers the entries behind `link` and hashes each into the next. */
export function chain(link: Link, bodies: readonly Body[]): Batch {
  let { seq, hash: head } = link
  let firstAt = Number.POSITIVE_INFINITY
  let lastAt = Number.NEGATIVE_INFINITY
  let lines = ''
  for (const { at, text } of bodies) {
    seq += 1
    const line = `{"seq":${seq}${text}`
    head = hashOf(head, line)
    lines += lines === '' ? `${head} ${line}` : `\n${head} ${line}`
    if (at < firstAt) firstAt = at
    if (at > lastAt) lastAt = at
  }
  return { firstSeq: link.seq + 1, lastSeq: seq, firstAt, lastAt, lines, previous: link.hash, head }
}
