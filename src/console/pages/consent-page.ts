import { html } from 'hono/html'
import { csrfField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { type ConsentWords, consentWords } from '../words/consent.ts'
import { filled } from '../words.ts'
import { type GrantFields, grantFields } from './grant-fields.ts'
import type { GrantOptions } from './grant-form.ts'
import { shownName, vendorName } from './program-name.ts'

export interface ConsentPageProps extends GrantFields {
  /** What stands before every path in a link. */
  readonly base: string
  /** Of the page itself, below `base`. */
  readonly path: string
  readonly csrf: string
  readonly program: Program
  readonly personName: string
}

interface Program {
  /** From outside: shown as text, never trusted. */
  readonly name: string
  /** Whose own client document it is; nothing when nobody vouches for the name. */
  readonly vendor: string | undefined
  readonly documentHost: string | undefined
  /** Where the access goes: a host, or the scheme of an app. */
  readonly host: string
  readonly goesTo: 'host' | 'computer' | 'app'
}

/** Who asks, for what, where and until when. Nothing is granted that does not stand on it. */
export function consentPage(props: ConsentPageProps): Html {
  const { lang, base, path, csrf, program, personName, options } = props
  const words = consentWords[lang]
  return html`
<section class="hero ask-hero">
  <p class="status">${filled(words.signedInAs, { name: personName })}</p>
  ${whoAsks(program, inWords(options, lang), words)}
</section>
<form class="ask" method="post" action="${base}${path}">
  ${csrfField(csrf)}
  ${noAnswer}
  ${
    options.groups.length === 0
      ? html`<div class="warning info"><strong>${words.nothingTitle}.</strong> ${words.nothingText}</div>`
      : grantFields(props)
  }
  <div class="answer">
    <button class="quiet" name="decision" value="deny" formnovalidate>${words.deny}</button>
    ${options.groups.length > 0 && html`<button name="decision" value="allow">${words.allow}</button>`}
  </div>
  <p class="help">${words.whole} ${words.later}</p>
</form>`
}

/** What stands there when the request is not open any more. */
export function consentOverPage({ lang, base }: { lang: Language; base: string }): Html {
  const words = consentWords[lang]
  return html`<section class="hero"><h1>${words.overTitle}</h1><p class="lead">${words.overText}</p>
  <p><a href="${base}/console/access">${words.toAccess}</a></p></section>`
}

/**
 * Enter in a field presses the first button of a form (HTML, implicit submission): this one, which only shows the page
 * again. An answer is given by pressing it.
 */
const noAnswer = html`<button name="decision" value="none" hidden></button>`

/** The systems that access is asked to, such as "amoCRM и Telegram". */
function inWords({ groups }: GrantOptions, lang: Language): string {
  return new Intl.ListFormat(lang).format(groups.map(({ title }) => title))
}

function whoAsks(program: Program, systems: string, words: ConsentWords): Html {
  const { vendor, documentHost, host, goesTo } = program
  const going = { host: words.toHost, computer: words.toComputer, app: words.toApp }
  const where = filled(going[goesTo], { host })
  if (vendor === undefined) {
    return html`<h1>${systems === '' ? words.unknownAsksNothing : filled(words.unknownAsks, { systems })}</h1>
    <div class="warning danger asking">
      <p><strong>${words.unknown}.</strong> ${words.unknownName} <strong class="claimed">${shownName(program.name) || words.noName}</strong></p>
      <p>${words.unknownText} ${documentHost !== undefined && filled(words.documentAt, { host: documentHost })}</p>
    </div>
    <p class="goes ${goesTo === 'host' ? 'plain' : 'warning note'}">${where}</p>`
  }
  // Any program on a device can stand behind an address or a scheme that all on it share.
  const mark = goesTo === 'host' ? words.verified : words.known
  return html`<h1>${filled(systems === '' ? words.asksNothing : words.asks, { client: vendorName(vendor), systems })}</h1>
  <p class="goes ${goesTo === 'host' ? 'plain' : 'warning note'}"><span class="badge linked">${mark}</span> ${where}</p>`
}
