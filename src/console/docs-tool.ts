import { html } from 'hono/html'
import type { Access } from '../kernel/tool.ts'
import { curlCommand } from './client-settings.ts'
import type { Schema } from './json-schema.ts'
import { copyable, type Html } from './prose.ts'
import { schemaExample } from './schema-example.ts'
import { schemaFields } from './schema-fields.ts'
import type { Words } from './words-ru.ts'

/** What the page shows of a tool; the schemas are JSON Schema objects. */
export interface DocsTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly access: Access
  readonly inputSchema: object
  readonly outputSchema: object
}

interface Around {
  readonly words: Words
  readonly secured: boolean
  /** Ends in `/api/tools`. */
  readonly address: string
}

/** One tool: closed it is a line, open it is read and tried. Tools describe themselves in English. */
export function toolEntry(tool: DocsTool, { words, secured, address }: Around): Html {
  const { name, title, description, access } = tool
  const search = `${name} ${title} ${description}`.toLowerCase()
  const example = JSON.stringify(schemaExample(tool.inputSchema as Schema), undefined, 2)
  const call = curlCommand(`${address}/${name}`, example, secured)
  return html`<details class="tool" id="${name}" data-tool="${name}" data-search="${search}">
  <summary><h3><code>${name}</code></h3><span class="title" lang="en">${title}</span><span class="badge ${access}">${words[access]}</span></summary>
  <div class="halves">
    <div>
      <p lang="en" class="description">${description}</p>
      <h4>${words.parameters}</h4>
      ${fieldList(tool.inputSchema as Schema, words, words.required)}
      <details><summary>${words.answer}</summary>${fieldList(tool.outputSchema as Schema, words)}</details>
    </div>
    <div class="try">
      <h4>${words.tryIt}</h4>
      ${access !== 'read' && html`<p class="warning note">${words.consequence}</p>`}
      <label for="body-${name}">${words.body}</label>
      <textarea id="body-${name}" rows="${Math.min(14, Math.max(4, example.split('\n').length + 1))}" spellcheck="false" autocomplete="off" autocapitalize="off">${example}</textarea>
      <p class="row"><button type="button" data-send disabled>${words.sendButton}</button> <span class="help">${words.keys}</span></p>
      <p role="status" data-status></p>
      <pre data-reply hidden tabindex="0" aria-label="${words.reply}: ${name}"></pre>
      <details><summary>curl</summary>${copyable(call, `curl: ${name}`, words)}</details>
    </div>
  </div>
</details>`
}

function fieldList(schema: Schema, words: Words, requiredMark?: string): Html {
  const fields = schemaFields(schema)
  if (fields.length === 0) return html`<p>${words.noParameters}</p>`
  return html`<dl class="fields">${fields.map(
    ({ path, type, required, description, byDefault }) => html`
    <dt><code>${path}</code> <span class="type">${type}${byDefault !== undefined && ` = ${byDefault}`}</span>${required && requiredMark !== undefined && html` <span class="required">${requiredMark}</span>`}</dt>
    <dd lang="en">${description}</dd>`,
  )}</dl>`
}
