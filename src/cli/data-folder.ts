import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../kernel/errors.ts'

/**
 * Makes the data folder and proves that it can be written.
 * @throws AppError `invalid_input` naming `DATA_DIR`, with the cure for Railway, whose volumes belong to root
 */
export async function prepareDataFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return
  const probe = join(folder, `.probe-${randomUUID()}`)
  try {
    await makeFolder(resolve(folder))
    await writeFile(probe, '')
    await rm(probe)
  } catch (cause) {
    throw new AppError('invalid_input', `DATA_DIR=${folder} cannot be written.`, {
      hint: 'Give the folder to the user of this process, or name another; on Railway set RAILWAY_RUN_UID=0.',
      cause,
    })
  }
}

/** One level at a time: Node's own recursive `mkdir` does not come back from a place such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (dirname(folder) === folder) return
  await makeFolder(dirname(folder))
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
