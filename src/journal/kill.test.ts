import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournalStore } from '../store/journal-store.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { search } from './search.ts'
import { collect } from './testing/calls.ts'
import { verifyChain } from './verify.ts'

const WRITER = fileURLToPath(new URL('./testing/writer.ts', import.meta.url))

/** A writer in a process of its own, with what it has said so far. */
function startWriter(name: string, { options }: Opened, most?: number) {
  const words = [WRITER, name, JSON.stringify(options), ...(most ? [String(most)] : [])]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const closed = once(child, 'close')
  return {
    name,
    /** Resolves when so many entries were recorded. */
    async until(recorded: number) {
      while (!said.includes(`\nr ${recorded} `)) await Promise.race([sleep(2), closed])
    },
    async kill() {
      child.kill('SIGKILL')
      await closed
      return record()
    },
    async ended() {
      await closed
      return record()
    },
  }

  function record() {
    const lines = said.split('\n').slice(0, -1)
    return {
      name,
      recorded: lines.filter((line) => line.startsWith('r ')).map((line) => Number(line.split(' ')[2])),
      stored: Math.max(
        0,
        ...lines.filter((line) => line.startsWith('s ')).map((line) => Number(line.slice(2))),
      ),
    }
  }
}

describe.each(engines)('writers that are killed on $name', (engine) => {
  let opened: Opened

  beforeEach(async () => {
    opened = await engine.open()
  })
  afterEach(() => opened.store.close())

  const entriesOf = async (user: string) => {
    const journal = createJournalStore(opened.store, { now: Date.now })
    return (await collect(search(journal, { user }, () => {}))).map(({ entry }) => Number(entry.tool))
  }

  it('leave everything that was said to be stored, once and in order, in one whole chain', async () => {
    const steady = startWriter('steady', opened, 3_000)
    for (let life = 0; life < 6; life += 1) {
      const writer = startWriter(`life ${life}`, opened)
      await writer.until(20 + life * 37)
      await sleep(Math.random() * 40)
      const { name, recorded, stored } = await writer.kill()
      const found = await entriesOf(name)
      expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index + 1))
      expect(found.length).toBeGreaterThanOrEqual(stored)
      expect(found.length).toBeLessThanOrEqual(recorded.length)
    }
    expect(await steady.ended()).toMatchObject({ stored: 3_000 })
    expect(await entriesOf('steady')).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1))
    expect(await verifyChain(createJournalStore(opened.store, { now: Date.now }))).not.toHaveProperty(
      'broken',
    )
  }, 60_000)

  it('lose what they recorded last and nothing before', async () => {
    const writer = startWriter('alone', opened)
    await writer.until(400)
    const { recorded } = await writer.kill()
    const found = await entriesOf('alone')
    expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index + 1))
    // A busy machine stops a process for longer than the 50 ms that an idle one keeps.
    expect((recorded.at(-1) ?? 0) - (recorded[found.length] ?? recorded.at(-1) ?? 0)).toBeLessThan(1_000)
  })
})
