import { html } from 'hono/html'
import { assets } from './assets.ts'
import { type DocsTool, toolEntry } from './docs-tool.ts'
import type { Language } from './language.ts'
import { basePath, layout } from './layout.ts'
import { type Html, prose } from './prose.ts'
import { isLoopback, warningsOf } from './warnings.ts'
import { filled, wordsIn } from './words.ts'
import type { Words } from './words-ru.ts'

export interface DocsPageOptions {
  readonly tools: readonly DocsTool[]
  readonly auth: 'oauth' | 'token' | 'none'
  readonly lang: Language
  /** Where clients reach this server, without a trailing slash. */
  readonly publicUrl: string
  /** Whether other computers reach the server; without it the public address tells. */
  readonly exposed?: boolean
  /** Whether a sandbox stands behind any of the tools. */
  readonly demo?: boolean
}

/** Every tool with its parameters, its answer, and an editor that calls it. Readable without a script. */
export function docsPage(options: DocsPageOptions): Html {
  const { tools, auth, lang, publicUrl, demo = false } = options
  const secured = auth !== 'none'
  const hasConsole = auth === 'oauth'
  const words = wordsIn(lang)
  const open = !secured && (options.exposed ?? !isLoopback(publicUrl))
  const groups = Object.entries(Object.groupBy(tools, ({ name }) => groupOf(name, words)))
  const around = { words, secured, address: `${publicUrl}/api/tools` }
  const main = html`
<section class="hero">
  <h1>${words.docsTitle}</h1>
  <p class="lead">${prose(filled(words.docsLead, { address: `${around.address}/…` }))}</p>
  <p><a href="${basePath(publicUrl)}/openapi.json">${words.machine}</a></p>
  <noscript><p class="warning note">${words.noScript}</p></noscript>
</section>
<div class="controls" data-enhanced hidden data-words data-tools="${basePath(publicUrl)}/api/tools"
  data-sending="${words.sending}" data-no-answer="${words.noAnswer}" data-bad-json="${words.badJson}"
  data-needs-token="${words.needsToken}" data-milliseconds="${words.milliseconds}">
  ${secured ? tokenField(words, hasConsole ? `${basePath(publicUrl)}/console/access` : undefined) : html`<p>${words.noToken}</p>`}
  <div><label for="filter">${words.filter}</label><input id="filter" type="search" autocomplete="off" spellcheck="false"></div>
</div>
<p id="nothing" role="status" hidden>${words.nothing}</p>
${groups.map(
  ([group, members = []]) => html`<section data-group aria-label="${group}">
    <h2>${group} <span class="count">${members.length}</span></h2>
    <div class="guides">${members.map((tool) => toolEntry(tool, around))}</div>
  </section>`,
)}`
  return layout({
    lang,
    words,
    publicUrl,
    title: `${words.docsTitle} · ${words.name}`,
    path: '/docs',
    scripts: [assets.copyButtons, assets.tryTools],
    warnings: warningsOf(words, { open, demo }),
    main,
    hasConsole,
  })
}

/** Without a name and outside any form, so that no browser ever puts the token in an address. */
function tokenField(words: Words, accessPage: string | undefined): Html {
  return html`<div>
    <label for="token">${words.token}</label>
    <input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-help">
    <p id="token-help" class="help">${prose(words.tokenHelp)}${accessPage !== undefined && html` <a href="${accessPage}">${words.tokenMake}</a>`}</p>
  </div>`
}

/** Tools are named `<connector>_<verb>_<noun>`; `search` and `fetch` alone have no connector in front. */
function groupOf(name: string, words: Words): string {
  const [connector = name, ...rest] = name.split('_')
  return rest.length === 0 ? words.unprefixed : (BRANDS[connector] ?? connector)
}

const BRANDS: Readonly<Record<string, string>> = { amocrm: 'amoCRM', telegram: 'Telegram' }
