import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../kernel/errors.ts'

/**
 * Makes the data folder and says whether it can be written. A folder that cannot hold a database is lived without;
 * one that holds a database is not.
 * @throws AppError `invalid_input` naming `DATA_DIR`, when there is a database in it that could not be written
 */
export async function isWritableFolder(folder: string): Promise<boolean> {
  const probe = join(folder, `.probe-${randomUUID()}`)
  try {
    await makeFolder(resolve(folder))
    await writeFile(probe, '')
    await rm(probe)
    return true
  } catch (cause) {
    if (!existsSync(join(folder, 'mostik.db'))) return false
    throw new AppError('invalid_input', `DATA_DIR=${folder} holds a database and cannot be written.`, {
      hint: 'Give the folder to the user of this process; without it linked accounts and the journal would be missing.',
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
