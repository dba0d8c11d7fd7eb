import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { migrations } from '../../src/store/migrations/all.ts'
import { createSecretStore } from '../../src/store/secret-store.ts'
import { openStore } from '../../src/store/store.ts'
import { openCuttable } from '../../src/store/testing/cuttable.ts'
import { engines } from '../../src/store/testing/engines.ts'
import { openMasterKeys } from '../../src/vault/open-master-keys.ts'
import { createVault } from '../../src/vault/vault.ts'
import { startPostgres } from '../support/postgres.ts'
import { type Circumstances, runProgram, serveProgram } from '../support/program.ts'
import { createWitness } from '../support/witness.ts'

const all = mkdtempSync(join(tmpdir(), 'mostik-outage-'))
const folder = () => mkdtempSync(join(all, 'data-'))
const MASTER_KEY = 'an outage is no reason to lose 0123456789abcdef'
/** Files cannot be kept from root: it becomes somebody else. */
const AS_ORDINARY_USER: Circumstances = process.getuid?.() === 0 ? { uid: 65_534 } : {}
const READY = { ready: 200, status: 'ready', health: 200 }
/** Several times what it takes, for a machine that is busy. */
const SOON_MS = 30_000
/** Five seconds are the promise, and the rest is for a machine that is busy; without it a stop takes a timeout of the store. */
const STOP_MS = 9_000

/** What a failed test leaves behind; tests that run at the same time cannot say which of them is over. */
const leftovers: (() => unknown)[] = []

let sandbox: AmocrmSandbox
beforeAll(async () => {
  chmodSync(all, 0o755)
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 100_000 })
})
afterAll(async () => {
  await Promise.all(leftovers.map((clear) => clear()))
  await sandbox.close()
  rmSync(all, { recursive: true, force: true })
})

const failing = (store: unknown) => ({ ready: 503, status: 'failing', store, health: 200 })
const FULL = [['unavailable'], ['unavailable'], failing('disk_full')]

function settings(place: Record<string, string>): Record<string, string> {
  return {
    MASTER_KEY,
    AMOCRM_BASE_URL: sandbox.baseUrl,
    AMOCRM_ACCESS_TOKEN: sandbox.accessToken,
    AMOCRM_REQUESTS_PER_SECOND: '50',
    CALL_LIMITS: 'read=0,write=0',
    ...place,
  }
}

/** A server on this database, with a witness of all that it answers. */
async function serve(place: Record<string, string>, circumstances?: Circumstances) {
  const server = await serveProgram(settings(place), circumstances)
  leftovers.push(() => server.child.kill('SIGKILL'))
  const witness = createWitness(server, sandbox)
  return {
    ...server,
    witness,
    /** The names of what the log told, but for the calls themselves. */
    told: () => logOf(server.output.err).filter((line) => !USUAL.has(line.msg)),
    /** Stops it and compares. */
    async audit(directly = place) {
      server.child.kill('SIGTERM')
      expect(await server.exited).toBe(0)
      await witness.audit(directly)
    },
  }
}

const USUAL = new Set(['tool call', 'schema migrated', 'stopping'])

function logOf(text: string): { msg: string; reason?: string; version?: number; level: number }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

type Told = ReturnType<typeof logOf>

/** One line when it begins and one when it is over, and from each part of the product at most one of each kind. */
function expectOneOutage(told: Told, reason: string) {
  const lines = told.map(({ msg }) => msg)
  expect(told.filter(({ msg }) => msg === 'store failing')).toEqual([expect.objectContaining({ reason })])
  expect(lines.filter((line) => line === 'store works again')).toHaveLength(1)
  expect(lines.toSorted()).toEqual([...new Set(lines)].toSorted())
  expect(lines).not.toContain('bug')
}

/** `expect.poll` knows one test at a time. */
async function soon(look: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (const until = performance.now() + SOON_MS; ; await pause(100)) {
    try {
      expect(await look()).toEqual(expected)
      return
    } catch (error) {
      if (performance.now() > until) throw error
    }
  }
}

/** Runs a command, or a server that is to refuse its start, to the end. */
async function mostik(
  words: readonly string[],
  environment: Record<string, string>,
  circumstances?: Circumstances,
) {
  const program = runProgram(words, environment, '.', circumstances)
  program.child.stdin?.end('token\n')
  const late = setTimeout(() => program.child.kill(), 40_000)
  const code = await program.exited
  clearTimeout(late)
  return { code, ...program.output }
}

const refusal = (text: string) => ({
  code: 1,
  out: '',
  err: expect.stringMatching(`^mostik: .*${text}.*\n$`),
})

/** The groups run at the same time too: their servers wait most of the time. */
describe.concurrent('a database file', { timeout: 120_000 }, () => {
  it('that may not grow any more stops changes until there is room, and loses nothing', async () => {
    const DATA_DIR = folder()
    const { witness, told, audit } = await serve({ DATA_DIR }, { shell: 'ulimit -f 2048' })
    const fill = async () => (await witness.write()).answers
    // Small things may still fit where larger ones do not.
    await soon(async () => [await fill(), await fill(), await witness.states()], FULL)
    const refused = await Promise.all([1, 2, 3, 4, 5].map(() => witness.write()))
    expect(refused.flatMap(({ answers }) => answers)).toEqual(Array(5).fill('unavailable'))
    expect(await witness.read()).toBe('ok')
    makeRoom(DATA_DIR)
    await soon(witness.states, READY)
    for (const wish of refused) await witness.insist(wish)
    expectFewLines(told(), 'disk_full')
    await audit()
  })

  it('that another program holds is waited for when it is short, and else refuses changes while reads go on', async () => {
    const DATA_DIR = folder()
    const { witness, told, audit } = await serve({ DATA_DIR })
    await witness.write()
    const short = hold(DATA_DIR)
    const waiting = witness.write()
    await pause(1_000)
    short.letGo()
    expect((await waiting).answers).toEqual(['ok'])
    expect(told()).toEqual([])

    const long = hold(DATA_DIR)
    const wishes = Array.from({ length: 20 }, () => witness.newWish())
    const refused = Promise.all(wishes.map((wish) => witness.write(wish)))
    expect(await witness.read()).toBe('ok')
    expect(wishes.flatMap(({ answers }) => answers)).toEqual([])
    await refused
    expect(wishes.flatMap(({ answers }) => answers)).toEqual(Array(20).fill('unavailable'))
    expect(await witness.states()).toEqual(failing('locked'))
    long.letGo()
    await soon(witness.states, READY)
    await Promise.all(wishes.map((wish) => witness.insist(wish)))
    expectOneOutage(told(), 'locked')
    await audit()
  })

  it('that stays held does not keep the server from stopping, and the log has the entries', async () => {
    const DATA_DIR = folder()
    const { witness, child, exited, output } = await serve({ DATA_DIR })
    await witness.write()
    const { letGo } = hold(DATA_DIR)
    expect((await witness.write()).answers).toEqual(['unavailable'])
    const from = performance.now()
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(performance.now() - from).toBeLessThan(STOP_MS)
    letGo()
    const left = output.err.split('\n').filter((line) => line.includes('journal entry is perhaps not stored'))
    expect(left).toEqual([expect.stringContaining('amocrm_create_lead')])
    expect(output.err).not.toContain('"bug"')
  })

  it('in a folder that cannot be written ends the start, with what to do', async () => {
    const DATA_DIR = folder()
    await (await openStore({ dataDir: DATA_DIR, log: silentLog })).close()
    chmodSync(join(DATA_DIR, 'mostik.db'), 0o644)
    chmodSync(DATA_DIR, 0o555)
    const locked = await mostik([], settings({ DATA_DIR }), AS_ORDINARY_USER)
    expect(locked).toEqual(refusal('holds a database and cannot be written'))
    chmodSync(join(DATA_DIR, 'mostik.db'), 0o444)
    chmodSync(DATA_DIR, 0o777)
    const readable = await mostik([], settings({ DATA_DIR }), AS_ORDINARY_USER)
    expect(readable).toEqual(refusal('can only be read'))
  })

  it('of a newer program ends the start, with what to do', async () => {
    const where = { DATA_DIR: folder() }
    const store = await openStore({ dataDir: where.DATA_DIR, log: silentLog })
    const db = await store.db()
    await db
      .insertInto('schema_migration' as never)
      .values({ version: 999, applied_at: 1 } as never)
      .execute()
    await store.close()
    expect(await mostik([], settings(where))).toEqual(refusal('a newer Mostik'))
  })

  it('that is sealed with another master key ends the start, with what to do', async () => {
    const where = { DATA_DIR: folder() }
    const store = await openStore({ dataDir: where.DATA_DIR, log: silentLog })
    const sealed = { engine: store.engine, masterKeyIds: [], isExposed: false }
    const masterKeys = openMasterKeys({ MASTER_KEY: `${MASTER_KEY} of before` }, sealed)
    const vault = createVault({ masterKeys, secrets: createSecretStore(store, systemClock) })
    await vault.put({ owner: 'owner', kind: 'answer', name: 'x' }, 'x')
    await store.close()
    expect(await mostik([], settings(where))).toEqual(refusal('MASTER_KEY_PREVIOUS'))
  })

  it('that has no folder that can be written is lived without: the server says so, and nothing is linked', async () => {
    const DATA_DIR = folder()
    chmodSync(DATA_DIR, 0o555)
    const { witness, output, told } = await serve({ DATA_DIR }, AS_ORDINARY_USER)
    expect((await witness.write()).answers).toEqual(['ok'])
    expect(await witness.states()).toEqual(READY)
    expect(output.out).toContain('Nothing outlives a stop')
    expect(told()).toEqual([
      expect.objectContaining({ msg: 'data folder cannot be written, nothing is kept' }),
    ])
    const words = ['link', 'amocrm', '--address', sandbox.baseUrl]
    expect(await mostik(words, { DATA_DIR, MASTER_KEY }, AS_ORDINARY_USER)).toEqual(
      refusal('cannot be written'),
    )
  })
})

describe.concurrent('a PostgreSQL', { timeout: 120_000 }, () => {
  it('that stops and comes back under traffic is noticed both times, and nothing is lost or made twice', async () => {
    const own = await startPostgres()
    leftovers.push(own.stop)
    const place = { DATABASE_URL: `${own.url}/postgres` }
    const { witness, told, audit } = await serve(place)
    const traffic = keepBusy(witness, 4)
    await pause(500)
    await own.server.stop()
    await soon(witness.states, failing('unreachable'))
    for (let count = 0; count < 5; count++) expect(await witness.read()).toBe('ok')
    await pause(1_500)
    await own.server.start()
    await soon(witness.states, READY)
    expect(await traffic.end()).toContain('unavailable')
    expectFewLines(told())
    await audit()
  })

  it('that cuts connections under traffic fails single calls, which can be repeated', async () => {
    const place = await freshPostgres()
    const { witness, told, audit } = await serve(place)
    const traffic = keepBusy(witness, 6)
    for (let count = 0; count < 10; count++) {
      await pause(150)
      await ask(place.DATABASE_URL, CUT_ALL)
    }
    await traffic.end()
    await soon(witness.states, READY)
    expectFewLines(told())
    await audit()
  })

  it('whose connections are all taken refuses changes until one is free, while reads go on', async () => {
    const place = await freshPostgres()
    const { witness, told, audit } = await serve(place)
    await witness.write()
    const client = new pg.Client({ connectionString: place.DATABASE_URL })
    await client.connect()
    await client.query('begin; lock table once in exclusive mode')
    const wishes = Array.from({ length: 20 }, () => witness.newWish())
    const refused = Promise.all(wishes.map((wish) => witness.write(wish)))
    // Looked for from the beginning: those who wait give up by themselves, and then it is over.
    await soon(witness.states, failing(expect.stringMatching('busy|locked')))
    await soon(async () => wishes.flatMap(({ answers }) => answers), expect.arrayContaining(['unavailable']))
    expect(await witness.read()).toBe('ok')
    await client.query('rollback')
    await client.end()
    await refused
    await Promise.all(wishes.map((wish) => witness.insist(wish)))
    await soon(witness.states, READY)
    expectFewLines(told())
    await audit()
  })

  it('that can only be read for a time refuses changes and takes the journal up later', async () => {
    const place = await freshPostgres()
    const { witness, told, audit } = await serve(place)
    await witness.write()
    const name = new URL(place.DATABASE_URL).pathname.slice(1)
    await ask(place.DATABASE_URL, `alter database ${name} set default_transaction_read_only = on`)
    await ask(place.DATABASE_URL, CUT_ALL)
    await soon(async () => (await witness.write()).answers, ['unavailable'])
    await soon(witness.states, failing('read_only'))
    expect(await witness.read()).toBe('ok')
    await ask(place.DATABASE_URL, `begin read write; alter database ${name} reset all; commit`)
    await ask(place.DATABASE_URL, CUT_ALL)
    await soon(witness.states, READY)
    await witness.insist()
    expectFewLines(told())
    await audit()
  })

  it('behind a network that went silent is given up in time, and the server can be stopped', async () => {
    const direct = await freshPostgres()
    const way = await openWay(direct.DATABASE_URL)
    const { witness, told, audit, child, exited } = await serve({ DATABASE_URL: way.url })
    await witness.write()
    way.hang()
    await soon(witness.states, failing('unreachable'))
    expect((await witness.write()).answers).toEqual(['unavailable'])
    expect(await witness.read()).toBe('ok')
    way.mend()
    await soon(witness.states, READY)
    await witness.insist()
    expectFewLines(told())
    await audit(direct)
    expect(child.exitCode).toBe(0)
    await exited
  })

  it('that is silent when the server is told to stop does not hold it', async () => {
    const way = await openWay((await freshPostgres()).DATABASE_URL)
    const { witness, child, exited, output } = await serve({ DATABASE_URL: way.url })
    await witness.write()
    way.hang()
    expect(await witness.read()).toBe('ok')
    const from = performance.now()
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(performance.now() - from).toBeLessThan(STOP_MS)
    expect(output.err).toMatch(/journal entry is perhaps not stored.*\n/)
  })
})

describe.concurrent.each(engines)('a database on $name', { timeout: 120_000 }, ({ fresh, name }) => {
  const place = async (): Promise<Record<string, string>> => {
    const { dataDir: DATA_DIR = '', databaseUrl: DATABASE_URL = '' } = await fresh()
    return name === 'sqlite' ? { DATA_DIR } : { DATABASE_URL }
  }

  it('that is empty is made once by two servers that start at once, and both write one journal', async () => {
    const where = await place()
    const [first, second] = await Promise.all([serve(where), serve(where)])
    const migrated = [first, second].flatMap(({ output }) =>
      logOf(output.err).filter(({ msg }) => msg === 'schema migrated'),
    )
    expect(migrated.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version))
    const wishes = Array.from({ length: 10 }, () => first.witness.newWish())
    await Promise.all(
      wishes.flatMap((wish) => [first, second].map(({ url }) => first.witness.write(wish, url))),
    )
    expect(new Set(wishes.flatMap(({ answers }) => answers))).toEqual(new Set(['ok']))
    second.child.kill('SIGTERM')
    expect(await second.exited).toBe(0)
    await first.audit()
  })
})

/** Moves what is in the write-ahead log into the database file, so that the log may grow anew. */
function makeRoom(dataDir: string) {
  const database = new DatabaseSync(join(dataDir, 'mostik.db'))
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
}

function hold(dataDir: string) {
  const database = new DatabaseSync(join(dataDir, 'mostik.db'))
  database.exec('begin immediate')
  return { letGo: () => database.close() }
}

type Witness = ReturnType<typeof createWitness>

/** Clients that make one deal after the other and repeat what was refused; `end` gives every answer that they got. */
function keepBusy(witness: Witness, clients: number) {
  let isOver = false
  const work = Array.from({ length: clients }, async () => {
    const answers: string[] = []
    while (!isOver) {
      answers.push(...(await witness.insist()).answers)
      await pause(20)
    }
    return answers
  })
  return {
    async end() {
      isOver = true
      return (await Promise.all(work)).flat()
    },
  }
}

/** Whatever the traffic was: an outage is told and not each of its calls. */
function expectFewLines(told: Told, reason: unknown = expect.any(String)) {
  const lines = told.map(({ msg }) => msg)
  expect(told).toContainEqual(expect.objectContaining({ msg: 'store failing', reason }))
  expect(lines).toContain('store works again')
  expect(lines).not.toContain('bug')
  expect(lines.filter((line) => line === 'store failing').length).toBeLessThan(4)
  expect(lines.length).toBeLessThan(40)
}

async function freshPostgres() {
  const postgres = engines.find(({ name }) => name === 'postgres')
  return { DATABASE_URL: (await postgres?.fresh())?.databaseUrl ?? '' }
}

const CUT_ALL = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

async function ask(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** A way to this database that can fall silent. */
async function openWay(databaseUrl: string) {
  const way = await openCuttable(databaseUrl)
  leftovers.push(() => way.close())
  return way
}
