import { createHash } from 'node:crypto'
import type { CardType } from '../records.ts'
import { type Account, nextId } from '../state.ts'

export type EventEntity = 'lead' | 'contact' | 'company' | 'task'

/** One line of the account's change log. */
export interface EventRecord {
  /** 26 characters of Crockford base 32: time first, so ids sort by time. */
  readonly id: string
  readonly type: string
  readonly entity_type: EventEntity
  readonly entity_id: number
  /** 0 is a robot. */
  readonly created_by: number
  readonly created_at: number
  readonly value_after: readonly object[]
  readonly value_before: readonly object[]
  /** Order among events of one second. */
  readonly sequence: number
}

export interface Change {
  readonly type: string
  readonly entity: EventEntity
  readonly id: number
  readonly by: number
  readonly at: number
  readonly before?: readonly object[]
  readonly after?: readonly object[]
}

export const entityOf: Readonly<Record<CardType, EventEntity>> = {
  leads: 'lead',
  contacts: 'contact',
  companies: 'company',
}

export function recordEvent(account: Account, change: Change): void {
  const sequence = nextId(account, 'events')
  const id = eventId(change.at, sequence)
  account.events.set(id, {
    id,
    type: change.type,
    entity_type: change.entity,
    entity_id: change.id,
    created_by: change.by,
    created_at: change.at,
    value_after: change.after ?? [],
    value_before: change.before ?? [],
    sequence,
  })
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

function eventId(seconds: number, sequence: number): string {
  const digest = createHash('sha256').update(`${seconds}:${sequence}`).digest()
  const random = Array.from(digest.subarray(0, 10), (byte) => alphabet[byte % 32]).join('')
  return base32(seconds * 1000, 10) + base32(sequence, 6) + random
}

function base32(value: number, length: number): string {
  let text = ''
  for (let rest = Math.max(0, value); text.length < length; rest = Math.floor(rest / 32)) {
    text = (alphabet[rest % 32] ?? '0') + text
  }
  return text
}
