import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { RestTool } from './openapi.ts'
import { problemOf } from './problems.ts'

/** The tools as plain HTTP sees them; `query` narrows as it does for MCP. */
export interface RestTools {
  list(caller: Caller, query: URLSearchParams): Promise<readonly RestTool[]>
  call(name: string, asked: RestCall): Promise<Outcome>
  readBody(request: IncomingMessage): Promise<string | 'too large'>
}

interface RestCall {
  readonly input: unknown
  readonly caller: Caller
  readonly query: URLSearchParams
  readonly signal: AbortSignal
  /** The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header). */
  readonly key: string | undefined
}

/** `POST /api/tools/{name}`: the body is the input, the answer the output; the same policy and errors as over MCP. */
export async function callOverRest(
  tools: RestTools,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  query: URLSearchParams,
): Promise<Response> {
  const text = await tools.readBody(request).catch(() => undefined)
  // The client went away while it was sending: nobody reads the answer.
  if (text === undefined) return new Response(null, { status: 499 })
  if (text === 'too large') {
    return problem(413, {
      error: 'invalid_input',
      message: 'The request is larger than 4 MB.',
      hint: 'Send less.',
    })
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const key = keyOf(request.headers['idempotency-key'])
  const outcome = await tools.call(name, { input: readInput(text), caller, query, signal: gone.signal, key })
  if (!outcome.ok) return refusalOf(outcome)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (outcome.replayed) headers['idempotency-replayed'] = 'true'
  return new Response(outcome.json, { headers })
}

/** A caller who can ask for more is told what for (RFC 6750 §3.1). */
function refusalOf({ failure, challenge }: Extract<Outcome, { ok: false }>): Response {
  const response = problemResponse(problemOf(failure))
  if (challenge !== undefined) response.headers.set('www-authenticate', challenge)
  return response
}

/** The draft writes the key as a quoted string; most clients send it bare. */
function keyOf(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header.join(', ') : header
  return value?.trim().replace(/^"(.*)"$/, '$1') || undefined
}

/** An empty body is an empty input. */
function readInput(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_input', 'The body is not valid JSON.', {
      hint: "Send a JSON object with the tool's input; /openapi.json describes it.",
      cause,
    })
  }
}

export function problemResponse({ status, body, retryAfterSeconds }: ReturnType<typeof problemOf>): Response {
  return problem(status, body, retryAfterSeconds)
}

function problem(status: number, body: object, retryAfterSeconds?: number): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  return new Response(JSON.stringify(body), { status, headers })
}
