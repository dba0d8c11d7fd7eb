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

const LIVES = Number(process.env.MOSTIK_KILLS ?? 3)
/** So many that somebody writes during all of them. */
const STEADY = 270 * LIVES

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
    until: (recorded: number) => heard(`\nr ${recorded}\n`),
    /** Resolves when so many entries are said to be stored. */
    untilStored: (stored: number) => heard(`\ns ${stored}\n`),
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

  async function heard(line: string): Promise<void> {
    while (!said.includes(line)) {
      if (child.exitCode !== null) throw new Error(`the writer ended before it said ${line.trim()}`)
      await Promise.race([sleep(2), closed])
    }
  }

  function record() {
    const lines = said.split('\n').slice(0, -1)
    return {
      name,
      recorded: lines.filter((line) => line.startsWith('r ')).length,
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

  it('leave everything that was said to be stored, once and in order, in one whole chain', {
    timeout: 20_000 * LIVES,
  }, async () => {
    const steady = startWriter('steady', opened, STEADY)
    for (let life = 0; life < LIVES; life += 1) {
      const writer = startWriter(`life ${life}`, opened)
      await writer.until(20 + (life % 6) * 37)
      await sleep(Math.random() * 40)
      const { name, recorded, stored } = await writer.kill()
      const found = await entriesOf(name)
      expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index + 1))
      expect(found.length).toBeGreaterThanOrEqual(stored)
      expect(found.length).toBeLessThanOrEqual(recorded)
    }
    expect(await steady.ended()).toMatchObject({ stored: STEADY })
    expect(await entriesOf('steady')).toEqual(Array.from({ length: STEADY }, (_, index) => index + 1))
    expect(await verifyChain(createJournalStore(opened.store, { now: Date.now }))).not.toHaveProperty(
      'broken',
    )
  })

  it('lose what they recorded last and nothing before', async () => {
    const writer = startWriter('alone', opened)
    await writer.untilStored(200)
    const { recorded, stored } = await writer.kill()
    const found = await entriesOf('alone')
    expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index + 1))
    expect(stored).toBeGreaterThanOrEqual(200)
    expect(found.length).toBeGreaterThanOrEqual(stored)
    expect(found.length).toBeLessThanOrEqual(recorded)
  })
})
