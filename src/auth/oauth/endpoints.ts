import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'
import { AppError } from '../../kernel/errors.ts'
import { lazy } from '../../kernel/lazy.ts'
import type { Around } from './around.ts'
import { readBody } from './read-body.ts'
import { refuseRequest } from './refuse-request.ts'
import type { Limits } from './request-limits.ts'
import { requestedRoute } from './requested-route.ts'
import type { Resources } from './resources.ts'
import { restate } from './restated-request.ts'
import { stateAuthorization, stateToken } from './stated-request.ts'

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** Requests of browsers and clients, in the form that the library takes them. */
export function createEndpoints(
  around: Around,
  limits: Limits,
  resources: Resources,
  provider: () => Promise<Provider>,
) {
  const { publicUrl, store, defaultScopes } = around
  const forget = forgetNowAndThen(around)
  const handler = lazy(async () => (await provider()).callback())

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { route, path } = requestedRoute(url.pathname)
    await limits.request(route, request)
    if (route === 'authorize') stateAuthorization(url.searchParams, resources, defaultScopes)
    const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0)
    if (body === undefined) throw tooLong()
    const isTokenForm = route === 'token' && FORM.test(request.headers['content-type'] ?? '')
    const restated = restate(request, {
      publicUrl,
      url: path + url.search,
      ...(request.method === 'POST' && { body: isTokenForm ? await statedForm(body) : body }),
    })
    await (await handler())(restated, response)
  }

  async function statedForm(body: Buffer): Promise<Buffer> {
    const params = new URLSearchParams(body.toString())
    const grantId = await stateToken(params, resources, store)
    if (grantId !== undefined) await limits.refresh(grantId)
    return Buffer.from(params.toString())
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', publicUrl)
    try {
      await answer(request, response, url)
    } catch (error) {
      // Nobody waits for an answer any more.
      if (request.socket.destroyed) return
      if (!(error instanceof AppError) || response.headersSent) throw error
      await refuseRequest(around, requestedRoute(url.pathname).route, request, response, error)
    } finally {
      await forget()
    }
  }
}

const FORGET_EVERY_MS = 60_000

/** Whoever asks for something, though it be refused, pays for the cleaning: nothing new comes without it. */
function forgetNowAndThen({ store, clock, log }: Around): () => Promise<void> {
  let forgottenAt = clock.now()
  return async () => {
    const now = clock.now()
    if (now - forgottenAt < FORGET_EVERY_MS) return
    forgottenAt = now
    await store.forget(now).catch((err: unknown) => log.warn({ err }, 'old authorizations were not deleted'))
  }
}

function tooLong(): AppError {
  return new AppError('invalid_input', 'The request is longer than 64 KB.', {
    cause: { reason: 'body_too_long' },
  })
}
