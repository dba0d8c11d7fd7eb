import { AppError } from '../kernel/errors.ts'

/** Why an engine cannot serve. */
export type Reason = 'disk_full' | 'read_only' | 'locked' | 'unreachable' | 'busy' | 'broken'

/** A reason with the engine's own code of it, for the log. */
export interface Fault {
  readonly reason: Reason
  readonly code: string
}

/** The fault as the rest of the product sees it; the engine's own words go no further than the log. */
export function unavailable({ reason, code }: Fault, error?: unknown): AppError {
  const { message, hint, retryAfterSeconds } = WORDS[reason]
  const text = error instanceof Error ? error.message : undefined
  return new AppError('unavailable', message, { hint, retryAfterSeconds, cause: { reason, code, text } })
}

const WORDS: Record<Reason, { message: string; hint: string; retryAfterSeconds: number }> = {
  disk_full: {
    message: 'The disk of this server is full, so that it cannot note what it does.',
    hint: 'Free some space on the server, then try again.',
    retryAfterSeconds: 60,
  },
  read_only: {
    message: 'The database of this server can only be read, so that it cannot note what it does.',
    hint: 'Let the server write to its database again, then try again.',
    retryAfterSeconds: 60,
  },
  locked: {
    message: 'Another program holds the database of this server.',
    hint: 'Try again in a few seconds.',
    retryAfterSeconds: 5,
  },
  unreachable: {
    message: 'The database of this server does not answer.',
    hint: 'Try again in a few seconds; if it stays so, look whether the database runs.',
    retryAfterSeconds: 5,
  },
  busy: {
    message: 'The database of this server has too much to do.',
    hint: 'Try again in a few seconds.',
    retryAfterSeconds: 5,
  },
  broken: {
    message: 'The database of this server cannot be used.',
    hint: 'The log of the server says why; a backup can be brought back with: mostik restore FILE',
    retryAfterSeconds: 60,
  },
}
