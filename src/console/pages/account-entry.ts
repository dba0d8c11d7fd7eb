import { html } from 'hono/html'
import { csrfField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { dayOf } from '../when.ts'
import type { AccountsWords } from '../words/accounts.ts'
import { filled } from '../words.ts'

/** One account of a person. */
export interface ShownAccount {
  readonly name: string
  /** Tells it from the person's other accounts of the connector. */
  readonly host: string
  /** The environment of the server names it: shown, never changed here. */
  readonly isEnvironment: boolean
  /** Unix ms. */
  readonly linkedAt: number | undefined
  readonly trouble: 'refused' | 'broken' | 'away' | undefined
}

interface Around {
  readonly words: AccountsWords
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly connector: { readonly id: string; readonly title: string }
  readonly isDefault: boolean
}

/** An account with what can be done about it. */
export function accountEntry(account: ShownAccount, around: Around): Html {
  const { words, lang, connector, isDefault } = around
  const { name, host, isEnvironment, linkedAt, trouble } = account
  const { title } = connector
  return html`<li>
  <div class="what"><strong>${name}</strong> ${isDefault && html`<span class="badge draft" title="${words.defaultText}">${words.isDefault}</span>`}
    <p class="help">${host}${linkedAt !== undefined && ` · ${filled(words.since, { day: dayOf(linkedAt, lang) })}`}</p>
    ${isEnvironment && html`<p class="help">${words.environment}</p>`}
    ${trouble !== undefined && html`<p class="warning note">${filled(words[trouble], { title })}</p>`}
  </div>
  <div class="acts">
    ${!isDefault && act('default', account, around, html`<button class="quiet">${words.makeDefault}</button>`)}
    ${
      !isEnvironment &&
      html`<details class="sure"><summary>${words.unlink}</summary><p>${filled(words.unlinkQuestion, { title })}</p>
      ${act('unlink', account, around, html`<button class="danger">${words.yes}</button>`)}</details>`
    }
  </div></li>`
}

function act(what: 'default' | 'unlink', { host }: ShownAccount, around: Around, button: Html): Html {
  const { base, csrf, connector } = around
  return html`<form method="post" action="${base}/console/accounts/${what}">
    ${csrfField(csrf)}
    <input type="hidden" name="connector" value="${connector.id}">
    <input type="hidden" name="account" value="${host}">
    ${button}</form>`
}
