import type { IncomingHttpHeaders } from 'node:http'
import type { Inbound } from '../inbound.ts'

/** A web `Request` for the SDK. `Accept` is completed: plain clients that take JSON alone are served too. */
export function toRequest(inbound: Inbound): Request {
  const headers = toHeaders(inbound.headers)
  headers.set('accept', 'application/json, text/event-stream')
  const { url, text, signal } = inbound
  return new Request(new URL(url, 'http://localhost'), {
    method: 'POST',
    headers,
    body: text,
    signal: signal(),
  })
}

export function toHeaders(incoming: IncomingHttpHeaders): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}
