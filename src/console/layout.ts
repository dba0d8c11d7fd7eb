import { html } from 'hono/html'
import { type Asset, assets } from './assets.ts'
import type { Language } from './language.ts'
import type { Html } from './prose.ts'
import type { Words } from './words-ru.ts'

export interface LayoutOptions {
  readonly lang: Language
  readonly words: Words
  readonly title: string
  /** Where readers reach this server; behind a proxy its path may be a prefix of every address. */
  readonly publicUrl: string
  /** The path of this page with its query: the language switch links back to it. */
  readonly path: string
  readonly scripts: readonly Asset[]
  readonly warnings: readonly Html[]
  readonly main: Html
  /** In place of the links that everybody has. */
  readonly nav?: Html
  /** Whether people sign in here. */
  readonly hasConsole?: boolean
}

/** The frame of every page: head, top bar with the language switch, warnings, content. */
export function layout({
  lang,
  words,
  title,
  publicUrl,
  path,
  scripts,
  warnings,
  main,
  nav,
  hasConsole = false,
}: LayoutOptions): Html {
  const base = basePath(publicUrl)
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${base}${assets.icon.path}">
<link rel="stylesheet" href="${base}${assets.styles.path}">
${scripts.map((script) => html`<script src="${base}${script.path}" defer></script>`)}
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header class="bar">
  <a class="brand" href="${base}/?lang=${lang}"><img src="${base}${assets.icon.path}" alt="" width="32" height="32">${words.name}</a>
  ${nav ?? everybodysLinks()}
  <nav class="languages" aria-label="${words.language}">
    ${languageLink('ru', 'Русский', 'RU')}
    ${languageLink('en', 'English', 'EN')}
  </nav>
</header>
<main id="content" tabindex="-1">
${warnings.length > 0 && html`<section class="warnings" aria-label="${words.warnings}">${warnings}</section>`}
${main}
</main>
</body>
</html>`

  function everybodysLinks(): Html {
    return html`<nav aria-label="${words.name}">
    ${pageLink('/', words.home)}
    ${pageLink('/docs', words.docs)}
    ${hasConsole && pageLink('/console', words.consoleLink)}
  </nav>`
  }

  function pageLink(to: '/' | '/docs' | '/console', text: string): Html {
    return html`<a href="${base}${to}?lang=${lang}"${to === path && html` aria-current="page"`}>${text}</a>`
  }

  function languageLink(to: Language, text: string, short: string): Html {
    const current = to === lang && html` aria-current="true"`
    return html`<a href="${base}${inLanguage(path, to)}" hreflang="${to}" lang="${to}" aria-label="${short}, ${text}"${current}>${short}</a>`
  }
}

/** What stands before every path of this server: empty, or `/crm` where a proxy serves it below that path. */
export function basePath(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '')
}

function inLanguage(path: string, lang: Language): string {
  const url = new URL(path, 'http://own.invalid')
  url.searchParams.set('lang', lang)
  return url.pathname + url.search
}
