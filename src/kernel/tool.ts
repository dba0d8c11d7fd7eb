import type { z } from 'zod'
import type { Caller } from './caller.ts'
import type { Clock } from './clock.ts'

/**
 * What a call may change, in one word; it gives the MCP annotations, the scope and the policy at once.
 * `read` changes nothing · `draft` changes only the owner's own working state · `write` changes CRM data ·
 * `send` is seen by another person · `destroy` cannot be undone, or touches many at once.
 */
export type Access = 'read' | 'draft' | 'write' | 'send' | 'destroy'

export interface ToolContext<Client> {
  readonly caller: Caller
  readonly client: Client
  readonly clock: Clock
  /** Aborted when the client cancels the call or goes away. */
  readonly signal: AbortSignal
  /** Tells a waiting client how far the work is; does nothing when the client did not ask. */
  progress(done: number, total?: number, message?: string): void
}

/** A tool is data plus one function; nothing else in the product knows what it does. */
export interface Tool<
  Client = never,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  /** `<connector>_<verb>_<noun>`; ChatGPT's `search` and `fetch` stand unprefixed. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** The group that `?toolsets=` selects. */
  readonly toolset: string
  readonly access: Access
  /** Other names that are accepted and never listed. */
  readonly aliases?: readonly string[]
  /** A second identical call changes nothing more; `read` tools always are. */
  readonly idempotent?: boolean
  readonly input: Input
  readonly output: Output
  run(input: z.infer<Input>, context: ToolContext<Client>): Promise<z.infer<Output>>
  /**
   * After a call of `run` that was cut off: looks at the upstream for what it made since `since` (Unix ms), completes
   * it and gives its answer; nothing when it surely made nothing. A tool without it is never repeated blindly.
   */
  settle?(
    input: z.infer<Input>,
    context: ToolContext<Client>,
    since: number,
  ): Promise<z.infer<Output> | undefined>
}

/** Each connector binds this once to its own client, so that `run` is typed where it is written. */
export function toolFor<Client>() {
  return <Input extends z.ZodObject, Output extends z.ZodObject>(
    tool: Tool<Client, Input, Output>,
  ): Tool<Client, Input, Output> => tool
}
