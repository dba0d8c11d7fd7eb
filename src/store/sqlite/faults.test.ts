import { chmod, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { openStore, type Store } from '../store.ts'
import { scratchFolder } from '../testing/engines.ts'
import { runScript } from '../testing/script.ts'

const ORDINARY_USER = 65_534

let folder: string
let store: Store
let events: string[]
const log = {
  info: (_: object, event: string) => events.push(event),
  warn: (_: object, event: string) => events.push(event),
  error: (_: object, event: string) => events.push(event),
}

beforeEach(async () => {
  events = []
  folder = await scratchFolder()
  store = await openStore({ dataDir: folder, log })
  events = []
})
afterEach(() => store.close())

describe('a full disk', () => {
  it('answers `unavailable`, keeps what was there, and is noticed to be over without traffic', async () => {
    const db = await store.db()
    await db.insertInto('meta').values({ key: 'before', value: 'kept' }).execute()
    await sql`pragma max_page_count = 60`.execute(db)
    expect(await reasonOf(fill())).toBe('disk_full')
    expect(store.health()).toMatchObject({ state: 'failing', reason: 'disk_full' })
    expect(await keys()).toContain('before')
    await sql`pragma max_page_count = 100000`.execute(db)
    expect(await store.check()).toEqual({ state: 'ok' })
    expect(events).toEqual(['store failing', 'store works again'])
  })

  it('leaves nothing of the transaction that found it', async () => {
    await sql`pragma max_page_count = 60`.execute(await store.db())
    const big = store.durably(async (db) => {
      await db.insertInto('meta').values({ key: 'half', value: 'x' }).execute()
      await db
        .insertInto('meta')
        .values({ key: 'big', value: 'x'.repeat(400_000) })
        .execute()
    })
    expect(await reasonOf(big)).toBe('disk_full')
    expect(await keys()).toEqual([])
    expect(store.health()).toMatchObject({ state: 'failing', reason: 'disk_full' })
  })

  it('is a file that may not grow, too', async () => {
    const script = runScript(
      `const { openStore } = await store('store.ts')
      const s = await openStore({ dataDir: ${JSON.stringify(folder)}, log })
      const db = await s.db()
      for (let n = 0; n < 400; n += 1) {
        try {
          await s.durably((db) => db.insertInto('meta').values({ key: 'k' + n, value: 'x'.repeat(8000) }).execute())
          say('kept ' + n)
        } catch (error) {
          say('failed ' + error.kind + ' ' + s.health().reason)
          break
        }
      }
      await s.close()`,
      { shell: 'ulimit -f 2048' },
    )
    const { code, errors } = await script.ended
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(script.lines.at(-1)).toBe('failed unavailable disk_full')
    const kept = script.lines.filter((line) => line.startsWith('kept')).map((line) => `k${line.slice(5)}`)
    expect(kept.length).toBeGreaterThan(10)
    expect((await keys()).sort()).toEqual(kept.sort())
  })
})

describe('a disk that can only be read', () => {
  it('answers `unavailable` to writes and goes on reading', async () => {
    await sql`pragma query_only = on`.execute(await store.db())
    expect(await reasonOf(fill())).toBe('read_only')
    expect(await keys()).toEqual([])
    expect(await store.check()).toMatchObject({ state: 'failing', reason: 'read_only' })
  })

  it('is named at the start', async () => {
    await store.close()
    await chmod(join(folder, 'mostik.db'), 0o444)
    await chmod(folder, 0o555)
    const script = runScript(
      `const { openStore } = await store('store.ts')
      await openStore({ dataDir: ${JSON.stringify(folder)}, log }).catch((error) => say(error.kind + ' ' + error.cause.reason))`,
      process.getuid?.() === 0 ? { uid: ORDINARY_USER } : {},
    )
    const { errors } = await script.ended
    await chmod(folder, 0o755)
    await chmod(join(folder, 'mostik.db'), 0o644)
    expect(errors).toBe('')
    expect(script.lines).toEqual(['unavailable read_only'])
    store = await openStore({ dataDir: folder, log })
  })
})

describe('a file that another process has locked', () => {
  function lockedBy(lock = 'begin immediate') {
    return runScript(
      `import { DatabaseSync } from 'node:sqlite'
      const other = new DatabaseSync(${JSON.stringify(join(folder, 'mostik.db'))})
      other.exec('${lock}')
      say('locked')
      process.stdin.once('data', () => {
        other.exec('commit')
        process.exit()
      })`,
    )
  }

  it('is waited for without stopping this process, and reads go on meanwhile', async () => {
    const other = lockedBy()
    await other.line()
    let turns = 0
    const ticking = setInterval(() => {
      turns += 1
    }, 1)
    const writing = fill()
    expect(await keys()).toEqual([])
    while (turns < 20) await new Promise((resolve) => setImmediate(resolve))
    clearInterval(ticking)
    other.child.stdin?.write('go\n')
    await writing
    expect(await keys()).toEqual(['filled'])
    expect(store.health()).toEqual({ state: 'ok' })
    await other.ended
  })

  it('even against reading is waited for at the start', async () => {
    await store.close()
    const other = lockedBy('pragma locking_mode = exclusive; begin exclusive')
    await other.line()
    const opening = openStore({ dataDir: folder, log })
    await new Promise((resolve) => setTimeout(resolve, 100))
    other.child.stdin?.write('go\n')
    store = await opening
    expect(await keys()).toEqual([])
    expect(events).toEqual([])
    await other.ended
  })

  it('is waited for by all at the same time, and by nobody who only reads', async () => {
    await store.db()
    const other = lockedBy()
    await other.line()
    let answered = 0
    const writing = Array.from({ length: 10 }, () => reasonOf(fill()).finally(() => (answered += 1)))
    expect(await keys()).toEqual([])
    expect(answered).toBe(0)
    await writing[0]
    // All of them asked within a moment, and one patience is over.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(answered).toBe(10)
    other.child.stdin?.write('go\n')
    await other.ended
  })

  it('answers `unavailable` when the lock stays, and works once it is gone', async () => {
    const other = lockedBy()
    await other.line()
    expect(await reasonOf(fill())).toBe('locked')
    expect(store.health()).toMatchObject({ state: 'failing', reason: 'locked' })
    other.child.stdin?.write('go\n')
    await other.ended
    await fill()
    expect(store.health()).toEqual({ state: 'ok' })
    expect(events).toEqual(['store failing', 'store works again'])
  })
})

describe('the file', () => {
  it('is for the owner alone, with the files beside it', async () => {
    await fill()
    const modes = await Promise.all(
      (await readdir(folder)).map(async (file) => (await stat(join(folder, file))).mode & 0o777),
    )
    expect(modes).toEqual([0o600, 0o600, 0o600])
  })

  it('that others may read is told once at the start, with the cure', async () => {
    const path = join(folder, 'mostik.db')
    await store.close()
    await chmod(path, 0o640)
    const told: object[] = []
    const warn = (fields: object, event: string) => told.push({ ...fields, event })
    store = await openStore({ dataDir: folder, log: { ...log, warn } })
    await fill()
    const cure = `chmod 600 "${path}"*`
    expect(told).toEqual([{ path, mode: '640', cure, event: 'database can be read by other users' }])
  })

  it('for the owner alone is no reason for a warning', async () => {
    await store.close()
    store = await openStore({ dataDir: folder, log })
    expect(events).toEqual([])
  })

  it('is refused when it is not a database', async () => {
    const other = await scratchFolder()
    await writeFile(
      join(other, 'mostik.db'),
      'not a database, though as long as the header of one '.repeat(40),
    )
    expect(await reasonOf(openStore({ dataDir: other, log: silentLog }))).toBe('broken')
  })

  it('that was taken away while the server runs is told', async () => {
    await rm(join(folder, 'mostik.db'))
    expect(await reasonOf(fill())).toBe('broken')
    expect(await store.check()).toMatchObject({ state: 'failing', reason: 'broken' })
  })

  it('asks for a folder that is there', async () => {
    const gone = openStore({ dataDir: join(folder, 'nowhere'), log: silentLog })
    expect(await reasonOf(gone)).toBe('broken')
  })
})

describe('one connection', () => {
  it('keeps a lone statement out of the transaction of somebody else', async () => {
    const db = await store.db()
    let lone: Promise<unknown> | undefined
    const work = store.durably(async (trx) => {
      await trx.insertInto('meta').values({ key: 'inside', value: 'x' }).execute()
      lone = db.insertInto('meta').values({ key: 'outside', value: 'x' }).execute()
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new Error('taken back')
    })
    await expect(work).rejects.toThrow('taken back')
    await lone
    expect(await keys()).toEqual(['outside'])
  })

  it('answers `unavailable` after the store was closed', async () => {
    const db = await store.db()
    await store.close()
    const late = db.selectFrom('meta').selectAll().execute()
    expect(await reasonOf(late)).toBe('unreachable')
    store = await openStore({ dataDir: folder, log })
  })
})

function fill() {
  return store.durably((db) =>
    db
      .insertInto('meta')
      .values({ key: 'filled', value: 'x'.repeat(300_000) })
      .execute(),
  )
}

async function keys(): Promise<string[]> {
  const rows = await (await store.db()).selectFrom('meta').select('key').execute()
  return rows.map(({ key }) => key)
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
