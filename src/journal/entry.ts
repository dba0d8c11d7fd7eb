import type { Access } from '../kernel/tool.ts'

/** What is known of a call before it runs. */
export interface Call {
  readonly user: string
  readonly client: string
  /** The name of a tool that exists, never what a caller typed. */
  readonly tool: string
  /** The account's name; empty when the call did not get as far as one. */
  readonly account: string
  readonly access: Access
  /** Unix ms. */
  readonly started: number
  /** Size of the arguments in bytes. */
  readonly bytesIn: number
  /** JSON made by a redaction: the one form in which arguments come here. */
  readonly args: string
}

/** How it ended. */
export interface End {
  /** `refused`: by policy, limits or this server's own state, before anything was done. */
  readonly decision: 'allowed' | 'refused'
  /** `ok`, or the kind of the failure. */
  readonly outcome: string
  /** Size of the answer in bytes; the answer itself comes nowhere near the journal. */
  readonly bytesOut: number
  /** The answer of an earlier call with the same key was given again. */
  readonly replayed?: boolean
  /** Joins the entry with the log line of a bug. */
  readonly incident?: string
}

/** One entry as it is read back; the members stand in this order. */
export interface Entry {
  readonly seq: number
  /** ISO 8601 in UTC with milliseconds: when the call ended. */
  readonly at: string
  /** The process that wrote it, by a random name of its own: no two processes ever write the same line. */
  readonly by: string
  readonly user: string
  readonly client: string
  readonly tool: string
  readonly account: string
  readonly access: string
  readonly decision: string
  readonly outcome: string
  readonly ms: number
  readonly in: number
  readonly out: number
  readonly args: unknown
  readonly replayed?: boolean
  readonly incident?: string
}

/** A user, a client and an account name are ours or a provider's; none of them is longer. */
const LONGEST_NAME = 200

/** The entry's line behind its number, closing brace included. */
export function bodyText(at: string, by: string, ms: number, call: Call, end: End): string {
  const { user, client, tool, account, access, bytesIn, args } = call
  const rest =
    (end.replayed === true ? ',"replayed":true' : '') +
    (end.incident === undefined ? '' : `,"incident":${JSON.stringify(end.incident)}`)
  return `,"at":"${at}","by":"${by}","user":${quoted(user)},"client":${quoted(client)},"tool":${quoted(tool)},"account":${quoted(account)},"access":"${access}","decision":"${end.decision}","outcome":${quoted(end.outcome)},"ms":${whole(ms)},"in":${whole(bytesIn)},"out":${whole(end.bytesOut)},"args":${args}${rest}}`
}

/** The same few names come again and again. */
const known = new Map<string, string>()
const MOST_KNOWN = 1_000

function quoted(text: string): string {
  const found = known.get(text)
  if (found !== undefined) return found
  const made = JSON.stringify(text.slice(0, LONGEST_NAME))
  if (text.length > LONGEST_NAME) return made
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, made)
  return made
}

/** A clock that was set back must not make a line that no reader takes. */
function whole(amount: number): number {
  return amount > 0 ? Math.round(amount) : 0
}
