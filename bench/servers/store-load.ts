// Point reads through the product's store: on SQLite, and on a real PostgreSQL in turn with the bare driver.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { systemClock as clock } from '../../src/kernel/clock.ts'
import { silentLog as log } from '../../src/kernel/log.ts'
import { createSecretStore } from '../../src/store/secret-store.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts'
import { startPostgres } from '../../test/support/postgres.ts'

const SECRETS = 1_000
const READS = 2_000
const [rounds = 10] = process.argv.slice(2).map(Number)
const placeOf = (index: number) => ({ owner: 'owner', kind: 'bench', name: `secret ${index % SECRETS}` })

/** µs of one read of a secret of 1 KB with its data key, one after another. */
async function round(read: (index: number) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  for (let index = 0; index < READS; index += 1) {
    if ((await read(index)) === undefined) throw new Error('a secret is missing')
  }
  return ((performance.now() - started) / READS) * 1_000
}

async function openFilled(options: StoreOptions): Promise<Store> {
  const store = await openStore(options)
  await store.durably(async (db) => {
    const key = {
      owner: 'owner',
      version: 1,
      master_key_id: 'bench',
      wrapped: Buffer.alloc(60),
      created_at: 0,
    }
    await db.insertInto('data_key').values(key).execute()
    for (let index = 0; index < SECRETS; index += 1) {
      const sealed = Buffer.alloc(1_024, index)
      await db
        .insertInto('secret')
        .values({ ...placeOf(index), key_version: 1, sealed, updated_at: 0 })
        .execute()
    }
  })
  return store
}

const dataDir = mkdtempSync(join(tmpdir(), 'mostik-bench-'))
const sqlite = await openFilled({ dataDir, log })
const onSqlite = createSecretStore(sqlite, clock)

const server = await startPostgres()
const databaseUrl = `${server.url}/postgres`
const postgres = await openFilled({ databaseUrl, log })
const onPostgres = createSecretStore(postgres, clock)
const bare = new pg.Pool({ connectionString: databaseUrl })
// The server may stop before the last connection is closed.
bare.on('error', () => {})
/** The same statement as that of the store. */
const READ = `select "sealed", "version", "master_key_id", "wrapped" from "secret"
  inner join "data_key" on "data_key"."owner" = "secret"."owner" and "data_key"."version" = "secret"."key_version"
  where "secret"."owner" = $1 and "kind" = $2 and "name" = $3`
async function readBare(index: number) {
  const { owner, kind, name } = placeOf(index)
  return (await bare.query(READ, [owner, kind, name])).rows[0]
}

const reads: { sqlite: number; postgres: number; driver: number }[] = []
// The first rounds compile.
for (let turn = -3; turn < rounds; turn += 1) {
  const isFirst = turn % 2 === 0
  const one = await round(isFirst ? readBare : (index) => onPostgres.read(placeOf(index)))
  const other = await round(isFirst ? (index) => onPostgres.read(placeOf(index)) : readBare)
  const pair = isFirst ? { driver: one, postgres: other } : { driver: other, postgres: one }
  const onFile = await round((index) => onSqlite.read(placeOf(index)))
  if (turn >= 0) reads.push({ ...pair, sqlite: onFile })
}
await bare.end()
await postgres.close()
await server.stop()
await sqlite.close()
rmSync(dataDir, { recursive: true })
process.stdout.write(JSON.stringify(reads))
