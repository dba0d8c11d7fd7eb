import { AppError } from '../kernel/errors.ts'

/** The word by which a failure that a page explains is known; `undefined` for a bug and for failures without one. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return undefined
  const { cause } = error
  if (typeof cause !== 'object' || cause === null || !('reason' in cause)) return undefined
  return typeof cause.reason === 'string' ? cause.reason : undefined
}
