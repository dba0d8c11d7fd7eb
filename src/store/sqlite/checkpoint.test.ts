import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../kernel/log.ts'
import { openStore, type Store } from '../store.ts'
import { scratchFolder } from '../testing/engines.ts'

let folder: string
let store: Store
const warnings: unknown[] = []
const log = {
  ...silentLog,
  warn: (fields: object) => warnings.push(fields),
  error: (fields: object) => warnings.push(fields),
}

beforeEach(async () => {
  folder = await scratchFolder()
  store = await openStore({ dataDir: folder, log })
})
afterEach(() => store.close())

const sizeOf = async (file: string) => (await stat(join(folder, file))).size

async function write(from: number, count: number): Promise<void> {
  const db = await store.db()
  for (let n = from; n < from + count; n += 1) {
    await db
      .insertInto('meta')
      .values({ key: `n${n}`, value: 'x'.repeat(8_000) })
      .execute()
  }
}

describe('the write-ahead log', () => {
  it('is emptied into the database when it has grown, and again, while writes go on', async () => {
    for (const round of [0, 1]) {
      const before = await sizeOf('mostik.db')
      await write(round * 800, 800)
      expect(await sizeOf('mostik.db-wal')).toBeGreaterThan(4 * 1024 * 1024)
      await expect.poll(() => sizeOf('mostik.db-wal'), { timeout: 10_000 }).toBeLessThan(100_000)
      expect(await sizeOf('mostik.db')).toBeGreaterThan(before + 6_000_000)
    }
    expect(warnings).toEqual([])
  })

  it('is gone after the store was closed', async () => {
    await write(0, 10)
    await store.close()
    expect(await readdir(folder)).toEqual(['mostik.db'])
    store = await openStore({ dataDir: folder, log })
    const rows = await (await store.db()).selectFrom('meta').select('key').execute()
    expect(rows).toHaveLength(10)
  })
})
