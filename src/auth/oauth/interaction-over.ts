import { AppError } from '../../kernel/errors.ts'

/** An authorization was answered already, took too long, or is another browser's. */
export function interactionOver(error?: Error): AppError {
  return new AppError('not_found', 'This request of a program is over.', {
    hint: 'Start again in the program that wants to connect.',
    cause: { reason: 'interaction_over', error },
  })
}
