import { html } from 'hono/html'
import type { Language } from '../language.ts'
import { type Html, prose } from '../prose.ts'
import { troubleWords } from '../words/trouble.ts'
import { filled } from '../words.ts'

export interface Trouble {
  readonly kind: string
  readonly reason?: string | undefined
  /** Joins the page with the log line of a bug. */
  readonly incident?: string | undefined
  readonly base: string
  /** The path of the page that the reader came from, without the base. */
  readonly again?: string | undefined
}

export function troubleTitle(lang: Language, trouble: Trouble): string {
  return saying(lang, trouble).title
}

/** What went wrong in our own words, and where to go on. */
export function troubleMain(lang: Language, trouble: Trouble): Html {
  const words = troubleWords[lang]
  const { title, text } = saying(lang, trouble)
  const { base, again, incident = '' } = trouble
  return html`<section class="hero narrow" role="alert">
  <h1>${title}</h1>
  <p class="lead">${prose(filled(text, { incident }))}</p>
  <p class="row">
    ${again !== undefined && html`<a class="button" href="${base}${again}">${words.again}</a>`}
    <a class="button quiet" href="${base}/console">${words.home}</a>
  </p>
</section>`
}

function saying(lang: Language, { reason = '', kind }: Trouble): { title: string; text: string } {
  const words: Record<string, string | { title: string; text: string }> = troubleWords[lang]
  const found = [words[reason], words[kind]].find((candidate) => typeof candidate === 'object')
  return found ?? troubleWords[lang].other
}
