import { setTimeout as pause } from 'node:timers/promises'
import type { Accounts } from '../accounts/accounts.ts'
import type { Journal } from '../journal/journal.ts'
import type { Caller } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { CANCELLED, failed, type Outcome, succeeded } from '../kernel/outcome.ts'
import type { CallLimits } from '../limits/call-limits.ts'
import type { Once } from '../once/once.ts'
import { decide } from '../policy/decide.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import { stepUp } from '../policy/step-up.ts'
import type { Entry } from './catalog.ts'
import { createNotes, type Run, type Trace } from './journal-notes.ts'
import { hostIn, readArguments } from './read-arguments.ts'
import { type Answer, createToolWork } from './tool-work.ts'

export interface ToolCall {
  readonly entry: Entry
  readonly caller: Caller
  readonly narrowing: Narrowing
  readonly input: unknown
  /** The idempotency key that came beside the arguments. */
  readonly key?: string | undefined
  /** Read only when the tool asks for it. */
  signal(): AbortSignal
  isCancelled(): boolean
  progress(done: number, total?: number, message?: string): void
}

/** One tool call, top to bottom: policy, limits, account, input, once, tool, output, journal. Never throws. */
type CallTool = (call: ToolCall) => Promise<Outcome>

type Refusable = Pick<ToolCall, 'entry' | 'caller' | 'narrowing'>

export interface ToolCalls {
  readonly callTool: CallTool
  /** What `callTool` would answer with, when the caller may ask to be allowed the call; nothing for all others. */
  challengeFor(call: Refusable): string | undefined
  /** Writes to the journal that somebody called a tool that is not there. */
  refuseUnknown(caller: Caller): void
  /** How many calls run now, over every protocol: a stop waits for them. */
  readonly running: number
  /** The process stops without waiting longer: the journal hears of the calls that still run. */
  cutOff(): void
}

/** What the parts of a call work with. */
export interface CallParts {
  readonly accounts: Pick<Accounts, 'resolve' | 'several'>
  readonly limits: CallLimits
  readonly once: Once
  readonly journal: Journal
  /** The scopes that anybody can have at most; without it no client can ask for more than it has. */
  readonly ceiling?: ReadonlySet<string>
  readonly clock: Clock
  readonly log: Log
}

/** The journal's store is failing: the change is made, and its entry waits in memory to be stored. */
const JOURNAL_PATIENCE_MS = 1_000

export function createToolCalls(parts: CallParts): ToolCalls {
  const { accounts, limits, once, journal, ceiling = NOTHING, clock, log } = parts
  const note = createNotes(journal)
  /** The ones that the journal has not heard of yet. */
  const unnoted = new Set<Run>()
  let running = 0

  async function perform(call: ToolCall, trace: Trace): Promise<Outcome> {
    const { entry, caller } = call
    const { tool, subject } = entry
    if (journal.isFull()) throw journalIsFull()
    decide(caller, call.narrowing, subject)
    await limits.take(caller, subject.access)
    trace.decision = 'allowed'
    const { input, asked, key = call.key } = readArguments(entry, call.input)
    const isPlain = accounts.several(caller, subject.connector).length === 0
    const working = await accounts.resolve(
      subject.connector,
      caller,
      asked ?? (isPlain ? undefined : hostIn(input)),
    )
    trace.account = working.name
    const { demo } = working.account
    const { run, settle } = createToolWork(call, { input, working, clock })
    if (tool.access === 'read') return succeeded(await run(), demo)

    const { answer, replayed } = await once.run<Answer>(
      {
        owner: caller.userId,
        client: caller.clientId,
        tool: tool.name,
        account: working.address,
        input,
        key,
        derive: tool.idempotent !== true,
        draft: JSON.stringify(note.callOf(call, trace, clock.now())),
      },
      {
        do: ({ signal }) => run(signal),
        ...(settle && { settle: (since, { signal }) => settle(since, signal) }),
        repeatable: tool.idempotent === true,
        signal: call.signal(),
      },
    )
    trace.replayed = replayed
    return succeeded(answer, demo, replayed)
  }

  function challengeFor({ entry, caller, narrowing }: Refusable): string | undefined {
    return stepUp(caller, narrowing, entry.subject, ceiling)
  }

  /** What may have been changed is in the journal first, unless the journal's own store is failing. */
  async function untilNoted(): Promise<void> {
    const noted = journal.flushed().catch((err: unknown) => log.warn({ err }, 'change is not in the journal'))
    await Promise.race([noted, pause(JOURNAL_PATIENCE_MS, undefined, { ref: false })])
  }

  return {
    async callTool(call) {
      const { tool } = call.entry
      const started = clock.now()
      const trace: Trace = { decision: 'refused', account: '', replayed: false }
      const run: Run = { call, trace, started }
      let outcome: Outcome
      let reason: object | undefined
      running += 1
      unnoted.add(run)
      try {
        outcome = await perform(call, trace)
      } catch (error) {
        // Work that stops by throwing the reason of its signal is no bug.
        const isStopped = call.isCancelled() && isAbort(error)
        outcome = isStopped
          ? { ok: false, failure: CANCELLED }
          : failed(error, (incident, cause) => log.error({ incident, tool: tool.name, err: cause }, 'bug'))
        reason = reasonOf(error)
        const challenge = trace.decision === 'refused' ? challengeFor(call) : undefined
        if (!outcome.ok && challenge !== undefined) outcome = { ...outcome, challenge }
      }
      // Otherwise it was cut off, and is in the journal as that.
      if (unnoted.delete(run)) note.end(run, outcome)
      if (isHammering(trace, outcome)) await pause(REFUSAL_PAUSE_MS)
      if (tool.access !== 'read' && mayHaveChanged(outcome)) await untilNoted()
      running -= 1
      const { userId, clientId } = call.caller
      const result = outcome.ok ? 'ok' : outcome.failure.kind
      const ms = clock.now() - started
      log.info({ tool: tool.name, userId, clientId, outcome: result, ms, ...reason }, 'tool call')
      return outcome
    },
    challengeFor,
    refuseUnknown: (caller) => note.unknown(caller, clock.now()),
    get running() {
      return running
    },
    cutOff() {
      for (const run of unnoted) note.cutOff(run)
      unnoted.clear()
    },
  }
}

const NOTHING: ReadonlySet<string> = new Set()

/** A loop that does not listen to refusals would fill the journal with them. */
function isHammering({ decision }: Trace, outcome: Outcome): boolean {
  return decision === 'refused' && !outcome.ok && outcome.failure.kind === 'rate_limited'
}

const REFUSAL_PAUSE_MS = 250

/** Of these nobody can say that nothing was done. */
const DOUBTFUL: ReadonlySet<string> = new Set(['unverified', 'internal', 'cancelled'])

function mayHaveChanged(outcome: Outcome): boolean {
  return outcome.ok || DOUBTFUL.has(outcome.failure.kind)
}

function journalIsFull(): AppError {
  return new AppError('unavailable', 'The server cannot write its journal, so it does nothing for now.', {
    hint: 'Nothing was done. Try again in a minute; the owner finds the reason in the log and at /readyz.',
    retryAfterSeconds: 30,
  })
}

/** Why an upstream call failed, for the log: codes and states, never what the upstream said. */
function reasonOf(error: unknown): object | undefined {
  if (!(error instanceof AppError) || typeof error.cause !== 'object' || error.cause === null)
    return undefined
  const { status, code, reason } = error.cause as Record<string, unknown>
  return { cause: { status, code, reason } }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}
