import { AppError } from '../kernel/errors.ts'
import type { Identity } from './identity.ts'

/** The key is taken. */
export function otherArguments(): AppError {
  return new AppError('invalid_input', 'This idempotency_key was used for a call with other arguments.', {
    hint: 'Give each new call a new idempotency_key; only a repeated call has the same one, and the same arguments.',
  })
}

/** Somebody else makes the same call, and it takes longer than anybody waits here. */
export function stillRunning(): AppError {
  return new AppError('unavailable', 'The same call is being made at this moment.', {
    hint: 'Repeat it unchanged in a few seconds to get its answer; it will not be made twice.',
    retryAfterSeconds: 10,
  })
}

/** This process ends. */
export function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping, so it did not begin this call.', {
    hint: 'Repeat the call unchanged in a few seconds; nothing was done for it this time.',
    retryAfterSeconds: 5,
  })
}

/** This process was stopped for so long that another may have taken the call over; it has done nothing for it. */
export function heldUp(): AppError {
  return new AppError('unavailable', 'The server was held up, so it did not begin this call.', {
    hint: 'Repeat the call unchanged; nothing was done.',
    retryAfterSeconds: 1,
  })
}

/** The same in the middle of the work: what was sent is sent, and nothing more may be. */
export function holdLost(): AppError {
  return new AppError(
    'unverified',
    'The server was held up in the middle of this call. The change may or may not have been made.',
    { hint: 'Repeat the call unchanged: the account is looked at before anything is done again.' },
  )
}

/** An earlier try was cut off, and nothing can tell what came of it. */
export function effectUnknown(by: Identity['by'], cause?: unknown): AppError {
  return new AppError(
    'unverified',
    'The same call was cut off before. Its change may or may not have been made, and it was not made again.',
    { hint: `Look in the account whether it is there. ${insist(by)}`, cause },
  )
}

/** The same, but looking may tell when it is tried again. */
export function lookFailed(by: Identity['by'], error: AppError): AppError {
  const { retryAfterSeconds = 10 } = error
  return new AppError(
    'unverified',
    'The same call was cut off before, and whether its change was made could not be looked up now.',
    {
      hint: `Repeat the call unchanged later: it is looked up again first. ${insist(by)}`,
      retryAfterSeconds,
      cause: error.cause,
    },
  )
}

/** It was made, and what it said is gone. */
export function answerGone(by: Identity['by']): AppError {
  return new AppError('unverified', 'This call was made before, and its answer is not kept any more.', {
    hint: `Look in the account for what it made. ${insist(by)}`,
  })
}

function insist(by: Identity['by']): string {
  const key = by === 'key' ? 'a new idempotency_key' : 'an idempotency_key of its own'
  return `To make it once more whatever came of it, send it with ${key}.`
}
