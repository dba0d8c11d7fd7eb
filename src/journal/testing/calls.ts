import type { Call, End } from '../entry.ts'

/** A call as the product records it; what is given replaces. */
export function call(given: Partial<Call> = {}): Call {
  return {
    user: 'owner',
    client: 'chatgpt',
    tool: 'amocrm_search_contacts',
    account: 'stroydom',
    access: 'read',
    started: 1_795_000_000_000,
    bytesIn: 40,
    args: '{"query":"text(7)","limit":"number"}',
    ...given,
  }
}

export const OK: End = { decision: 'allowed', outcome: 'ok', bytesOut: 2048 }

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
