import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import type { Engine } from './engine.ts'
import { createHealth } from './health.ts'
import { migrate, schemaVersion } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'
import { openEngine } from './open-engine.ts'
import { openStore, type StoreOptions } from './store.ts'
import { engines } from './testing/engines.ts'
import { countRows, fillSchema } from './testing/schema-rows.ts'
import { runScript } from './testing/script.ts'

/** A step as a later release may bring it. */
const LATER: Migration = {
  version: migrations.length + 1,
  title: 'a later release',
  statements: () => [
    'alter table linked_account add column colour text',
    "update linked_account set colour = 'red' where default_at is not null",
    'create table later (id integer primary key)',
  ],
}

describe('the list of migrations', () => {
  it('has no gaps and is in order', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })
})

describe.each(engines)('migrations on $name', ({ fresh }) => {
  let options: StoreOptions
  let engine: Engine
  beforeEach(async () => {
    options = await fresh()
    engine = await openEngine(options, createHealth(systemClock, silentLog))
  })
  afterEach(() => engine.close())

  const up = (list: readonly Migration[]) => migrate(engine, list, systemClock, silentLog)
  const version = () => engine.transaction('snapshot', (run) => schemaVersion(engine, run))

  it.each(migrations.map((migration) => migration.version))(
    'carry the data of schema %i to the newest',
    async (from) => {
      await up(migrations.slice(0, from))
      await engine.transaction('write', (run) => fillSchema(run, from))
      const before = await engine.transaction('snapshot', (run) => countRows(run, from))
      expect(Object.values(before)).not.toContain(0)
      await up([...migrations, LATER])
      expect(await version()).toBe(LATER.version)
      expect(await engine.transaction('snapshot', (run) => countRows(run, from))).toEqual(before)
      const marked = await engine.transaction('snapshot', (run) =>
        run('select colour from linked_account order by id'),
      )
      expect(marked).toEqual([{ colour: 'red' }, { colour: null }])
    },
  )

  it('leave nothing of a step that failed, and make it again at the next start', async () => {
    await up(migrations)
    const broken = {
      ...LATER,
      statements: () => ['create table half (id integer primary key)', 'no such statement'],
    }
    await expect(up([...migrations, broken])).rejects.toThrow()
    expect(await version()).toBe(migrations.length)
    await up([...migrations, { ...LATER, statements: () => ['create table half (id integer primary key)'] }])
    expect(await version()).toBe(LATER.version)
  })

  it('are made once by processes that start at the same time', async () => {
    const { databaseUrl, dataDir } = options
    const code = `const { openStore } = await store('store.ts')
      process.stdin.once('data', async () => {
        const opened = await openStore({ ...${JSON.stringify({ databaseUrl, dataDir })}, log })
        await opened.close()
        process.exit()
      })
      say('ready')`
    const scripts = Array.from({ length: 4 }, () => runScript(code))
    await Promise.all(scripts.map((script) => script.line()))
    for (const { child } of scripts) child.stdin?.write('go\n')
    const ends = await Promise.all(scripts.map(({ ended }) => ended))
    expect(ends).toEqual(scripts.map(() => ({ code: 0, errors: '' })))
    const applied = await engine.transaction('snapshot', (run) => run('select version from schema_migration'))
    expect(applied).toEqual(migrations.map((migration) => ({ version: migration.version })))
  })

  it('of a newer program are refused with a sentence, and nothing is touched', async () => {
    await up([...migrations, LATER])
    await expect(openStore(options)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: `The database was written by a newer Mostik: its schema is ${LATER.version}, and this program knows ${migrations.length}.`,
    })
    expect(await version()).toBe(LATER.version)
  })
})
