import { setTimeout as pause } from 'node:timers/promises'
import { JSON_HEADERS, postModern } from '../support/rpc.ts'

/** One change that a client asks for until it is answered. */
export interface Wish {
  readonly tool: string
  /** Stands in the deal's or the task's name, and nowhere else. */
  readonly mark: string
  readonly input: Record<string, unknown>
}

export interface Answered {
  readonly wish: Wish
  readonly output: Record<string, unknown>
  readonly replayed: boolean
  readonly attempts: number
}

/** Refusals that say: nothing was done, or look again; the same call may be made again. */
const AGAIN = new Set(['unavailable', 'unverified', 'rate_limited', 'upstream_failed'])

/**
 * Makes the same call again and again until it is answered, as a client does that retries by itself.
 * Half of the calls go over REST, half over MCP.
 */
export async function insist(
  wish: Wish,
  address: () => string,
  random: () => number,
  isOver: () => boolean,
): Promise<Answered | undefined> {
  for (let attempts = 1; !isOver(); attempts++) {
    const reply = await (random() < 0.5 ? overRest(wish, address()) : overMcp(wish, address())).catch(
      () => undefined,
    )
    if (reply?.output) return { wish, attempts, output: reply.output, replayed: reply.replayed }
    if (reply?.kind !== undefined && !AGAIN.has(reply.kind)) {
      throw new Error(`${wish.tool} was answered ${reply.kind}: ${reply.words}`)
    }
    await pause(20 + random() * 200)
  }
  return undefined
}

interface Reply {
  readonly output?: Record<string, unknown>
  readonly replayed: boolean
  readonly kind?: string
  readonly words?: string
}

async function overRest({ tool, input }: Wish, url: string): Promise<Reply> {
  const { idempotency_key: key, ...rest } = input
  const response = await fetch(`${url}/api/tools/${tool}`, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...(key !== undefined && { 'idempotency-key': String(key) }) },
    body: JSON.stringify(rest),
  })
  const body = (await response.json()) as Record<string, unknown>
  const replayed = response.headers.get('idempotency-replayed') === 'true'
  return response.ok
    ? { output: body, replayed }
    : { replayed, kind: String(body.error), words: `${body.message} ${body.hint}` }
}

async function overMcp({ tool, input }: Wish, url: string): Promise<Reply> {
  const { body } = await postModern(`${url}/mcp`, 'tools/call', { name: tool, arguments: input })
  const result = body.result as Result | undefined
  if (result === undefined) throw new Error(`MCP answered ${JSON.stringify(body)}`)
  const { 'mostik/error': failure, 'mostik/replayed': replayed = false } = result._meta ?? {}
  if (failure) return { replayed, kind: failure.kind, words: `${failure.message} ${failure.hint}` }
  return { replayed, ...(result.structuredContent && { output: result.structuredContent }) }
}

interface Result {
  structuredContent?: Record<string, unknown>
  _meta?: { 'mostik/error'?: { kind: string; message: string; hint?: string }; 'mostik/replayed'?: boolean }
}
