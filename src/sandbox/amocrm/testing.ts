import type { AmocrmSandbox } from './server.ts'

/** Calls the sandbox over HTTP as a client would; `send` is the fetch to use. */
export function callerOf({ baseUrl, accessToken, controlUrl }: AmocrmSandbox, send: Send) {
  const request = async (
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await send(url, {
      method,
      headers: { Authorization: `Bearer ${accessToken}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
  const api = (path: string) => `${baseUrl}/api/v4${path}`
  return {
    get: (path: string, headers?: Record<string, string>) => request('GET', api(path), undefined, headers),
    post: (path: string, body: unknown) => request('POST', api(path), body),
    patch: (path: string, body: unknown) => request('PATCH', api(path), body),
    delete: (path: string, body?: unknown) => request('DELETE', api(path), body),
    /** Any address of the server, any method. */
    request: (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      request(method, baseUrl + path, body, headers),
    control: (switches?: object) => request(switches ? 'POST' : 'GET', controlUrl, switches),
    /** The rows of a list; none for 204. */
    list: async (path: string) => {
      const { body } = await request('GET', api(path))
      return body === undefined ? [] : rowsOf(body)
    },
    /** Makes one thing and gives its id. */
    make: async (path: string, item: object): Promise<number> => {
      const { body, text } = await request('POST', api(path), [item])
      const [row] = body?._embedded ? rowsOf(body) : []
      if (typeof row?.id !== 'number') throw new Error(`nothing was made: ${text}`)
      return row.id
    },
  }
}

type Send = (url: string, init: RequestInit) => Promise<Response>

/** The first complaint of a validation problem, as `code path`. */
export function complaintOf({ body }: { body?: { 'validation-errors'?: Complaints } }): string {
  const [failure] = body?.['validation-errors'] ?? []
  const [issue] = failure?.errors ?? []
  return issue ? `${issue.code} ${issue.path}` : 'none'
}

type Complaints = readonly { request_id: string; errors: readonly { code: string; path: string }[] }[]

type Json = ReturnType<typeof JSON.parse>

function rowsOf(body: { _embedded: Record<string, Json[]> }) {
  const [rows] = Object.values(body._embedded)
  return rows ?? []
}
