import type { Working } from '../accounts/handle.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ToolContext } from '../kernel/tool.ts'
import type { ToolCall } from './call-tool.ts'

export type Answer = Record<string, unknown>

/** A tool at work for one call, in one account. Signals here stand in place of the client's own. */
export interface ToolWork {
  run(signal?: AbortSignal): Promise<Answer>
  /** What an earlier try, begun at `since` (Unix ms), has made; absent for a tool that cannot tell. */
  readonly settle: ((since: number, signal: AbortSignal) => Promise<Answer | undefined>) | undefined
}

/** Failures and successes of the upstream reach the account, which knows by them whether its token is accepted. */
export function createToolWork(
  call: ToolCall,
  around: { input: Record<string, unknown>; working: Working; clock: Clock },
): ToolWork {
  const { input, working, clock } = around
  const { tool, marksDemo } = call.entry
  const { client, demo } = working.account

  function answerOf(output: unknown): Answer {
    working.worked()
    const answer: Answer = tool.output.parse(output)
    if (demo && marksDemo) answer.demo = true
    return answer
  }

  function explain(error: unknown): never {
    throw working.failed(error)
  }

  const contextOf = (signal?: AbortSignal): ToolContext<never> => ({
    caller: call.caller,
    client: client as never,
    clock,
    get signal() {
      return signal ?? call.signal()
    },
    progress: call.progress,
  })

  const { settle } = tool
  return {
    run: async (signal) => answerOf(await tool.run(input, contextOf(signal)).catch(explain)),
    settle:
      settle &&
      (async (since, signal) => {
        const output = await settle(input, contextOf(signal), since).catch(explain)
        return output && answerOf(output)
      }),
  }
}
