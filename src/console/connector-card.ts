import { html } from 'hono/html'
import { copyable, type Html } from './prose.ts'
import { filled } from './words.ts'
import type { Words } from './words-ru.ts'

export interface HomeConnector {
  readonly id: string
  readonly title: string
  /** `private`: whose accounts are linked is for those alone who sign in. */
  readonly state: 'linked' | 'demo' | 'not_linked' | 'private'
  /** The name of the linked account. It comes from outside: shown as text, never trusted. */
  readonly account?: string
  /** How many tools it brings. */
  readonly tools?: number
  /** The variables that link a real account, for example `AMOCRM_SUBDOMAIN`; shown until one is linked. */
  readonly setup?: readonly string[]
  /** The absolute address that serves this connector alone. */
  readonly mcp?: string
  /** Where people sign in and link their accounts. */
  readonly consoleUrl?: string
}

/** One connector at a glance: its light, whose account it is, and how to make it one's own. */
export function connectorCard(connector: HomeConnector, words: Words): Html {
  const { title, state, account, tools, setup = [], mcp, consoleUrl } = connector
  const texts = {
    linked: words.linkedText,
    demo: words.demoCard,
    not_linked: words.notLinkedText,
    private: words.privateText,
  }
  return html`<li class="connector">
    <h3>${title}${state !== 'private' && html` <span class="badge ${state}">${words[state]}</span>`}</h3>
    ${account !== undefined && html`<p class="account">${account}</p>`}
    <p>${texts[state]}${tools !== undefined && ` ${filled(words.tools, { count: tools })}.`}</p>
    ${(state === 'demo' || state === 'not_linked') && setup.length > 0 && setupNote(setup, words)}
    ${state === 'private' && consoleUrl !== undefined && html`<p><a class="button" href="${consoleUrl}">${words.signIn}</a></p>`}
    ${mcp !== undefined && html`<details><summary>${filled(words.ownAddress, { title })}</summary>${copyable(mcp, mcp, words)}</details>`}
  </li>`
}

function setupNote(setup: readonly string[], words: Words): Html {
  return html`<p>${words.setup}</p><p class="names">${setup.map((name) => html`<code>${name}</code> `)}</p>`
}
