import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournal, type Journal } from '../journal/journal.ts'
import { call, OK } from '../journal/testing/calls.ts'
import { silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { readRequest } from './journal-request.ts'

const PROGRAM = `import('./src/cli/journal.ts').then(({ run }) => run(process.argv.slice(1)))
  .then((code) => { process.exitCode = code }, (error) => { console.error(error.message); process.exitCode = 2 })`

describe.each(engines)('mostik journal on $name', (engine) => {
  let opened: Opened
  let journal: Journal
  let now = Date.UTC(2026, 10, 20, 9)

  beforeEach(async () => {
    opened = await engine.open()
    const store = createJournalStore(opened.store, { now: () => now })
    journal = createJournal({ store, clock: { now: () => now }, log: silentLog })
    for (let entry = 1; entry <= 120; entry += 1) {
      now += 1_000
      journal.record(call({ tool: entry % 40 === 0 ? 'rare' : 'usual', started: now - 5 }), OK)
    }
    await journal.flushed()
  })
  afterEach(async () => {
    await journal.close(1_000)
    await opened.store.close()
  })

  function start(...words: string[]) {
    const { dataDir, databaseUrl } = opened.options
    const env = {
      PATH: process.env.PATH,
      ...(dataDir !== undefined && { DATA_DIR: dataDir }),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    }
    const child = spawn(process.execPath, ['-e', PROGRAM, '--', ...words], { env })
    const output = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.err += text
    })
    const closed = once(child, 'close')
    return { child, output, ended: async () => ({ code: (await closed)[0] as number, ...output }) }
  }
  const run = (...words: string[]) => start(...words).ended()
  const linesOf = (text: string) => text.split('\n').filter(Boolean)

  it('shows the newest entries, oldest first, and what was asked for of them', async () => {
    const newest = linesOf((await run()).out)
    expect(newest).toHaveLength(100)
    expect(newest.at(-1)).toBe(
      '2026-11-20T09:02:00.000Z #120 ok read rare user=owner client=chatgpt account=stroydom 5ms in=40 out=2048 {"query":"text(7)","limit":"number"}',
    )
    const rare = linesOf((await run('--tool', 'rare', '--limit', '2')).out)
    expect(rare.map((line) => line.split(' ')[1])).toEqual(['#80', '#120'])
    const period = await run('--since', '2026-11-20T09:00:10Z', '--until', '2026-11-20T09:00:12Z')
    expect(linesOf(period.out)).toHaveLength(3)
  })

  it('exports everything, so that the file can be verified alone', async () => {
    expect((await run('--format', 'csv')).out.split('\r\n')).toHaveLength(122)
    const { out } = await run('--format', 'jsonl')
    expect(linesOf(out)).toHaveLength(120)
    const file = join(await mkdtemp(join(tmpdir(), 'mostik-journal-')), 'journal.jsonl')
    await writeFile(file, out)
    const whole = await run('verify', file)
    expect(whole).toMatchObject({
      code: 0,
      out: expect.stringContaining('120 entries, and the chain is whole.'),
    })
    expect((await run('verify')).out).toBe(whole.out)
    await writeFile(file, out.replace('"tool":"rare"', '"tool":"usual"'))
    expect(await run('verify', file)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^FIX {2}Entry 40 was changed/),
    })
  })

  it('tells by a noted head that the tail is gone', async () => {
    const [, head = ''] = /^head (\S+)$/m.exec((await run('verify')).out) ?? []
    expect(await run('verify', '--head', head)).toMatchObject({ code: 0 })
    await (await opened.store.db()).deleteFrom('journal').execute()
    expect(await run('verify')).toMatchObject({ code: 0 })
    expect(await run('verify', '--head', head)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^FIX {2}Entry 120 was noted but is not there/),
    })
  })

  it('follows what other processes write, until it is told to stop', async () => {
    const following = start('--follow', '--limit', '1', '--format', 'jsonl')
    await expect.poll(() => linesOf(following.output.out), { timeout: 10_000 }).toHaveLength(1)
    journal.record(call({ tool: 'new' }), OK)
    await expect.poll(() => linesOf(following.output.out), { timeout: 10_000 }).toHaveLength(2)
    expect(JSON.parse(linesOf(following.output.out)[1] ?? '')).toMatchObject({ seq: 121, tool: 'new' })
    following.child.kill('SIGTERM')
    expect(await following.ended()).toMatchObject({ code: 0, err: '' })
  })

  it('ends quietly when its reader has read enough', async () => {
    const reading = start('--format', 'jsonl')
    reading.child.stdout.destroy()
    expect(await reading.ended()).toMatchObject({ code: 0, err: '' })
  })

  it('says what is wrong with how it was called', async () => {
    expect(await run('prune')).toMatchObject({ code: 2, err: expect.stringContaining('no command "prune"') })
    expect(await run('verify', 'no-such-file')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be read'),
    })
    expect(await run('verify', '--head', '5')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--head'),
    })
  })
})

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
