import { AppError } from '../../kernel/errors.ts'
import type { ToolContext } from '../../kernel/tool.ts'
import type { AmocrmClient } from './client/client.ts'

/** What the steps of one tool call need of it. */
export type Work = Pick<ToolContext<AmocrmClient>, 'client' | 'clock' | 'signal'>

/** What a step gave, or why it failed, in our words. */
export type Attempt<Value> =
  | { readonly value: Value; readonly problem?: never }
  | { readonly value?: never; readonly problem: string }

/**
 * A step after a change that is already made: its failure must not hide what was done. Anything but an AppError is
 * a bug and is thrown.
 */
export function afterChange<Value>(step: Promise<Value>): Promise<Attempt<Value>> {
  return step.then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error
      // The call itself went well, so that to repeat it would tell nothing new.
      const hint = error.kind === 'unverified' ? 'Look at the card.' : error.hint
      return { problem: [error.message, hint].filter(Boolean).join(' ') }
    },
  )
}

/**
 * One change of an account after another. Models make calls side by side, and two of them that look for a contact,
 * find none and create it would make two; two that add a phone each would lose one. The step goes by the `work` it is
 * given: its signal is aborted too when the lock is lost.
 */
export function underLock<Result>(work: Work, step: (work: Work) => Promise<Result>): Promise<Result> {
  const { client, clock, signal } = work
  return client.lock((mine) => step({ client, clock, signal: mine }), signal)
}
