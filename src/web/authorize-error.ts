import type { IncomingMessage } from 'node:http'
import type { Problem } from '../auth/oauth/problem.ts'
import { consolePage } from '../console/console-page.ts'
import { languageOf } from '../console/language.ts'
import { consoleHeaders } from '../console/page-headers.ts'
import { authorizeErrorMain, authorizeErrorTitle } from '../console/pages/authorize-error-page.ts'
import { cookieValue } from './cookies.ts'

/** The page for a person whose authorization cannot go on and cannot be sent back to the program. */
export async function authorizeErrorPage(
  publicUrl: string,
  problem: Problem,
  { headers }: IncomingMessage,
): Promise<Response> {
  const { status, retryAfterSeconds } = problem
  const lang = languageOf(cookieValue(publicUrl, 'language', headers.cookie), headers['accept-language'])
  const html = consolePage({
    lang,
    publicUrl,
    // The address of the authorization cannot be opened in another language without beginning it again.
    here: '/',
    title: authorizeErrorTitle(lang),
    main: authorizeErrorMain(lang, problem),
    scripts: [],
    signedIn: undefined,
  })
  const answer = new Headers(consoleHeaders([]))
  answer.set('content-type', 'text/html; charset=utf-8')
  if (retryAfterSeconds !== undefined) answer.set('retry-after', String(Math.ceil(retryAfterSeconds)))
  return new Response(String(await html), { status, headers: answer })
}
