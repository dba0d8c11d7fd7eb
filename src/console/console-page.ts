import { html } from 'hono/html'
import type { Asset } from './assets.ts'
import type { Language } from './language.ts'
import { basePath, layout } from './layout.ts'
import type { Html } from './prose.ts'
import { frameWords } from './words/frame.ts'
import { filled, wordsIn } from './words.ts'

export interface ConsolePageOptions {
  readonly lang: Language
  readonly publicUrl: string
  /** The path and query of this page. */
  readonly here: string
  readonly title: string
  readonly main: Html
  readonly scripts: readonly Asset[]
  /** Whose page it is; nothing before somebody has signed in. */
  readonly signedIn: SignedInReader | undefined
}

interface SignedInReader {
  /** From outside: shown as text, never trusted. */
  readonly name: string
  readonly role: 'owner' | 'member' | 'client'
  readonly csrf: string
}

/** The frame of the console: for somebody who is signed in its sections, their name and the way out. */
export function consolePage(options: ConsolePageOptions): Html {
  const { lang, publicUrl, here, title, main, scripts, signedIn } = options
  const words = wordsIn(lang)
  const nav = signedIn && sections(signedIn, options)
  return layout({
    lang,
    words,
    publicUrl,
    title: `${title} · ${words.name}`,
    path: here,
    scripts,
    warnings: [],
    main,
    ...(nav && { nav }),
  })
}

function sections({ name, role, csrf }: SignedInReader, { lang, publicUrl, here }: ConsolePageOptions): Html {
  const words = frameWords[lang]
  const base = basePath(publicUrl)
  // A client invites nobody, and does not learn that others do.
  const shown = role === 'client' ? SECTIONS.filter((section) => section !== 'people') : SECTIONS
  return html`<nav class="sections" aria-label="${words.console}">${shown.map((section) => {
    const path = `/console/${section}`
    const current = isBelow(here, path) && html` aria-current="page"`
    return html`<a href="${base}${path}"${current}>${words[section]}</a>`
  })}</nav>
  <form class="who" method="post" action="${base}/console/sign-out">
    <input type="hidden" name="_csrf" value="${csrf}">
    <span class="me" title="${filled(words.signedInAs, { name })}">${name}</span>
    <button type="submit" class="quiet">${words.signOut}</button>
  </form>`
}

const SECTIONS = ['accounts', 'access', 'people', 'profile'] as const

function isBelow(here: string, path: string): boolean {
  const [pathname = ''] = here.split('?')
  return pathname === path || pathname.startsWith(`${path}/`)
}
