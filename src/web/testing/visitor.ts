/** A browser as far as the server sees it: cookies, and the hidden fields of the page that was opened last. */
export interface Visitor {
  /** Cookies by name. */
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Page>
  /** Sends a form of the last page: its `_csrf` unless the fields name another. */
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>
  send(path: string, init: RequestInit): Promise<Page>
}

interface Page {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where a redirect leads. */
  readonly location: string | null
  readonly setCookies: readonly string[]
}

export function createVisitor(origin: string): Visitor {
  const cookies = new Map<string, string>()
  let csrf = ''

  async function send(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers(init.headers)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
    if (!headers.has('accept-language')) headers.set('accept-language', 'en')
    const reply = await globalThis.fetch(origin + path, { ...init, headers, redirect: 'manual' })
    const setCookies = reply.headers.getSetCookie()
    for (const line of setCookies) keep(line)
    const html = await reply.text()
    csrf = /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? csrf
    return {
      status: reply.status,
      headers: reply.headers,
      html,
      location: reply.headers.get('location'),
      setCookies,
    }
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split('=')
    if (attributes.includes('Max-Age=0')) cookies.delete(name)
    else cookies.set(name, value)
  }

  return {
    cookies,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields, headers = {}) =>
      send(path, { method: 'POST', body: new URLSearchParams({ _csrf: csrf, ...fields }), headers }),
  }
}
