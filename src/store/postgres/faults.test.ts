import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../../../test/support/postgres.ts'
import { systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { createHealth } from '../health.ts'
import { openStore, type Store } from '../store.ts'
import { openCuttable } from '../testing/cuttable.ts'
import { engines } from '../testing/engines.ts'
import { createPool } from './pool.ts'

const postgres = engines.find(({ name }) => name === 'postgres')

let store: Store
let databaseUrl: string

beforeEach(async () => {
  databaseUrl = (await postgres?.fresh())?.databaseUrl ?? ''
  store = await openStore({ databaseUrl, log: silentLog })
})
afterEach(() => store.close())

describe('connections that are cut', () => {
  it('while idle are replaced without a failed call', async () => {
    await Promise.all([write('a'), write('b'), write('c')])
    await terminateAll()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await write('d')
    expect(await keys()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('inside a transaction fail that one alone, and leave nothing of it', async () => {
    const cut = store.durably(async (db) => {
      await db.insertInto('meta').values({ key: 'half', value: 'x' }).execute()
      await terminateAll()
      await db.insertInto('meta').values({ key: 'other half', value: 'x' }).execute()
    })
    expect(await reasonOf(cut)).toBe('unreachable')
    await write('after')
    expect(await keys()).toEqual(['after'])
    expect(store.health()).toEqual({ state: 'ok' })
  })

  it('while nobody asks for anything do not end the process', async () => {
    await store
      .durably(async (db) => {
        await db.insertInto('meta').values({ key: 'half', value: 'x' }).execute()
        await terminateAll()
        await new Promise((resolve) => setTimeout(resolve, 50))
      })
      .catch((error: unknown) => expect(error).toBeInstanceOf(AppError))
    expect(await store.check()).toEqual({ state: 'ok' })
  })
})

describe('connections to a server that became read-only', () => {
  it('are not kept, so that its successor is found', async () => {
    const pool = createPool(databaseUrl, createHealth(systemClock, silentLog))
    const [one, other] = [await pool.connect(), await pool.connect()]
    for (const client of [one, other]) {
      await client.query('set session characteristics as transaction read only')
    }
    other.release()
    const insert = "insert into meta (key, value) values ('after', 'x')"
    expect(await reasonOf(one.query(insert))).toBe('read_only')
    one.release()
    const next = await pool.connect()
    await next.query(insert)
    next.release()
    await pool.end()
    expect(await keys()).toEqual(['after'])
  })
})

describe('what takes too long', () => {
  it('is bounded on every connection', async () => {
    const db = await store.db()
    const settings = await sql<{ name: string; setting: string }>`select name, setting from pg_settings
      where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`.execute(
      db,
    )
    expect(settings.rows.map(({ setting }) => setting)).toEqual(['15000', '5000', '10000'])
  })

  it('is a statement that the server ends', async () => {
    const slow = store.durably(async (db) => {
      await sql`set local statement_timeout = '50ms'`.execute(db)
      await sql`select pg_sleep(5)`.execute(db)
    })
    expect(await reasonOf(slow)).toBe('busy')
  })

  it('is a row that another replica does not let go', async () => {
    await write('held')
    const other = await openStore({ databaseUrl, log: silentLog })
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let isHeld = () => {}
    const holds = new Promise<void>((resolve) => {
      isHeld = resolve
    })
    const holding = other.durably(async (db) => {
      await db.updateTable('meta').set({ value: 'theirs' }).where('key', '=', 'held').execute()
      isHeld()
      await held
    })
    await holds
    const blocked = store.durably(async (db) => {
      await sql`set local lock_timeout = '50ms'`.execute(db)
      await db.updateTable('meta').set({ value: 'ours' }).where('key', '=', 'held').execute()
    })
    expect(await reasonOf(blocked)).toBe('locked')
    letGo()
    await holding
    await other.close()
  })

  it('is a pool that everybody holds', async () => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const holders = Array.from({ length: 10 }, () => store.durably(() => held))
    expect(await reasonOf(write('late'))).toBe('busy')
    expect(store.health()).toMatchObject({ state: 'failing', reason: 'busy' })
    letGo()
    await Promise.all(holders)
    await write('later')
    expect(await keys()).toEqual(['later'])
    expect(store.health()).toEqual({ state: 'ok' })
  })
})

describe('a network that swallows everything', () => {
  it('ends a statement and the connection it was on', async () => {
    const way = await openCuttable(databaseUrl)
    const health = createHealth(systemClock, silentLog)
    const pool = createPool(way.url, health, SHORT)
    const client = await pool.connect()
    way.hang()
    expect(await reasonOf(client.query('select 1'))).toBe('unreachable')
    client.release()
    expect(await reasonOf(pool.connect())).toBe('unreachable')
    way.mend()
    const fresh = await pool.connect()
    expect((await fresh.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    fresh.release()
    await pool.end()
    await way.close()
  })
})

const SHORT = {
  max: 2,
  connectionTimeoutMillis: 200,
  statementMs: 100,
  lookEveryMs: 20,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

describe('a database that stops', () => {
  it('is told, and found again when it is back, with everything that was acknowledged', async () => {
    const own = await startPostgres()
    const events: string[] = []
    const log = {
      info: (_: object, event: string) => events.push(event),
      warn: (_: object, event: string) => events.push(event),
      error: (_: object, event: string) => events.push(event),
    }
    const other = await openStore({ databaseUrl: `${own.url}/postgres`, log })
    const db = await other.db()
    await db.insertInto('meta').values({ key: 'acknowledged', value: 'x' }).execute()
    events.length = 0
    await own.server.stop()
    expect(await reasonOf(db.insertInto('meta').values({ key: 'lost', value: 'x' }).execute())).toBe(
      'unreachable',
    )
    expect(await other.check()).toMatchObject({ state: 'failing', reason: 'unreachable' })
    await own.server.start()
    await expect.poll(() => other.check(), { timeout: 10_000 }).toEqual({ state: 'ok' })
    expect(await db.selectFrom('meta').select('key').where('key', '<>', 'written').execute()).toEqual([
      { key: 'acknowledged' },
    ])
    expect(events).toEqual(['store failing', 'store works again'])
    await other.close()
    await own.stop()
  })
})

describe('a start', () => {
  it('without a server says so after its patience', async () => {
    const databaseUrl = 'postgres://nobody:secret-word@127.0.0.1:1/none'
    const error = await openStore({ databaseUrl, log: silentLog, startPatienceMs: 0 }).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ kind: 'unavailable', cause: { reason: 'unreachable' } })
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toContain('secret-word')
  })

  it.each([
    [
      'a wrong password',
      (url: URL) => {
        url.password = randomUUID()
      },
    ],
    [
      'a database that does not exist',
      (url: URL) => {
        url.pathname = '/nowhere'
      },
    ],
  ])('with %s says at once what to check', async (_, change) => {
    const url = new URL(databaseUrl)
    change(url)
    const error = await openStore({ databaseUrl: url.href, log: silentLog }).catch((thrown) => thrown)
    expect(error).toMatchObject({ kind: 'invalid_input', hint: expect.stringContaining('DATABASE_URL') })
    expect(String(error.stack) + JSON.stringify(error)).not.toContain(url.password)
  })

  it('as a user who may not create tables says what to grant', async () => {
    const role = `plain_${randomUUID().replaceAll('-', '')}`
    const url = new URL((await postgres?.fresh())?.databaseUrl ?? '')
    const owner = new pg.Client({ connectionString: url.href })
    await owner.connect()
    await owner.query(`create role ${role} login password 'plain'`)
    await owner.end()
    url.username = role
    url.password = 'plain'
    const error = await openStore({ databaseUrl: url.href, log: silentLog }).catch((thrown) => thrown)
    expect(error).toMatchObject({ kind: 'invalid_input', hint: expect.stringContaining('GRANT') })
  })

  it('as a user who may not connect to that database says at once what to check', async () => {
    const role = `plain_${randomUUID().replaceAll('-', '')}`
    const url = new URL((await postgres?.fresh())?.databaseUrl ?? '')
    const owner = new pg.Client({ connectionString: url.href })
    await owner.connect()
    await owner.query(`create role ${role} login password 'plain'`)
    await owner.query(`revoke connect on database ${url.pathname.slice(1)} from public`)
    await owner.end()
    url.username = role
    url.password = 'plain'
    const error = await openStore({ databaseUrl: url.href, log: silentLog }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining('turned this program down (42501)'),
    })
  })

  it('with an address that cannot be read does not repeat it', async () => {
    const databaseUrl = 'postgres://user:secret-word@[::1:5432/name'
    const error = await openStore({ databaseUrl, log: silentLog }).catch((thrown) => thrown)
    expect(error).toMatchObject({ kind: 'invalid_input', message: 'DATABASE_URL cannot be used.' })
    expect(JSON.stringify([error, error.cause])).not.toContain('secret-word')
  })
})

function write(key: string) {
  return store.durably((db) => db.insertInto('meta').values({ key, value: 'x' }).execute())
}

async function keys(): Promise<string[]> {
  const rows = await (await store.db()).selectFrom('meta').select('key').orderBy('key').execute()
  return rows.map(({ key }) => key)
}

/** Cuts every connection to the test's database but the one that does it. */
async function terminateAll(): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
}

/** The reason for which the store could not do it. */
async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError) || error.kind !== 'unavailable') return error
  return (error.cause as { reason: string }).reason
}
