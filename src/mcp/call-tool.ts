import type { z } from 'zod'
import type { Caller } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Account } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { CANCELLED, failed, type Outcome, succeeded } from '../kernel/outcome.ts'
import type { ToolContext } from '../kernel/tool.ts'
import { decide } from '../policy/decide.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import type { Entry } from './catalog.ts'

interface ToolCall {
  readonly entry: Entry
  readonly caller: Caller
  readonly narrowing: Narrowing
  readonly input: unknown
  /** Read only when the tool asks for it. */
  signal(): AbortSignal
  isCancelled(): boolean
  progress(done: number, total?: number, message?: string): void
}

/** One tool call, top to bottom: policy, account, input, tool, output. Never throws. */
export type CallTool = (call: ToolCall) => Promise<Outcome>

export interface ToolCalls {
  readonly callTool: CallTool
  /** How many calls run now, over every protocol: a stop waits for them. */
  readonly running: number
}

export function createToolCalls(around: {
  /** The account that calls of this connector work in; throws `not_linked` when there is none. */
  account(connector: string, caller: Caller): Account
  clock: Clock
  log: Log
}): ToolCalls {
  const { account, clock, log } = around
  let running = 0
  const callTool: CallTool = async (call) => {
    const { tool, subject, input: schema, marksDemo } = call.entry
    const started = clock.now()
    let outcome: Outcome
    let reason: object | undefined
    running += 1
    try {
      decide(call.caller, call.narrowing, subject)
      const { client, demo } = account(subject.connector, call.caller)
      const input = checkInput(schema, call.input)
      const output = await tool.run(input, contextOf(call, client, clock))
      const answer: Record<string, unknown> = tool.output.parse(output)
      if (demo && marksDemo) answer.demo = true
      outcome = succeeded(answer, demo)
    } catch (error) {
      // Work that stops by throwing the reason of its signal is no bug.
      const isStopped = call.isCancelled() && isAbort(error)
      outcome = isStopped
        ? { ok: false, failure: CANCELLED }
        : failed(error, (incident, cause) => log.error({ incident, tool: tool.name, err: cause }, 'bug'))
      reason = reasonOf(error)
    } finally {
      running -= 1
    }
    const { userId, clientId } = call.caller
    const result = outcome.ok ? 'ok' : outcome.failure.kind
    const ms = clock.now() - started
    log.info({ tool: tool.name, userId, clientId, outcome: result, ms, ...reason }, 'tool call')
    return outcome
  }
  return {
    callTool,
    get running() {
      return running
    },
  }
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

function contextOf(call: ToolCall, client: unknown, clock: Clock): ToolContext<never> {
  return {
    caller: call.caller,
    client: client as never,
    clock,
    get signal() {
      return call.signal()
    },
    progress: call.progress,
  }
}

/** Zod's messages name types, limits and unknown keys, never the value that was sent. */
function checkInput(schema: z.ZodObject, input: unknown): Record<string, unknown> {
  const result = schema.safeParse(input ?? {})
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, 5)
  const problems = issues.map(({ path, message }) =>
    `${path.join('.') || 'arguments'}: ${message}`.slice(0, 200),
  )
  throw new AppError('invalid_input', `The arguments do not fit: ${problems.join('; ')}.`, {
    hint: `Call again with arguments that fit. The tool knows: ${Object.keys(schema.shape).join(', ') || 'none'}.`,
  })
}
