import { html } from 'hono/html'
import { notice } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { type AccountsWords, accountsWords } from '../words/accounts.ts'
import { filled } from '../words.ts'
import { accountEntry, type ShownAccount } from './account-entry.ts'
import { type LinkForm, linkForm } from './link-form.ts'

export interface AccountsPageProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly connectors: readonly ConnectorAccounts[]
  readonly done: keyof AccountsWords['done'] | undefined
  readonly gone: boolean
}

interface ConnectorAccounts {
  readonly id: string
  readonly title: string
  /** The default first. */
  readonly accounts: readonly ShownAccount[]
  /** The embedded demo answers in place of a real account. */
  readonly isDemo: boolean
  /** Nothing where an account cannot be linked on a page. */
  readonly form: LinkForm | undefined
}

/** Where a person's programs work: a card per connector, with the form that links one more. */
export function accountsPage({ lang, base, csrf, connectors, done, gone }: AccountsPageProps): Html {
  const words = accountsWords[lang]
  return html`
<section class="hero"><h1>${words.title}</h1><p class="lead">${words.lead}</p></section>
${done !== undefined && notice('good', words.done[done])}
${gone && notice('danger', words.problems.gone)}
${connectors.map(
  (connector) => html`<section class="panel" id="${connector.id}" aria-labelledby="${connector.id}-title">
  <h2 id="${connector.id}-title">${connector.title} ${stateBadge(connector, words)}</h2>
  ${connector.accounts.length === 0 && html`<p>${connector.isDemo ? words.demo : words.none}</p>`}
  <ul class="accounts">${connector.accounts.map((account, index) =>
    accountEntry(account, { words, lang, base, csrf, connector, isDefault: index === 0 }),
  )}</ul>
  ${
    connector.form === undefined
      ? html`<p class="help">${words.noForm}</p>`
      : linkForm(connector.form, {
          words,
          lang,
          base,
          csrf,
          connector,
          isFirst: connector.accounts.length === 0,
        })
  }
</section>`,
)}`
}

function stateBadge({ accounts, isDemo }: ConnectorAccounts, words: AccountsWords): Html {
  const state = accounts.length > 0 ? 'linked' : isDemo ? 'demo' : 'not_linked'
  return html`<span class="badge ${state}">${filled(words.states[state], { count: accounts.length })}</span>`
}
