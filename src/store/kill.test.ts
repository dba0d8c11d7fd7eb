import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, type Opened } from './testing/engines.ts'
import { runScript } from './testing/script.ts'

const ROUNDS = Number(process.env.MOSTIK_KILLS ?? 2)

describe.each(engines)('a process on $name that is killed while it writes', (engine) => {
  let opened: Opened
  beforeEach(async () => {
    opened = await engine.open()
  })
  afterEach(() => opened.store.close())

  it('has lost nothing that it acknowledged, and left no half of anything', {
    timeout: 10_000 * ROUNDS,
  }, async () => {
    const { databaseUrl, dataDir } = opened.options
    for (let round = 0; round < ROUNDS; round += 1) {
      const script = runScript(
        `const { openStore } = await store('store.ts')
        const opened = await openStore({ ...${JSON.stringify({ databaseUrl, dataDir })}, log })
        for (let n = 0; ; n += 1) {
          const id = '${round}-' + n
          await opened.durably(async (db) => {
            await db.insertInto('meta').values({ key: id + ' first', value: 'x'.repeat(5000) }).execute()
            await db.insertInto('meta').values({ key: id + ' second', value: 'x' }).execute()
          })
          say(id)
        }`,
      )
      await script.line()
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 60))
      script.child.kill('SIGKILL')
      await script.ended
      const keys = new Set(await keysOf(opened))
      expect(script.lines.length).toBeGreaterThan(0)
      for (const id of script.lines) expect(keys.has(`${id} first`)).toBe(true)
      const halves = [...keys].filter(
        (key) => !keys.has(key.endsWith('first') ? `${key.slice(0, -5)}second` : `${key.slice(0, -6)}first`),
      )
      expect(halves).toEqual([])
    }
  })
})

async function keysOf({ store }: Opened): Promise<string[]> {
  const rows = await (await store.db()).selectFrom('meta').select('key').where('key', 'like', '%-%').execute()
  return rows.map(({ key }) => key)
}
