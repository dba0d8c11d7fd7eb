import type { IncomingMessage, ServerResponse } from 'node:http'
import { lazy } from '../../kernel/lazy.ts'
import type { Around } from './around.ts'
import { createEndpoints } from './endpoints.ts'
import { createInteractions } from './interactions.ts'
import { openProvider } from './provider.ts'
import { createLimits } from './request-limits.ts'
import { createResources } from './resources.ts'

/** OAuth 2.1 for clients of this server, over oidc-provider, which the first request loads. */
export interface AuthorizationServer {
  /** `/oauth/authorize`, `/oauth/authorize/:uid`, `/oauth/token`, `/oauth/revoke`, `/oauth/jwks`, `/oauth/register`: writes the answer. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** What the authorization of this address asks. @throws AppError `not_found`, `interaction_over`, when it is not open in this browser */
  asking(request: IncomingMessage, response: ServerResponse): Promise<Asking>
  /** Goes on as this person; writes the redirect. @throws AppError `not_found` */
  signIn(request: IncomingMessage, response: ServerResponse, personId: string): Promise<void>
  /**
   * Grants what the person chose, and never more than was asked for; writes the redirect.
   * @throws AppError `not_found`; `not_allowed` when another person signed in; `invalid_input` when nothing is left
   */
  allow(request: IncomingMessage, response: ServerResponse, personId: string, choice: Choice): Promise<void>
  /** Writes the redirect. @throws AppError `not_found` */
  deny(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export interface Asking {
  readonly uid: string
  readonly prompt: 'login' | 'consent'
  /** Who signed in for this authorization; nobody before. */
  readonly personId: string | undefined
  readonly client: {
    readonly id: string
    /** From outside: shown as text, never trusted. */
    readonly name: string
    /** `chatgpt`, `codex`, `claude`, `claude-code`, `cursor`, `vscode` or `opencode` when it is the vendor's own document. */
    readonly vendor: string | undefined
    /** The host of the client's document; nothing when it registered itself. */
    readonly documentHost: string | undefined
  }
  readonly redirect: {
    /** For `form-action` of a page: an origin, or the scheme of an app such as `cursor:`. */
    readonly origin: string
    /** A host with its port, or the scheme of an app. */
    readonly host: string
    readonly isLoopback: boolean
  }
  /** Empty for the whole surface. */
  readonly mount: string
  /** The scopes of connectors that are asked for. */
  readonly scopes: readonly string[]
}

export interface Choice {
  readonly scopes: readonly string[]
  /** As `accountRef` writes them; without it all, also later ones. */
  readonly accounts?: readonly string[] | undefined
  readonly toolsets?: readonly string[] | undefined
  /** Unix ms. */
  readonly expiresAt?: number | undefined
}

export function createAuthorizationServer(around: Around): AuthorizationServer {
  const resources = createResources(around.publicUrl, around.mounts, around.scopes)
  const limits = createLimits(around)
  const provider = lazy(() => openProvider(around, limits, resources))
  return {
    handle: createEndpoints(around, limits, resources, provider),
    ...createInteractions(around, resources, provider),
  }
}
