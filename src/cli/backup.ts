import { AppError } from '../kernel/errors.ts'
import { backUp } from '../store/backup/back-up.ts'
import { openDatabase } from './open-database.ts'
import { readOptions } from './options.ts'

/** `mostik backup FILE`: everything that is kept, in one file, while the server works. */
export async function run(words: readonly string[]): Promise<number> {
  const { positionals } = readOptions(words, {})
  const [file, ...rest] = positionals
  if (file === undefined || rest.length > 0) {
    throw new AppError('invalid_input', 'The command takes the name of one file.', {
      hint: 'Run: mostik backup FILE',
    })
  }
  const { engine, masterKey } = await openDatabase('be there')
  try {
    const { rows, bytes, schema } = await backUp(engine, file)
    process.stdout.write(`Wrote ${file}: ${rows} rows, ${Math.ceil(bytes / 1024)} KB, schema ${schema}. Restored it on trial and compared each row.
The master key is not in it. Keep ${masterKey} in another place: without it no secret in this file can be opened.
`)
    return 0
  } finally {
    await engine.close()
  }
}
