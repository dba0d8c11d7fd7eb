import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Engine, Run } from '../engine.ts'
import { createHealth } from '../health.ts'
import { schemaVersion, tooNew } from '../migrate.ts'
import { migrations } from '../migrations/all.ts'
import { openSqliteMemory } from '../sqlite/engine.ts'
import { encodeRow, KEPT, type TableStart, tablesOf } from './format.ts'
import { loadBackup } from './load.ts'
import { pagesOf } from './pages.ts'

export interface BackedUp {
  readonly schema: number
  readonly rows: number
  readonly bytes: number
}

/**
 * Writes everything that is kept to one file, from one moment of a database that others go on using. The file appears
 * under its name, for the owner's eyes only, once it was restored into a scratch database and compared row by row.
 * @throws AppError `invalid_input` when there is nothing to back up, or `path` is a file of something else
 */
export async function backUp(engine: Engine, path: string, clock: Clock = systemClock): Promise<BackedUp> {
  await refuseOtherFile(path)
  const partial = `${path}.${randomUUID()}.partial`
  try {
    const done = await engine.transaction('snapshot', async (run) => {
      const schema = await schemaVersion(engine, run)
      if (schema === 0) throw new AppError('invalid_input', 'There is nothing to back up yet.')
      if (schema > migrations.length) throw tooNew(schema, migrations.length)
      const tables = await tablesOf(engine, run)
      const written = await write(partial, run, tables, {
        schema,
        created: new Date(clock.now()).toISOString(),
      })
      await compare(partial, run, tables, clock)
      return { schema, ...written }
    })
    await rename(partial, path)
    await syncFolder(path)
    return done
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function write(
  path: string,
  run: Run,
  tables: readonly TableStart[],
  header: { readonly schema: number; readonly created: string },
): Promise<{ rows: number; bytes: number }> {
  const file = await createFile(path)
  try {
    const hash = createHash('sha256')
    let rows = 0
    let bytes = 0
    const put = async (lines: readonly string[]) => {
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      hash.update(text)
      bytes += text.length
      await file.writeFile(text)
    }
    await put([JSON.stringify({ format: 'mostik-backup', version: 1, ...header })])
    for (const table of tables) {
      await put([JSON.stringify(table)])
      for await (const page of pagesOf(run, table)) {
        await put(page.map((row) => encodeRow(row, table)))
        rows += page.length
      }
    }
    await put([JSON.stringify({ rows, sha256: hash.copy().digest('hex') })])
    await file.sync()
    return { rows, bytes }
  } finally {
    await file.close()
  }
}

/** Restores the file as `mostik restore` would, and compares every row with the one it was made from. */
async function compare(
  path: string,
  source: Run,
  tables: readonly TableStart[],
  clock: Clock,
): Promise<void> {
  const copy = openSqliteMemory(createHealth(clock, silentLog), 'scratch')
  try {
    await copy.transaction('schema', async (run) => {
      await loadBackup(copy, run, path, clock)
      for (const table of tables) {
        const key = KEPT.find(({ name }) => name === table.table)?.key ?? []
        const where = key.map((column, index) => `${column} = $${index + 1}`).join(' and ')
        const select = `select ${table.columns} from ${table.table} where ${where}`
        for await (const page of pagesOf(source, table)) {
          for (const row of page) {
            const [twin = {}] = await run(
              select,
              key.map((column) => row[column]),
            )
            if (encodeRow(twin, table) !== encodeRow(row, table)) throw notTheSame(table)
          }
        }
      }
    })
  } finally {
    await copy.close()
  }
}

function notTheSame({ table }: TableStart): AppError {
  return new AppError(
    'unavailable',
    `The backup was not kept: a restored row of ${table} differs from its original.`,
    {
      hint: 'Try again; if it stays so, the disk or the database is damaged.',
    },
  )
}

async function createFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((cause) => {
    throw new AppError('invalid_input', 'The backup file cannot be written there.', {
      hint: 'Name a file in a folder that exists and that you may write to.',
      cause,
    })
  })
}

/** An older backup is replaced; the database itself, or somebody's letter, is not. */
async function refuseOtherFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return
  try {
    const start = Buffer.alloc(BEGINNING.length)
    await file.read(start, 0, start.length, 0)
    if (start.toString() === BEGINNING) return
  } finally {
    await file.close()
  }
  throw new AppError('invalid_input', 'There is a file of this name, and it is no backup.', {
    hint: 'Name another file.',
  })
}

const BEGINNING = '{"format":"mostik-backup"'

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  await folder.sync()
  await folder.close()
}
