import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** A sentence of ours in which `back ticks` mark what is typed or pasted. */
export function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

/** Text to take away, with a button that copies it; the button appears only where its script runs. */
export function copyable(text: string, label: string, words: { copy: string; copied: string }): Html {
  const shape = text.includes('\n') ? 'copy tall' : 'copy'
  return html`<div class="${shape}">
    <pre tabindex="0" aria-label="${label}"><code>${withWholePhones(text)}</code></pre>
    <button type="button" class="quiet" data-copy data-copied="${words.copied}" aria-label="${words.copy}: ${label}" hidden>${words.copy}</button>
  </div>`
}

/** A phone number that breaks at its hyphens reads as two numbers. */
function withWholePhones(text: string): Html {
  const parts = text.split(/(\+7[\d -]+\d)/)
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<span class="whole">${part}</span>`))}`
}
