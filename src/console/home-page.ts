import { html } from 'hono/html'
import { assets } from './assets.ts'
import { type Around, connectGuides } from './connect-guides.ts'
import { connectorCard, type HomeConnector } from './connector-card.ts'
import type { Language } from './language.ts'
import { layout } from './layout.ts'
import { copyable, type Html } from './prose.ts'
import { isLoopback, warningsOf } from './warnings.ts'
import { filled, wordsIn } from './words.ts'

export interface HomePageOptions {
  readonly version: string
  readonly publicUrl: string
  readonly auth: Around['auth']
  readonly connectors: readonly HomeConnector[]
  readonly endpoints: Around['endpoints']
  readonly lang: Language
  /** Whether other computers reach the server; without it the public address tells. */
  readonly exposed?: boolean
}

/** The first page a person sees: what this is, whether it works, the address to paste, and what to ask. */
export function homePage(options: HomePageOptions): Html {
  const { version, publicUrl, auth, connectors, endpoints, lang } = options
  const words = wordsIn(lang)
  const open = auth === 'none' && (options.exposed ?? !isLoopback(publicUrl))
  const demo = connectors.some(({ state }) => state === 'demo')
  const main = html`
<div class="first">
<section class="hero">
  <p class="status"><span class="dot"></span>${words.running} · ${filled(words.version, { version })}</p>
  <h1>${words.headline}</h1>
  <p class="lead">${words.lead}</p>
</section>
<section aria-labelledby="connections">
  <h2 id="connections" class="overline">${words.connections}</h2>
  <ul class="cards">${connectors.map((connector) => connectorCard(connector, words))}</ul>
</section>
</div>

<section aria-labelledby="connect">
  <h2 id="connect">${words.connectTitle}</h2>
  <p>${words.connectText}</p>
  <div class="address">${copyable(endpoints.mcp, words.address, words)}</div>
  ${connectGuides({ auth, endpoints, words, reachable: publicUrl.startsWith('https:') && !isLoopback(publicUrl) })}
</section>

<section aria-labelledby="try">
  <h2 id="try">${words.tryTitle}</h2>
  <p>${words.tryText}</p>
  <ol class="cards trials">
    ${words.trials.map(({ say, get }) => html`<li>${copyable(say, say, words)}<p>${get}</p></li>`)}
  </ol>
</section>`
  return layout({
    lang,
    words,
    publicUrl,
    title: words.homeTitle,
    path: '/',
    scripts: [assets.copyButtons],
    warnings: warningsOf(words, { open, demo }),
    main,
    hasConsole: auth === 'oauth',
  })
}
