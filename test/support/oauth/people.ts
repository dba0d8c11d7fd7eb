import { type Browser, createBrowser, type Page, read, wordsOf } from './browser.ts'
import { all } from './html.ts'

export const ADMIN_PASSWORD = 'correct horse battery staple'

export interface Credentials {
  readonly login: string
  readonly password: string
}

export const OWNER: Credentials = { login: 'owner', password: ADMIN_PASSWORD }

/** A browser of its own in which this person is signed in. */
export async function signedIn(home: string, who: Credentials = OWNER): Promise<Browser> {
  const browser = createBrowser(home)
  const page = await signIn(browser, who)
  if (page.status !== 200 || page.url.pathname.endsWith('/sign-in')) {
    throw new Error(`${who.login} is not signed in: ${page.status} ${wordsOf(page)}`)
  }
  return browser
}

export async function signIn(browser: Browser, who: Credentials = OWNER): Promise<Page> {
  const page = await browser.open('/console/sign-in')
  return browser.submit(page, 'password', { login: who.login, password: who.password })
}

/** Asks for an invitation as this person, and gives its link. */
export async function invitation(browser: Browser, role: 'member' | 'client', name: string): Promise<URL> {
  const page = await browser.open('/console/people')
  const invited = await browser.submit(page, 'name', { ...(OFFERS_ROLE.test(page.body) && { role }), name })
  const link = /https?:\/\/[^\s"<>]+\/console\/invite\/[\w-]+/.exec(invited.body)?.[0]
  if (link === undefined) throw new Error(`no link of an invitation: ${wordsOf(invited)}`)
  return new URL(link)
}

const OFFERS_ROLE = /name="role"/

/** Follows an invitation to the end: the person is there and signed in. */
export async function join(home: string, link: URL, who: Credentials, name = who.login): Promise<Browser> {
  const browser = createBrowser(home)
  const page = await browser.open(link)
  const joined = await browser.submit(page, 'password', { login: who.login, name, password: who.password })
  if (joined.status !== 200 || !joined.url.pathname.startsWith('/console')) {
    throw new Error(`${who.login} has not joined: ${joined.status} ${wordsOf(joined)}`)
  }
  return browser
}

/** The addresses that a page links to. */
export function linksOf(page: Page): string[] {
  return all(read(page), ({ tag }) => tag === 'a').map(({ attributes }) => attributes.href ?? '')
}
