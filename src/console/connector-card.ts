import { html } from 'hono/html'
import { copyable, type Html } from './prose.ts'
import { filled } from './words.ts'
import type { Words } from './words-ru.ts'

export interface HomeConnector {
  readonly id: string
  readonly title: string
  readonly state: 'linked' | 'demo' | 'not_linked'
  /** The name of the linked account. It comes from outside: shown as text, never trusted. */
  readonly account?: string
  /** How many tools it brings. */
  readonly tools?: number
  /** The variables that link a real account, for example `AMOCRM_SUBDOMAIN`; shown until one is linked. */
  readonly setup?: readonly string[]
  /** The absolute address that serves this connector alone. */
  readonly mcp?: string
}

/** One connector at a glance: its light, whose account it is, and how to make it one's own. */
export function connectorCard(connector: HomeConnector, words: Words): Html {
  const { title, state, account, tools, setup = [], mcp } = connector
  const texts = { linked: words.linkedText, demo: words.demoCard, not_linked: words.notLinkedText }
  return html`<li class="connector">
    <h3>${title} <span class="badge ${state}">${words[state]}</span></h3>
    ${account !== undefined && html`<p class="account">${account}</p>`}
    <p>${texts[state]}${tools !== undefined && ` ${filled(words.tools, { count: tools })}.`}</p>
    ${state !== 'linked' && setup.length > 0 && setupNote(setup, words)}
    ${mcp !== undefined && html`<details><summary>${filled(words.ownAddress, { title })}</summary>${copyable(mcp, mcp, words)}</details>`}
  </li>`
}

function setupNote(setup: readonly string[], words: Words): Html {
  return html`<p>${words.setup}</p><p class="names">${setup.map((name) => html`<code>${name}</code> `)}</p>`
}
