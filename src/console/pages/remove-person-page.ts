import { html } from 'hono/html'
import { csrfField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { peopleWords } from '../words/people.ts'
import { filled } from '../words.ts'

/** Says what goes with a person before they are taken away. */
export function removePersonMain(asked: {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly person: { readonly id: string; readonly name: string; readonly login: string }
}): Html {
  const { lang, base, csrf, person } = asked
  const words = peopleWords[lang]
  const { name } = person
  return html`<section class="hero narrow">
  <h1>${words.removeTitle}</h1>
  <p class="lead"><strong>${name}</strong> (${person.login})</p>
  <p>${filled(words.removeText, { name })}</p>
</section>
<section class="narrow">
  <form method="post" action="${base}/console/people/${encodeURIComponent(person.id)}/remove" class="row">
    ${csrfField(csrf)}
    <button type="submit" class="danger">${words.removeSubmit}</button>
    <a class="button quiet" href="${base}/console/people">${words.keep}</a>
  </form>
</section>`
}
