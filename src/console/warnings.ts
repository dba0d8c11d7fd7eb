import { html } from 'hono/html'
import { type Html, prose } from './prose.ts'
import type { Words } from './words-ru.ts'

/** What the owner must see on every page: a server open to strangers, and data that is not real. */
export function warningsOf(words: Words, { open, demo }: { open: boolean; demo: boolean }): Html[] {
  return [
    ...(open ? [warning('danger', words.openTitle, words.openText)] : []),
    ...(demo ? [warning('info', words.demoTitle, words.demoText)] : []),
  ]
}

/** Whether an address leads to this very computer and nowhere else. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\./.test(hostname)
  )
}

function warning(kind: 'danger' | 'info', title: string, text: string): Html {
  return html`<p class="warning ${kind}"><strong>${title}</strong> ${prose(text)}</p>`
}
