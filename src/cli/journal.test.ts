import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../test/support/program.ts'
import { createJournal, type Journal } from '../journal/journal.ts'
import { call, OK } from '../journal/testing/calls.ts'
import { silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { engines, type Opened, scratchFolder } from '../store/testing/engines.ts'
import { run as inThisProcess } from './journal.ts'
import { readRequest } from './journal-request.ts'

describe('mostik journal', () => {
  const [sqlite] = engines
  let opened: Opened
  let journal: Journal
  let now: number

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 20, 9)
    if (sqlite === undefined) throw new Error('no SQLite')
    opened = await sqlite.open()
    const store = createJournalStore(opened.store, { now: () => now })
    journal = createJournal({ store, clock: { now: () => now }, log: silentLog })
    for (let entry = 1; entry <= 120; entry += 1) {
      now += 1_000
      journal.record(call({ tool: entry % 40 === 0 ? 'rare' : 'usual', started: now - 5 }), OK)
    }
    await journal.flushed()
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await journal.close(1_000)
    await opened.store.close()
  })

  const start = (...words: string[]) =>
    runProgram(['journal', ...words], { DATA_DIR: opened.options.dataDir ?? '' })
  async function run(...words: string[]) {
    const { exited, output } = start(...words)
    return { code: await exited, ...output }
  }
  const linesOf = (text: string) => text.split('\n').filter(Boolean)

  it('shows the newest entries, oldest first', async () => {
    const newest = linesOf((await run()).out)
    expect(newest).toHaveLength(100)
    expect(newest.at(-1)).toBe(
      '2026-11-20T09:02:00.000Z #120 ok read rare user=owner client=chatgpt account=stroydom 5ms in=40 out=2048 {"query":"text(7)","limit":"number"}',
    )
  })

  it('shows what was asked for of them', async () => {
    const period = ['--since', '2026-11-20T09:00:10Z', '--until', '2026-11-20T09:01:58Z']
    const { out } = await run('--tool', 'usual', ...period, '--limit', '2')
    expect(linesOf(out).map((line) => line.split(' ')[1])).toEqual(['#117', '#118'])
  })

  it('exports everything as CSV', async () => {
    expect((await run('--format', 'csv')).out.split('\r\n')).toHaveLength(122)
  })

  it('exports everything as JSONL, so that the file can be verified alone', async () => {
    const { out } = await run('--format', 'jsonl')
    expect(linesOf(out)).toHaveLength(120)
    const file = join(await scratchFolder(), 'journal.jsonl')
    await writeFile(file, out)
    expect(await run('verify', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('120 entries, and the chain is whole.'),
    })
    await writeFile(file, out.replace('"tool":"rare"', '"tool":"usual"'))
    expect(await run('verify', file)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^FIX {2}Entry 40 was changed/),
    })
  })

  it('tells by a noted head that the tail is gone', async () => {
    vi.stubEnv('DATA_DIR', opened.options.dataDir)
    const whole = await said('verify')
    expect(whole).toEqual([0, expect.stringContaining('120 entries, and the chain is whole.')])
    const [, head = ''] = /^head (\S+)$/m.exec(whole[1]) ?? []
    expect(await said('verify', '--head', head)).toEqual(whole)
    await (await opened.store.db()).deleteFrom('journal').execute()
    expect(await said('verify')).toEqual([0, expect.stringContaining('ok')])
    expect(await said('verify', '--head', head)).toEqual([
      1,
      expect.stringMatching(/^FIX {2}Entry 120 was noted but is not there/),
    ])
  })

  it('follows what other processes write, until it is told to stop', async () => {
    const following = start('--follow', '--limit', '1', '--format', 'jsonl')
    await expect.poll(() => linesOf(following.output.out), { timeout: 10_000 }).toHaveLength(1)
    journal.record(call({ tool: 'new' }), OK)
    await expect.poll(() => linesOf(following.output.out), { timeout: 10_000 }).toHaveLength(2)
    expect(JSON.parse(linesOf(following.output.out)[1] ?? '')).toMatchObject({ seq: 121, tool: 'new' })
    following.child.kill('SIGTERM')
    expect(await following.exited).toBe(0)
    expect(following.output.err).toBe('')
  })

  it('ends quietly when its reader has read enough', async () => {
    const reading = start('--format', 'jsonl')
    reading.child.stdout?.destroy()
    expect(await reading.exited).toBe(0)
    expect(reading.output.err).toBe('')
  })

  it.each([
    [['prune'], 'no command "prune"'],
    [['verify', 'no-such-file'], 'cannot be read'],
    [['verify', '--head', '5'], '--head'],
  ])('says what is wrong with %j', async (words, text) => {
    await expect(inThisProcess(words)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining(text),
    })
  })
})

/** The exit code and what was written, of a run in this process. */
async function said(...words: string[]): Promise<[number, string]> {
  let out = ''
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  try {
    return [await inThisProcess(words), out]
  } finally {
    output.mockRestore()
  }
}

describe('the options of mostik journal', () => {
  const now = Date.UTC(2026, 10, 20, 12)
  const read = (values: Parameters<typeof readRequest>[0]) => readRequest(values, now)

  it('take times as they are said', () => {
    const at = (since: string) => read({ since }).filter.since
    expect(at('2d')).toBe(now - 2 * 86_400_000)
    expect(at('90m')).toBe(now - 90 * 60_000)
    expect(at('2026-11-20T09:30:00Z')).toBe(Date.UTC(2026, 10, 20, 9, 30))
    expect(at('2026-11-20')).toBe(new Date(2026, 10, 20).getTime())
  })

  it.each(['yesterday', '2d3h', '2026', '2026-13-40', ''])('refuse %o as a time', (since) => {
    expect(() => read({ since })).toThrow('--since must be a time')
  })

  it.each(['0', '-1', '10001', 'x', '1.5'])('refuse %o as a limit', (limit) => {
    expect(() => read({ limit })).toThrow('--limit must be')
  })

  it('show a few when nothing is asked for, and all in an export or a period', () => {
    expect(read({}).limit).toBe(100)
    expect(read({ follow: true, format: 'jsonl' }).limit).toBe(100)
    expect(read({ format: 'csv' }).limit).toBeUndefined()
    expect(read({ since: '2d' }).limit).toBeUndefined()
    expect(() => read({ format: 'xml' })).toThrow('--format')
  })
})
