import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC, default as Provider } from 'oidc-provider'
import type { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { ownErrorIn } from './problem.ts'

/** Codes of the library that keep clients from starting anew although they have to (RFC 6749 §5.2). */
const FINAL: ReadonlySet<unknown> = new Set(['invalid_request', 'invalid_scope', 'invalid_target'])

/** What may work later. */
const LATER: Partial<Record<AppError['kind'], number>> = {
  unavailable: 503,
  upstream_failed: 503,
  rate_limited: 429,
}

/**
 * What token requests are answered with when they fail, so that clients do the right thing: a refresh that cannot work
 * any more is `invalid_grant`, an unknown client is 401 `invalid_client`, and what may work later is 503 or 429.
 */
export function settleAnswers(provider: Provider, log: Log): void {
  const failures = new WeakMap<IncomingMessage, Error>()
  const remember = ({ req }: { req: IncomingMessage }, error: Error) => void failures.set(req, error)

  provider.on('server_error', (ctx, err) => {
    remember(ctx, err)
    log.error({ err }, 'authorization failed')
  })
  // What happens after the answer has begun, such as a client that goes away.
  const emitter: EventEmitter = provider
  emitter.on('error', (err: unknown) => log.warn({ err }, 'authorization answer failed'))
  const refused = (what: string) => (ctx: { req: IncomingMessage }, err: Refusal) => {
    remember(ctx, err)
    log.info({ error: err.message, detail: err.error_detail }, `${what} refused`)
  }
  provider.on('grant.error', refused('token'))
  provider.on('revocation.error', refused('revocation'))
  provider.on('registration_create.error', refused('registration'))

  provider.use(async (ctx, next) => {
    await next()
    const failure = failures.get(ctx.req)
    if (failure === undefined || typeof ctx.body !== 'object' || ctx.body === null) return
    const body = ctx.body as { error?: string; error_description?: string }
    const own = ownErrorIn(failure)
    const later = own && LATER[own.kind]
    if (own !== undefined && later !== undefined) {
      ctx.status = later
      ctx.set('retry-after', String(own.retryAfterSeconds ?? 5))
      ctx.body = { error: 'temporarily_unavailable', error_description: own.message }
      return
    }
    if (body.error === 'invalid_client') {
      ctx.status = 401
      if (own !== undefined) body.error_description = `${own.message} ${own.hint ?? ''}`.trim()
    }
    const { grant_type: grantType } = (ctx as Partial<KoaContextWithOIDC>).oidc?.body ?? {}
    if (grantType === 'refresh_token' && FINAL.has(body.error)) {
      ctx.body = { error: 'invalid_grant', error_description: body.error_description }
    }
  })
}

type Refusal = Error & { readonly error_detail?: string | undefined }
