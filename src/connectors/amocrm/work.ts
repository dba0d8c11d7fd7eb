import { AppError } from '../../kernel/errors.ts'
import type { ToolContext } from '../../kernel/tool.ts'
import type { AmocrmClient } from './client/client.ts'

/** What the steps of one tool call need of it. */
export type Work = Pick<ToolContext<AmocrmClient>, 'client' | 'clock' | 'signal'>

/**
 * A step after a change that is already made: its failure must not hide what was done.
 * @returns why it failed, in our words; nothing when it went well. Anything but an AppError is a bug and is thrown.
 */
export function reasonOfFailure(step: Promise<unknown>): Promise<string | undefined> {
  return step.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AppError) return [error.message, error.hint].filter(Boolean).join(' ')
      throw error
    },
  )
}

const tails = new WeakMap<AmocrmClient, Promise<unknown>>()

/**
 * One change of an account after another. Models make calls side by side, and two of them that look for a contact,
 * find none and create it would make two; two that add a phone each would lose one.
 */
export function inTurn<Result>(
  { client }: Pick<Work, 'client'>,
  step: () => Promise<Result>,
): Promise<Result> {
  const result = (tails.get(client) ?? Promise.resolve()).then(step)
  tails.set(
    client,
    result.catch(() => undefined),
  )
  return result
}
