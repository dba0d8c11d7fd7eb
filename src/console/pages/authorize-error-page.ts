import { html } from 'hono/html'
import type { Language } from '../language.ts'
import { type Html, prose } from '../prose.ts'
import { authorizeErrorWords } from '../words/authorize-error.ts'
import { filled } from '../words.ts'

type Reason = Exclude<keyof (typeof authorizeErrorWords)['ru'], 'title' | 'code'>

export interface AuthorizeError {
  readonly reason: Reason
  /** The OAuth error code. */
  readonly error: string
  /** From outside: shown as text, never trusted. */
  readonly host: string | undefined
}

export function authorizeErrorTitle(lang: Language): string {
  return authorizeErrorWords[lang].title
}

/** Why the authorization that a program began cannot go on, and who can change that. */
export function authorizeErrorMain(lang: Language, { reason, error, host = '?' }: AuthorizeError): Html {
  const words = authorizeErrorWords[lang]
  return html`<section class="hero narrow" role="alert">
  <h1>${words.title}</h1>
  <p class="lead">${prose(filled(words[reason], { host: host.replaceAll('`', '') }))}</p>
  <p>${words.code} <code>${error}</code></p>
</section>`
}
