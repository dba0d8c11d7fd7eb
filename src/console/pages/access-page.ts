import { html } from 'hono/html'
import { csrfField, notice, textField } from '../fields.ts'
import type { Language } from '../language.ts'
import { copyable, type Html, prose } from '../prose.ts'
import { type AccessWords, accessWords } from '../words/access.ts'
import { filled, wordsIn } from '../words.ts'
import { connectionCard, endedLine, type ShownConnection } from './connection-card.ts'
import { type GrantFields, grantFields } from './grant-fields.ts'

export interface AccessPageProps extends GrantFields {
  readonly base: string
  readonly csrf: string
  /** Newest first, those that are over too. */
  readonly connections: readonly ShownConnection[]
  readonly tokenName: string
  readonly problem: keyof AccessWords['problems'] | undefined
  readonly done: keyof AccessWords['done'] | undefined
}

/** Who acts for this person, and how to end it; personal tokens for programs that cannot sign in. */
export function accessPage(props: AccessPageProps): Html {
  const { lang, base, connections, done } = props
  const words = accessWords[lang]
  const living = connections.filter(({ state }) => state === 'live')
  const over = connections.filter(({ state }) => state !== 'live')
  const programs = living.filter(({ kind }) => kind === 'oauth')
  const tokens = living.filter(({ kind }) => kind === 'token')
  return html`
<section class="hero"><h1>${words.title}</h1><p class="lead">${words.lead}</p></section>
${done !== undefined && notice('good', words.done[done])}
<section aria-labelledby="programs"><h2 id="programs">${words.programs}</h2>
  ${programs.length === 0 && html`<p>${words.noPrograms} <a href="${base}/#connect">${words.howToConnect}</a></p>`}
  <ul class="cards">${programs.map((connection) => connectionCard(connection, props))}</ul>
</section>
<section aria-labelledby="tokens"><h2 id="tokens">${words.tokens}</h2>
  <p>${words.tokensText}</p>
  ${tokens.length === 0 && html`<p>${words.noTokens}</p>`}
  <ul class="cards">${tokens.map((connection) => connectionCard(connection, props))}</ul>
  ${newToken(props, words)}
</section>
${
  over.length > 0 &&
  html`<section aria-labelledby="over"><h2 id="over">${words.over}</h2>
  <ul class="ended">${over.map((connection) => endedLine(connection, lang))}</ul></section>`
}`
}

interface CreatedTokenProps {
  readonly lang: Language
  readonly base: string
  readonly name: string
  readonly token: string
}

/** The only page that a token ever stands on. */
export function createdTokenPage({ lang, base, name, token }: CreatedTokenProps): Html {
  const words = accessWords[lang]
  return html`<section class="hero"><h1>${filled(words.createdTitle, { name })}</h1><p class="lead">${words.createdText}</p></section>
<section>
  <div class="address">${copyable(token, words.token, wordsIn(lang))}</div>
  <p>${prose(words.createdUse)}</p>
  <p><a class="button" href="${base}/console/access">${words.back}</a></p>
</section>`
}

export function noConnectionPage({ lang, base }: { lang: Language; base: string }): Html {
  const words = accessWords[lang]
  return html`<section class="hero"><h1>${words.missingTitle}</h1><p class="lead">${words.missingText}</p>
  <p><a href="${base}/console/access">${words.title}</a></p></section>`
}

function newToken(props: AccessPageProps, words: AccessWords): Html {
  const { base, csrf, options, form, tokenName, problem } = props
  if (options.groups.length === 0) return html`<p>${words.nothingToGrant}</p>`
  const isOpen = problem !== undefined || form.problem !== undefined
  return html`<div class="guides"><details id="new-token"${isOpen && html` open`}><summary><h3>${words.create}</h3></summary>
  <form class="ask" method="post" action="${base}/console/access#new-token">
    ${csrfField(csrf)}
    ${problem !== undefined && problem !== 'bad_name' && notice('danger', words.problems[problem])}
    ${textField({
      name: 'name',
      label: words.name,
      value: tokenName,
      autocomplete: 'off',
      help: words.nameHelp,
      problem: problem === 'bad_name' ? words.problems.bad_name : undefined,
      maxLength: 60,
    })}
    ${grantFields(props)}
    <div class="answer"><button>${words.createButton}</button></div>
  </form></details></div>`
}
