import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { type ClientDescription, describeClient } from './client-metadata.ts'
import { createTurns } from './fetch-turns.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import { findPinnedClient } from './pinned-clients.ts'
import { createRecentFailures } from './recent-failures.ts'

/** The documents that `client_id` addresses stand for (OAuth Client ID Metadata Document, draft-02). */
export interface ClientDocuments {
  /** @throws AppError `not_allowed` naming the host that the owner may allow */
  mayFetch(clientId: string): void
  /** The host that would be asked for it now; nobody when the answer is known already. */
  hostToAsk(clientId: string): string | undefined
  /**
   * The document as this server goes by it, with the client's id.
   * @throws AppError `not_allowed` or `upstream_failed` with the host in the cause; `unavailable` when too many wait
   */
  fetch(clientId: string): Promise<{ document: object; cacheControl: string }>
}

interface Settings {
  /** Hosts whose documents the owner trusts; `*` for all. */
  readonly allowedHosts: ReadonlySet<string>
  readonly guardedFetch: GuardedFetch
  readonly clock: Clock
}

const A_DAY = 'max-age=86400'

export function createClientDocuments(settings: Settings): ClientDocuments {
  const allowedHosts = new Set([...settings.allowedHosts].map((host) => host.toLowerCase()))
  const failures = createRecentFailures(settings.clock)
  const inTurn = createTurns()

  function mayFetch(clientId: string): void {
    const host = URL.parse(clientId)?.hostname ?? ''
    if (findPinnedClient(clientId) !== undefined || allowedHosts.has('*') || allowedHosts.has(host)) return
    throw new AppError('not_allowed', `Programs of ${host} are not allowed here.`, {
      hint: `The owner of the server adds ${host} to ALLOWED_CLIENTS and restarts it.`,
      cause: { reason: 'client_not_allowed', host },
    })
  }

  async function fetchAnew(clientId: string): Promise<{ document: object; cacheControl: string }> {
    const { hostname: host } = new URL(clientId)
    const fail = (why: string, cause?: Error) => {
      const error = failed(host, why, cause)
      failures.keep(clientId, error)
      return error
    }
    const { text, cacheControl = '' } = await settings.guardedFetch(clientId).catch((cause: Error) => {
      throw fail(cause.message, cause)
    })
    const { clientIdOf, description } = read(text)
    if (clientIdOf !== clientId || description === undefined) throw fail('it does not describe this program')
    return { document: { client_id: clientId, ...description }, cacheControl }
  }

  return {
    mayFetch,
    hostToAsk(clientId) {
      const isKnown = findPinnedClient(clientId) !== undefined || failures.find(clientId) !== undefined
      return isKnown ? undefined : URL.parse(clientId)?.hostname
    },
    async fetch(clientId) {
      const pinned = findPinnedClient(clientId)
      if (pinned !== undefined) {
        const said = { redirect_uris: pinned.redirects, client_name: pinned.name }
        return { document: { client_id: clientId, ...describeClient(said, false) }, cacheControl: A_DAY }
      }
      mayFetch(clientId)
      const failure = failures.find(clientId)
      if (failure !== undefined) throw failure
      return inTurn(() => fetchAnew(clientId))
    },
  }
}

function read(text: string): { clientIdOf?: unknown; description?: ClientDescription | undefined } {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return {}
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return {}
  const { client_id: clientIdOf } = said as { client_id?: unknown }
  return { clientIdOf, description: describeClient(said, false) }
}

function failed(host: string, why: string, error?: Error): AppError {
  return new AppError(
    'upstream_failed',
    `The description of the program at ${host} cannot be read: ${why}.`,
    {
      hint: 'Try again later, or ask whoever publishes the program.',
      cause: { reason: 'client_document_failed', host, error },
    },
  )
}
