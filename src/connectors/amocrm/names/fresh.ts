import { AppError } from '../../../kernel/errors.ts'
import type { AccountDirectory, DirectoryPart } from '../client/directory.ts'

/** Resolves a name; when it is not found, asks amoCRM once more, since the name may be newer than what is kept. */
export async function withFresh<Result>(
  directory: AccountDirectory,
  part: DirectoryPart,
  resolve: () => Promise<Result>,
): Promise<Result> {
  try {
    return await resolve()
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'not_allowed') throw error
    directory.refresh(part)
    return resolve()
  }
}
