import type { Call } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { type Redact, redactionFor } from '../journal/redact.ts'
import { sizeOf } from '../journal/size-of.ts'
import type { Caller } from '../kernel/caller.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { ToolCall } from './call-tool.ts'
import type { Entry } from './catalog.ts'

/** What the journal will say of a call, as far as the call has come. */
export interface Trace {
  decision: 'allowed' | 'refused'
  account: string
  replayed: boolean
}

/** A call that runs. */
export interface Run {
  readonly call: ToolCall
  readonly trace: Trace
  /** Unix ms. */
  readonly started: number
}

/** Calls in the journal's words. */
export function createNotes(journal: Journal) {
  const redactions = new WeakMap<Entry, Redact>()

  function redact(entry: Entry, input: unknown): string {
    let redaction = redactions.get(entry)
    if (redaction === undefined) {
      redaction = redactionFor(entry.takesAccount ? withAccount(entry) : entry.listing.inputSchema)
      redactions.set(entry, redaction)
    }
    return redaction(input)
  }

  function callOf({ entry, caller, input }: ToolCall, { account }: Trace, started: number): Call {
    return {
      user: caller.userId,
      client: caller.clientId,
      tool: entry.tool.name,
      account,
      access: entry.subject.access,
      started,
      bytesIn: sizeOf(input),
      args: redact(entry, input),
    }
  }

  return {
    callOf,
    end({ call, trace, started }: Run, outcome: Outcome) {
      const { decision, replayed } = trace
      journal.record(callOf(call, trace, started), {
        decision,
        outcome: outcome.ok ? 'ok' : outcome.failure.kind,
        bytesOut: outcome.ok ? Buffer.byteLength(outcome.json) : 0,
        replayed,
        ...(!outcome.ok && outcome.failure.incident !== undefined && { incident: outcome.failure.incident }),
      })
    },
    cutOff({ call, trace, started }: Run) {
      const outcome = call.entry.tool.access === 'read' ? 'cancelled' : 'unverified'
      journal.record(callOf(call, trace, started), { decision: trace.decision, outcome, bytesOut: 0 })
    },
    /** A name that no tool has is a caller's text, so the entry does not say it. */
    unknown({ userId: user, clientId: client }: Caller, started: number) {
      const call: Call = {
        user,
        client,
        tool: '',
        account: '',
        access: 'read',
        started,
        bytesIn: 0,
        args: '{}',
      }
      journal.record(call, { decision: 'refused', outcome: 'not_found', bytesOut: 0 })
    },
  }
}

/** Whether it is listed depends on the caller; it is known all the same. */
function withAccount({ listing: { inputSchema } }: Entry) {
  return {
    ...inputSchema,
    properties: { ...(inputSchema.properties as object), account: { type: 'string' } },
  }
}
