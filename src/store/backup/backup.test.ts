import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Engine, Run } from '../engine.ts'
import { createHealth } from '../health.ts'
import { migrate, schemaVersion } from '../migrate.ts'
import { migrations } from '../migrations/all.ts'
import { openEngine } from '../open-engine.ts'
import { openStore, type StoreOptions } from '../store.ts'
import { engines, scratchFolder, type TestEngine } from '../testing/engines.ts'
import { fillSchema } from '../testing/schema-rows.ts'
import { backUp } from './back-up.ts'
import { KEPT, PASSING } from './format.ts'
import { restore } from './restore.ts'

const NEWEST = migrations.length

let folder: string
let file: string
let opened: Engine[]
beforeEach(async () => {
  folder = await scratchFolder()
  file = join(folder, 'backup.jsonl')
  opened = []
})
afterEach(() => Promise.all(opened.map((engine) => engine.close())))

async function openRaw(options: StoreOptions): Promise<Engine> {
  const engine = await openEngine(options, createHealth(systemClock, silentLog))
  opened.push(engine)
  return engine
}

/** A database of that schema, with rows in every table. */
async function filled({ fresh }: TestEngine, version = NEWEST): Promise<Engine> {
  const engine = await openRaw(await fresh())
  await migrate(engine, migrations.slice(0, version), systemClock, silentLog)
  await engine.transaction('write', (run) => fillSchema(run, version))
  return engine
}

/** Everything that is kept, row by row, with bytes as numbers. */
function contents(engine: Engine): Promise<unknown> {
  return engine.transaction('snapshot', async (run) => {
    const tables: Record<string, unknown> = {}
    for (const { name, key } of KEPT) {
      const rows = await run(`select * from ${name} order by ${key}`)
      tables[name] = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            value instanceof Uint8Array ? [...value] : value,
          ]),
        ),
      )
    }
    return tables
  })
}

const pairs = engines.flatMap((source) => engines.map((target) => ({ source, target })))

describe.each(pairs)('a backup of $source.name restored into $target.name', ({ source, target }) => {
  it('is the same, row by row', async () => {
    const from = await filled(source)
    const before = await contents(from)
    const { rows } = await backUp(from, file)
    const to = await openRaw(await target.fresh())
    expect(await restore(to, file, { replace: false })).toMatchObject({ schema: NEWEST, rows })
    expect(await contents(to)).toEqual(before)
  })
})

describe.each(engines)('a backup of $name', (engine) => {
  it('holds every table but those that hold for a minute', async () => {
    const raw = await filled(engine)
    const tables = await raw.transaction('snapshot', (run) => tableNames(raw, run))
    expect(tables).toEqual([...KEPT.map(({ name }) => name), ...PASSING, 'schema_migration'].sort())
  })

  it('is of one moment, while others write', async () => {
    const options = await engine.fresh()
    const store = await openStore(options)
    const db = await store.db()
    const writing = (async () => {
      for (let n = 1; n <= 300; n += 1) {
        await db.transaction().execute(async (trx) => {
          const row = { last_seq: n, first_at: n, last_at: n, lines: `${n}`, head: `${n}` }
          await trx
            .insertInto('journal')
            .values({ first_seq: n, ...row })
            .execute()
          await trx
            .insertInto('meta')
            .values({ key: `n${n}`, value: 'x' })
            .execute()
        })
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const raw = await openRaw(options)
    await Promise.all([backUp(raw, file), writing])
    await store.close()
    const copy = await openRaw(await engine.fresh())
    await restore(copy, file, { replace: false })
    const { journal, meta } = (await contents(copy)) as Record<string, unknown[]>
    expect(journal?.length).toBe(meta?.length)
  })

  it('is for the owner alone, and leaves nothing beside it', async () => {
    await backUp(await filled(engine), file)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['backup.jsonl'])
  })

  it('of every earlier schema is brought up to date', async () => {
    for (const { version } of migrations) {
      await backUp(await filled(engine, version), file)
      const to = await openRaw(await engine.fresh())
      await restore(to, file, { replace: false })
      expect(await to.transaction('snapshot', (run) => schemaVersion(to, run))).toBe(NEWEST)
      const [row] = await to.transaction('snapshot', (run) => run('select count(*) as count from journal'))
      expect(Number(row?.count)).toBe(250)
    }
  })
})

describe.each(engines)('a restore into $name', (engine) => {
  it('is refused by a store that holds something, and done when told to replace it', async () => {
    const from = await filled(engine)
    await backUp(from, file)
    const before = await contents(from)
    await from.transaction('write', async (run) => {
      await run('delete from once')
      await run("insert into meta (key, value) values ('newer', 'x')")
    })
    const changed = await contents(from)
    await expect(restore(from, file, { replace: false })).rejects.toMatchObject({
      kind: 'invalid_input',
      hint: expect.stringContaining('--replace'),
    })
    expect(await contents(from)).toEqual(changed)
    await restore(from, file, { replace: true })
    expect(await contents(from)).toEqual(before)
  })
})

describe.each(engines)('a restore into $name of a file', (engine) => {
  let store: Engine
  let before: unknown
  let text: string
  beforeAll(async () => {
    const options = await engine.fresh()
    store = await openEngine(options, createHealth(systemClock, silentLog))
    await migrate(store, migrations, systemClock, silentLog)
    await store.transaction('write', (run) => fillSchema(run, NEWEST))
    before = await contents(store)
    const whole = join(await scratchFolder(), 'whole.jsonl')
    await backUp(store, whole)
    text = await readFile(whole, 'utf8')
  })
  afterAll(() => store.close())

  it.each<[string, (text: string) => string]>([
    ['cut off in the middle', (text) => text.slice(0, text.length / 2)],
    ['without its last line', (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`],
    ['without its last line break', (text) => text.trimEnd()],
    ['changed by one letter', (text) => text.replace('Ромашка', 'Ромашкa')],
    ['with a row taken out', (text) => text.replace(/\["o1".*\n/, '')],
    ['with something behind its end', (text) => `${text}[]\n`],
    ['of a schema to come', (text) => text.replace(`"schema":${NEWEST}`, `"schema":${NEWEST + 1}`)],
    ['with another table in it', (text) => text.replace('"table":"once"', '"table":"pg_authid"')],
    ['with SQL for a column', (text) => text.replace('"columns":["key"', '"columns":["key) --"')],
    ['that is empty', () => ''],
    ['that is something else', () => '{"hello":"world"}\n'],
    ['that is no JSON', () => 'PGDMP\u0001\n'],
  ])('%s is refused, and nothing is changed', async (_, change) => {
    expect(change(text)).not.toBe(text)
    await writeFile(file, change(text))
    await expect(restore(store, file, { replace: true })).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining('The backup cannot be used'),
    })
    expect(await contents(store)).toEqual(before)
  })
})

describe('the file of a backup', () => {
  const sqlite = engines[0] as TestEngine

  it('replaces an older backup, and never a file of something else', async () => {
    const store = await filled(sqlite)
    await backUp(store, file)
    await backUp(store, file)
    const other = join(folder, 'letter.txt')
    await writeFile(other, 'Dear Anna')
    await expect(backUp(store, other)).rejects.toMatchObject({ kind: 'invalid_input' })
    expect(await readFile(other, 'utf8')).toBe('Dear Anna')
  })

  it('needs a folder that is there', async () => {
    await expect(backUp(await filled(sqlite), join(folder, 'none', 'x'))).rejects.toMatchObject({
      kind: 'invalid_input',
      message: 'The backup file cannot be written there.',
    })
  })

  it('is not made of a database whose rows cannot be restored as they are', async () => {
    const options = await sqlite.fresh()
    const store = await filled({ ...sqlite, fresh: async () => options })
    // Text where the schema has bytes: SQLite lets it in, and it would come back as something else.
    await store.transaction('write', (run) => run("update data_key set wrapped = 'not base64!'"))
    await expect(backUp(store, file)).rejects.toMatchObject({ message: expect.stringContaining('data_key') })
    expect(await readdir(folder)).toEqual([])
  })

  it('can be read when it is missing or a folder', async () => {
    const store = await openRaw(await sqlite.fresh())
    for (const path of [join(folder, 'missing'), folder]) {
      await expect(restore(store, path, { replace: false })).rejects.toMatchObject({ kind: 'invalid_input' })
    }
    await copyFile(import.meta.filename, file)
    await expect(restore(store, file, { replace: false })).rejects.toMatchObject({ kind: 'invalid_input' })
  })
})

async function tableNames(engine: Engine, run: Run): Promise<string[]> {
  const rows = await run(
    engine.name === 'postgres'
      ? "select tablename as name from pg_tables where schemaname = 'public'"
      : "select name from sqlite_schema where type = 'table'",
  )
  return rows.map(({ name }) => String(name)).sort()
}
