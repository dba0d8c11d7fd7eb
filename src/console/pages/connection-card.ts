import { html } from 'hono/html'
import { csrfField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { agoOf, dayOf } from '../when.ts'
import { type AccessWords, accessWords } from '../words/access.ts'
import { filled } from '../words.ts'
import { rightList } from './grant-fields.ts'
import type { RightGroup } from './grant-form.ts'
import { shownName, vendorName } from './program-name.ts'

/** One program or personal token as its person sees it. Times are Unix ms. */
export interface ShownConnection {
  readonly id: string
  readonly kind: 'oauth' | 'token'
  /** From outside: shown as text, never trusted. */
  readonly name: string
  readonly vendor: string | undefined
  readonly host: string
  /** Whether the host is the computer that somebody sits at. */
  readonly isLoopback: boolean
  /** What it may do. */
  readonly groups: readonly RightGroup[]
  /** Names of the only accounts it may work in; nothing for all. */
  readonly accounts: readonly string[] | undefined
  /** How many of its accounts are not linked any more. */
  readonly goneAccounts: number
  readonly toolsets: readonly string[] | undefined
  readonly createdAt: number
  readonly usedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly state: 'live' | 'revoked' | 'replayed' | 'expired'
  /** When it was over. */
  readonly overAt: number | undefined
}

interface Around {
  readonly lang: Language
  readonly now: number
  readonly base: string
  readonly csrf: string
}

export function connectionCard(connection: ShownConnection, { lang, now, base, csrf }: Around): Html {
  const words = accessWords[lang]
  const { id, kind, groups, createdAt, usedAt, expiresAt } = connection
  const isToken = kind === 'token'
  const rows: readonly (readonly [string, string | Html] | undefined)[] = [
    [
      words.may,
      rightList(
        groups,
        groups.flatMap(({ rights }) => rights),
        true,
      ),
    ],
    connection.toolsets && [words.toolsets, connection.toolsets.join(', ')],
    [words.accounts, accountsText(connection, words)],
    connection.host !== '' ? [words.host, hostText(connection, words)] : undefined,
    [isToken ? words.made : words.since, dayOf(createdAt, lang)],
    [words.used, usedAt === undefined ? words.never : agoOf(usedAt, now, lang)],
    [
      words.until,
      expiresAt === undefined ? words.forever : filled(words.untilDay, { day: dayOf(expiresAt, lang) }),
    ],
  ]
  return html`<li class="connection">
  <h3>${nameOf(connection, words)}</h3>
  <dl class="particulars">${rows.map((row) => row && html`<div><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>
  <details class="sure"><summary>${isToken ? words.revokeToken : words.revoke}</summary>
    <p>${isToken ? words.revokeTokenQuestion : words.revokeQuestion}</p>
    <form method="post" action="${base}/console/access/${encodeURIComponent(id)}/revoke">
      ${csrfField(csrf)}
      <button class="danger">${isToken ? words.yesToken : words.yes}</button>
    </form>
  </details></li>`
}

/** One that is over, with the reason. */
export function endedLine(connection: ShownConnection, lang: Language): Html {
  const words = accessWords[lang]
  const { state, overAt, kind } = connection
  if (state === 'live' || overAt === undefined) return html``
  const sentences = kind === 'token' ? words.endedToken : words.ended
  return html`<li><strong>${plainName(connection, words)}</strong> ${filled(sentences[state], { day: dayOf(overAt, lang) })}</li>`
}

function nameOf(connection: ShownConnection, words: AccessWords): Html {
  const { kind, vendor } = connection
  const name = plainName(connection, words)
  if (kind === 'token') return html`${name}`
  return vendor === undefined
    ? html`${name} <span class="badge not_linked">${words.unknown}</span>`
    : html`${name} <span class="badge linked">${words.verified}</span>`
}

function plainName({ name, vendor }: ShownConnection, words: AccessWords): string {
  return vendor === undefined ? shownName(name) || words.noName : vendorName(vendor)
}

function accountsText({ accounts, goneAccounts }: ShownConnection, words: AccessWords): string {
  if (accounts === undefined) return words.allAccounts
  const gone = goneAccounts > 0 ? [filled(words.gone, { count: goneAccounts })] : []
  return [...accounts, ...gone].join(', ')
}

function hostText({ host, isLoopback }: ShownConnection, words: AccessWords): string {
  if (host.endsWith(':')) return filled(words.app, { host: host.slice(0, -1) })
  return isLoopback ? filled(words.computer, { host }) : host
}
