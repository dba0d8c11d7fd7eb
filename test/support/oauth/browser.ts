import { createCookieJar } from './cookie-jar.ts'
import { type Filling, type Form, fill, formsOf } from './forms.ts'
import { type Element, readHtml, textOf } from './html.ts'
import { raw } from './raw.ts'

/** One answer, past the redirects that stay at home. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** Where the browser was sent away to: another program's callback. Nothing while it is still at home. */
  readonly left: URL | undefined
}

interface Asked {
  readonly form?: URLSearchParams
  readonly headers?: Readonly<Record<string, string>>
  /** Gives the redirect itself. */
  readonly stays?: boolean
}

/** A browser without scripts: keeps cookies, follows redirects, reads and sends forms, and holds to `form-action`. */
export interface Browser {
  open(address: string | URL, asked?: Asked): Promise<Page>
  /** Fills the form that has this field or button, and presses the button of this value or the only one. */
  submit(page: Page, which: string, filling?: Filling, press?: string): Promise<Page>
  readonly cookies: ReturnType<typeof createCookieJar>
}

export function createBrowser(home: string, { lang = 'en' }: { lang?: 'ru' | 'en' } = {}): Browser {
  const cookies = createCookieJar()
  const { origin } = new URL(home)

  async function open(
    address: string | URL,
    { form, headers = {}, stays = false }: Asked = {},
  ): Promise<Page> {
    let url = new URL(address, home)
    let body = form
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const cookie = cookies.headerFor(url)
      const answer = await send(url, body, {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'accept-language': lang === 'ru' ? 'ru-RU,ru;q=0.9' : 'en-GB,en;q=0.9',
        'user-agent': 'Mozilla/5.0 (X11; Linux x64) TestBrowser/1.0',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-site': body === undefined ? 'none' : 'same-origin',
        ...(body && { origin }),
        ...(cookie && { cookie }),
        ...headers,
      })
      for (const line of answer.headers.getSetCookie()) cookies.take(line, url)
      const location = answer.headers.get('location')
      if (location === null || answer.status < 300 || stays) return { url, ...answer, left: undefined }
      if (![302, 303].includes(answer.status)) throw new Error(`redirected with ${answer.status}`)
      const next = new URL(location, url)
      if (next.origin !== origin) return { url, ...answer, left: next }
      url = next
      body = undefined
    }
    throw new Error(`redirected in a circle at ${url}`)
  }

  return {
    open,
    cookies,
    async submit(page, which, filling, press) {
      const form = formOf(page, which)
      const { buttons } = form
      const pressed =
        press === undefined
          ? buttons[0]
          : buttons.find(({ value, text }) => value === press || text === press)
      if (press === undefined && buttons.length > 1)
        throw new Error(`which button? ${buttons.map(({ value, text }) => value || text).join(', ')}`)
      if (press !== undefined && pressed === undefined) throw new Error(`no button ${press}`)
      const sent = fill(form, filling, pressed)
      const action = new URL(form.action || page.url.href, page.url)
      if (form.method !== 'post') return open(`${action.origin}${action.pathname}?${sent}`)
      const next = await open(action, { form: sent })
      const csp = page.headers.get('content-security-policy') ?? ''
      for (const target of [action, ...(next.left ? [next.left] : [])]) {
        if (!allowsForm(csp, target, origin))
          throw new Error(`form-action does not let it go to ${target.origin}: ${csp}`)
      }
      return next
    },
  }
}

const MOST_HOPS = 12

export const read = (page: Page): Element => readHtml(page.body)
export const wordsOf = (page: Page): string => textOf(read(page))

/** The form that has a field or a button of this name, or posts to a path that ends so. */
export function formOf(page: Page, which: string): Form {
  const forms = formsOf(read(page))
  const found = forms.filter(
    ({ controls, buttons, action }) =>
      action.split('?', 1)[0]?.endsWith(which) ||
      [...controls, ...buttons].some(({ name }) => name === which),
  )
  const [form] = found
  if (form !== undefined && found.length === 1) return form
  throw new Error(
    `${found.length} forms with ${which} at ${page.url} (${page.status}): ${wordsOf(page).slice(0, 500)}`,
  )
}

/** Chromium holds the whole chain of redirects after a form to the `form-action` of its page (CSP 3 §6.5.1). */
function allowsForm(csp: string, target: URL, origin: string): boolean {
  const sources = /(?:^|;)\s*form-action ([^;]*)/.exec(csp)?.[1]?.trim().split(/\s+/)
  if (sources === undefined) throw new Error('the page has no form-action')
  return sources.some((source) => {
    if (source === "'self'") return target.origin === origin
    if (source.endsWith(':')) return target.protocol === source
    return new URL(source).origin === target.origin
  })
}

/** By hand: `fetch` does not let its caller say `Origin`, `Cookie` and `Sec-Fetch-Site` as a browser does. */
function send(url: URL, form: URLSearchParams | undefined, headers: Record<string, string>) {
  if (form === undefined) return raw('GET', url, headers)
  const body = form.toString()
  const length = String(Buffer.byteLength(body))
  const type = 'application/x-www-form-urlencoded'
  return raw('POST', url, { 'content-type': type, 'content-length': length, ...headers }, body)
}
