import { html } from 'hono/html'
import type { Language } from '../language.ts'
import { copyable, type Html } from '../prose.ts'
import { peopleWords } from '../words/people.ts'
import { filled, wordsIn } from '../words.ts'

/** The link of an invitation. It stands nowhere else: only its hash is kept. */
export function invitedMain(invited: {
  readonly lang: Language
  readonly base: string
  readonly name: string
  readonly link: string
}): Html {
  const { lang, base, name, link } = invited
  const words = peopleWords[lang]
  return html`<section class="hero narrow">
  <h1>${words.invitedTitle}</h1>
  <p class="lead">${filled(words.invitedText, { name })}</p>
</section>
<section class="narrow">
  <div class="address">${copyable(link, words.link, wordsIn(lang))}</div>
  <p><a href="${base}/console/people">${words.back}</a></p>
</section>`
}
