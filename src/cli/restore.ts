import { AppError } from '../kernel/errors.ts'
import { restore } from '../store/backup/restore.ts'
import { openDatabase } from './open-database.ts'
import { readOptions } from './options.ts'

/** `mostik restore FILE`: brings a backup into an empty store, or with `--replace` into any. */
export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(words, { replace: { type: 'boolean' } })
  const [file, ...rest] = positionals
  if (file === undefined || rest.length > 0) {
    throw new AppError('invalid_input', 'The command takes the name of one file.', {
      hint: 'Stop the server, then run: mostik restore FILE',
    })
  }
  const { engine, masterKey } = await openDatabase('be made')
  try {
    const { rows, created } = await restore(engine, file, { replace: values.replace === true })
    process.stdout.write(`Restored ${rows} rows, as they were at ${created}.
The master key was not in the file: the server needs the one of that time in ${masterKey}. Restart it now.
`)
    return 0
  } finally {
    await engine.close()
  }
}
