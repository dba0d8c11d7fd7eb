import { consolePage } from '../console/console-page.ts'
import { consoleHeaders } from '../console/page-headers.ts'
import type { PageParts, Visit } from './visit.ts'

/** A page in the frame of the console, with the headers that keep it to its reader. */
export async function pageOf(
  { lang, publicUrl, url, session }: Visit,
  { title, main, scripts = [], status = 200, retryAfterSeconds, formAction = [] }: PageParts,
  cookies: readonly string[],
): Promise<Response> {
  const here = url.pathname + url.search
  const signedIn = session && { name: session.person.name, role: session.person.role, csrf: session.csrf }
  const html = consolePage({ lang, publicUrl, here, title, main, scripts, signedIn })
  const headers = new Headers(consoleHeaders(formAction))
  headers.set('content-type', 'text/html; charset=utf-8')
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(wholeSeconds(retryAfterSeconds)))
  for (const value of cookies) headers.append('set-cookie', value)
  return new Response(String(await html), { status, headers })
}

/** RFC 9110 §10.2.3 knows whole seconds only. */
function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds))
}
