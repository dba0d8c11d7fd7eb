import { html } from 'hono/html'
import {
  claudeCodeCommand,
  curlCommand,
  cursorFile,
  cursorLink,
  vscodeFile,
  vscodeLink,
} from './client-settings.ts'
import { copyable, type Html, prose } from './prose.ts'
import { filled } from './words.ts'
import type { Words } from './words-ru.ts'

/** Absolute addresses of this server, as clients reach it. */
interface Endpoints {
  readonly mcp: string
  readonly sse: string
  readonly openapi: string
  /** Where tools are called over REST, ending in `/api/tools`. */
  readonly tools: string
}

export interface Around {
  readonly auth: 'oauth' | 'token' | 'none'
  readonly endpoints: Endpoints
  readonly words: Words
  /** Whether programs on the internet can call the address. */
  readonly reachable: boolean
}

/** Step by step for each program; one is open at a time. */
export function connectGuides(around: Around): Html {
  return html`<div class="guides">
    ${guide('ChatGPT', chatgpt(around), true)}
    ${guide('Claude', claude(around))}
    ${guide('Cursor', cursor(around))}
    ${guide('VS Code', vscode(around))}
    ${guide(around.words.other, other(around))}
  </div>`
}

function guide(title: string, body: Html, open = false): Html {
  return html`<details name="guide"${open && html` open`}><summary><h3>${title}</h3></summary><div>${body}</div></details>`
}

function chatgpt({ auth, endpoints, words, reachable }: Around): Html {
  if (auth === 'token') {
    return html`${!reachable && unreachableNote('ChatGPT', words)}${steps(words.chatgptToken)}
      ${copyable(endpoints.openapi, `ChatGPT: ${words.otherOpenapi}`, words)}`
  }
  const access = auth === 'oauth' ? words.chatgptOauth : words.chatgptNone
  return html`${!reachable && unreachableNote('ChatGPT', words)}${steps([...words.chatgpt, ...access, words.chatgptEnd])}
    ${copyable(endpoints.mcp, `ChatGPT: ${words.address}`, words)}`
}

function claude({ auth, endpoints, words, reachable }: Around): Html {
  const command = copyable(
    claudeCodeCommand(endpoints.mcp, auth === 'token' && words.tokenPlaceholder),
    'Claude Code',
    words,
  )
  if (auth === 'token') return html`<p>${prose(words.claudeToken)}</p>${command}`
  return html`${!reachable && unreachableNote('Claude', words)}
    ${steps([...words.claude, ...(auth === 'oauth' ? [words.claudeOauth] : [])])}
    ${copyable(endpoints.mcp, `Claude: ${words.address}`, words)}
    <p>${words.claudeCode}</p>${command}`
}

function cursor({ auth, endpoints, words }: Around): Html {
  const file = cursorFile(endpoints.mcp, auth === 'token' && words.tokenPlaceholder)
  return html`${auth !== 'token' && installLink(cursorLink(endpoints.mcp), 'Cursor', words)}
    ${steps(words.cursor)}${copyable(file, 'mcp.json', words)}`
}

function vscode({ auth, endpoints, words }: Around): Html {
  const file = vscodeFile(endpoints.mcp, auth === 'token' && words.tokenPrompt)
  return html`${auth !== 'token' && installLink(vscodeLink(endpoints.mcp), 'VS Code', words)}
    ${steps(words.vscode)}${copyable(file, '.vscode/mcp.json', words)}`
}

function other({ auth, endpoints, words }: Around): Html {
  const call = curlCommand(`${endpoints.tools}/amocrm_get_account`, '{}', auth !== 'none')
  const rows: [string, string][] = [
    [words.otherMcp, endpoints.mcp],
    [words.otherSse, endpoints.sse],
    [words.otherOpenapi, endpoints.openapi],
    [words.otherCurl, call],
  ]
  return html`${rows.map(([label, text]) => html`<p>${label}</p>${copyable(text, label, words)}`)}`
}

function steps(sentences: readonly string[]): Html {
  return html`<ol class="steps">${sentences.map((sentence) => html`<li>${prose(sentence)}</li>`)}</ol>`
}

function unreachableNote(client: string, words: Words): Html {
  return html`<p class="warning note">${filled(words.unreachable, { client })}</p>`
}

function installLink(address: string, client: string, words: Words): Html {
  return html`<p><a class="button" href="${address}">${filled(words.install, { client })}</a></p>`
}
