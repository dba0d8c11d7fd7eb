import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { silentLog } from '../../kernel/log.ts'
import { openStore, type Store, type StoreOptions } from '../store.ts'

export interface Opened {
  readonly store: Store
  /** The same database once more, as another process would open it; to be closed by the caller. */
  again(): Promise<Store>
  readonly options: StoreOptions
}

export interface TestEngine {
  readonly name: 'sqlite' | 'postgres'
  /** A fresh, empty database of its own. */
  open(): Promise<Opened>
  /** What opens a fresh, empty database. */
  fresh(): Promise<StoreOptions>
}

/** For `describe.each(engines)`: both engines, real ones. */
export const engines: readonly TestEngine[] = [
  engine('sqlite', async () => ({ dataDir: await scratchFolder(), log: silentLog })),
  engine('postgres', async () => ({ databaseUrl: await createDatabase(), log: silentLog })),
]

function engine(name: TestEngine['name'], fresh: () => Promise<StoreOptions>): TestEngine {
  return {
    name,
    fresh,
    async open() {
      const options = await fresh()
      return { options, store: await openStore(options), again: () => openStore(options) }
    },
  }
}

/** An empty folder that is gone after the test run. */
export function scratchFolder(): Promise<string> {
  return mkdtemp(join(inject('scratchFolder'), 'folder-'))
}

async function createDatabase(): Promise<string> {
  const server = inject('postgresUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: `${server}/postgres` })
  await client.connect()
  await client.query(`create database ${name} strategy file_copy`)
  await client.end()
  return `${server}/${name}`
}
