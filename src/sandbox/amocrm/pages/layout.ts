import { createHash } from 'node:crypto'
import type { Answer } from '../http/answers.ts'
import { type Html, html } from './html.ts'

/** A page of the demo account: nothing in it runs, and it asks no other address for anything. */
export function pageAnswer(status: number, title: string, body: Html): Answer {
  // The sheet is constant, and its hash below is of exactly these characters.
  const { text } = html`<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · демо-аккаунт amoCRM</title>
<style>${sheet}</style>
</head>
<body>
<header>Демо-аккаунт amoCRM: люди и сделки вымышлены, страница только для чтения</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`
  return { status, type: 'text/html; charset=utf-8', text, headers }
}

export function notFoundPage(): Answer {
  return pageAnswer(
    404,
    'Такой карточки нет',
    html`<p>Её удалили, или демо-аккаунт с тех пор перезапустили: он каждый раз начинает сначала.</p>`,
  )
}

const sheet = html`
:root { color-scheme: light dark; --line: #8884; --soft: #8889; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { padding: .6rem 1rem; border-bottom: 1px solid var(--line); font-size: .875rem; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { margin: 1rem 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; margin: 0; }
dt, dd { margin: 0; padding: .4rem 0; border-bottom: 1px solid var(--line); }
dt { padding-right: 1rem; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .4rem 0; border-bottom: 1px solid var(--line); white-space: pre-line; }
`

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(sheet.text).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}
