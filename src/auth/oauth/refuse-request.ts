import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppError } from '../../kernel/errors.ts'
import type { Around } from './around.ts'
import { problemOf } from './problem.ts'
import type { RequestedRoute } from './requested-route.ts'

/** Answers a request that never gets to the library: people with a page, programs with JSON. */
export async function refuseRequest(
  { renderError }: Pick<Around, 'renderError'>,
  route: RequestedRoute,
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
): Promise<void> {
  const { reason } = (error.cause ?? {}) as { reason?: unknown }
  const isTooLong = reason === 'body_too_long'
  const status = isTooLong ? 413 : error.kind === 'invalid_input' ? 400 : 500
  const problem = problemOf({ status, error: CODES[error.kind] ?? 'server_error' }, error)
  // The rest of a body that nobody reads must not be taken for the next request.
  if (isTooLong) response.setHeader('connection', 'close')
  if (error.retryAfterSeconds !== undefined) response.setHeader('retry-after', error.retryAfterSeconds)
  response.statusCode = problem.status
  if (route !== 'authorize' && route !== 'authorize/:uid') {
    response.setHeader('content-type', 'application/json')
    response.setHeader('cache-control', 'no-store')
    response.end(JSON.stringify({ error: problem.error, error_description: problem.description }))
    return
  }
  const page = await renderError(problem, request)
  response.statusCode = page.status
  // Some of them may stand there already: once is enough.
  response.setHeaders(page.headers)
  response.end(await page.text())
}

const CODES: Partial<Record<AppError['kind'], string>> = {
  invalid_input: 'invalid_request',
  rate_limited: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
}
