import type { Call } from './client.ts'
import { encodeQuery } from './query.ts'

/** The upstream said yes; `json` is undefined when it had nothing to say. */
interface Answer {
  readonly kind: 'answer'
  readonly json: unknown
}

/** The upstream said no. */
interface Refusal {
  readonly kind: 'refusal'
  readonly status: number
  /** The parsed body; undefined when it was not JSON. */
  readonly problem: unknown
  /** A page of a gateway instead of the API's own words. */
  readonly isHtml: boolean
  /** The beginning of the body, for the log. */
  readonly snippet: string
  readonly retryAfterSeconds: number | undefined
}

/** There was no whole answer. */
interface Failure {
  readonly kind: 'failure'
  /** `unreachable`: no connection, so nothing was sent. `unreadable`: a yes that is not JSON. */
  readonly reason: 'unreachable' | 'cut' | 'timeout' | 'cancelled' | 'too_big' | 'redirected' | 'unreadable'
  /** For the log: the system's code, such as ECONNRESET, or the status. */
  readonly code?: string | undefined
}

export type Failed = Refusal | Failure
export type Exchange = Answer | Failed

interface Sending {
  readonly call: Call
  readonly baseUrl: string
  readonly accessToken: string
  readonly timeoutMs: number
}

const LARGEST_REPLY_BYTES = 20 * 1024 * 1024
const SNIPPET_CHARACTERS = 300

/** One request and its reply. Never throws: what went wrong is a value, and none of it holds the token. */
export async function exchange({ call, baseUrl, accessToken, timeoutMs }: Sending): Promise<Exchange> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  // What is sent cannot be called back: a write is heard out, so that it is known what became of it.
  const cancelled = call.method === 'GET' ? call.signal : undefined
  const signals = cancelled ? [deadline.signal, cancelled] : [deadline.signal]
  try {
    const response = await fetch(addressOf(baseUrl, call), {
      method: call.method,
      headers: headersOf(call, accessToken),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      // The token belongs to this host alone; an account that was renamed answers with a redirect.
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    })
    return await read(response, accessToken)
  } catch (error) {
    if (cancelled?.aborted) return { kind: 'failure', reason: 'cancelled' }
    if (deadline.signal.aborted) return { kind: 'failure', reason: 'timeout' }
    // The error itself may quote a header, so only its code goes on.
    const code = codeOf(error)
    return { kind: 'failure', reason: NOT_SENT.test(code) ? 'unreachable' : 'cut', code }
  } finally {
    clearTimeout(timer)
  }
}

function addressOf(baseUrl: string, { path, query = {} }: Call): string {
  const search = encodeQuery(query)
  return `${baseUrl}/api/v4${path}${search && `?${search}`}`
}

function headersOf({ body }: Call, accessToken: string): Record<string, string> {
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: 'application/json',
    'user-agent': 'mostik',
  }
  return body === undefined ? headers : { ...headers, 'content-type': 'application/json' }
}

async function read(response: Response, accessToken: string): Promise<Exchange> {
  const { status, headers } = response
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    return { kind: 'failure', reason: 'redirected', code: String(status) }
  }
  const text = await textOf(response)
  if (text === undefined) return { kind: 'failure', reason: 'too_big', code: String(status) }
  const json = parsed(text)
  if (response.ok) {
    if (json === undefined && text.trim() !== '') {
      return { kind: 'failure', reason: 'unreadable', code: String(status) }
    }
    return { kind: 'answer', json }
  }
  const snippet = text.replaceAll(accessToken, '[token]').slice(0, SNIPPET_CHARACTERS)
  return {
    kind: 'refusal',
    status,
    problem: json,
    isHtml: /^\s*</.test(text),
    snippet,
    retryAfterSeconds: secondsOf(headers),
  }
}

/** The whole body, or undefined when it passes the limit; then the rest is not read. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the stream.
    if (size > LARGEST_REPLY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function secondsOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined
}

/** Codes of a connection that never came to be. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO)_\w+|DEPTH_ZERO_\w+)$/

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'unknown'
}
