import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../kernel/clock.ts'
import type { OpenLock } from '../../kernel/lock.ts'
import type { Log } from '../../kernel/log.ts'
import type { CallRate } from '../../kernel/rate.ts'
import type { People } from '../../people/people.ts'
import type { Vault } from '../../vault/vault.ts'
import type { ConnectionStore } from '../connection.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import type { OAuthStore } from './oauth-store.ts'
import type { Problem } from './problem.ts'
import type { ProtectedMount } from './resources.ts'

/** What an authorization server works with. */
export interface Around {
  /** The issuer, without a slash at the end; the only source of every address that it tells. */
  readonly publicUrl: string
  readonly mounts: readonly ProtectedMount[]
  /** All that connections to this server may have: `<connector>:<access>`. */
  readonly scopes: ReadonlySet<string>
  /** What a client asks for that names no scope of a connector. */
  readonly defaultScopes: ReadonlySet<string>
  readonly clients: {
    /** Hosts whose client documents are trusted beside the known vendors; `*` for all. */
    readonly allowedHosts: ReadonlySet<string>
    /** Redirect addresses for clients that register themselves, beside the known ones. */
    readonly allowedRedirects: ReadonlySet<string>
  }
  readonly store: OAuthStore
  readonly connections: ConnectionStore
  readonly vault: Vault
  readonly lock: OpenLock
  readonly people: Pick<People, 'find'>
  readonly rate: CallRate
  readonly clock: Clock
  readonly log: Log
  /** Where a request comes from, as far as the trusted proxies tell. */
  addressOf(request: IncomingMessage): string
  /** A page for a person whose authorization cannot go on and cannot be sent back to the program. */
  renderError(problem: Problem, request: IncomingMessage): Response | Promise<Response>
  /** How the documents of clients are fetched, if not from the public internet. */
  readonly guardedFetch?: GuardedFetch
}
