import type { IncomingMessage } from 'node:http'
import { AppError } from '../../kernel/errors.ts'
import type { Around } from './around.ts'
import type { RequestedRoute } from './requested-route.ts'

/**
 * How often something may be done. Every authorization that begins, every client that registers and every token are
 * kept for a while, and documents of clients are fetched from elsewhere.
 */
export interface Limits {
  /** @throws AppError `rate_limited` */
  request(route: RequestedRoute, request: IncomingMessage): Promise<void>
  /** @throws AppError `rate_limited` */
  refresh(connectionId: string): Promise<void>
  /** @throws AppError `rate_limited` */
  document(host: string, request: IncomingMessage | undefined): Promise<void>
}

/** In a minute, from one address. One authorization that goes well is continued twice. */
const REQUESTS: Readonly<Record<RequestedRoute, number>> = {
  authorize: 120,
  'authorize/:uid': 240,
  token: 300,
  register: 20,
  revoke: 300,
  jwks: 300,
  other: 60,
}

/**
 * For one connection two minutes' worth of the wildest clients at once, and in the long run one in half a minute: what
 * was refreshed is remembered for a month, so that it is known when it comes back.
 */
const REFRESHES = { step: 30_000_000, room: 119 * 30_000_000 }
/** In a minute: for one address, and of one host whoever asks. Known clients and failures that are remembered do not count. */
const DOCUMENTS_FOR = perMinute(60)
const DOCUMENTS_OF = perMinute(20)

export function createLimits({ rate, addressOf }: Pick<Around, 'rate' | 'addressOf'>): Limits {
  async function take(name: string, steps: { step: number; room: number }, told: string): Promise<void> {
    const waitMs = await rate.take(name, steps)
    if (waitMs <= 0) return
    throw new AppError('rate_limited', told, {
      hint: 'Try again in a minute.',
      retryAfterSeconds: Math.ceil(waitMs / 1000),
      cause: { reason: 'too_many_requests' },
    })
  }

  return {
    async request(route, request) {
      if (request.method === 'OPTIONS') return
      await take(`/oauth/${route} ${addressOf(request)}`, perMinute(REQUESTS[route]), FROM_ADDRESS)
    },
    refresh: (connectionId) =>
      take(`refresh ${connectionId}`, REFRESHES, 'This connection is refreshed too often.'),
    async document(host, request) {
      if (request !== undefined)
        await take(`documents for ${addressOf(request)}`, DOCUMENTS_FOR, FROM_ADDRESS)
      await take(`documents of ${host}`, DOCUMENTS_OF, `Too many programs of ${host} are asked for.`)
    },
  }
}

const FROM_ADDRESS = 'Too many requests come from this address.'

function perMinute(count: number): { step: number; room: number } {
  const step = Math.ceil(60_000_000 / count)
  return { step, room: step * (count - 1) }
}
