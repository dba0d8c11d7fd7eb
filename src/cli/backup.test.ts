import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { openStore } from '../store/store.ts'
import { engines, type Opened, scratchFolder } from '../store/testing/engines.ts'

const ROW = { key: 'note', value: 'as it was' }

let folder: string
let file: string
let opened: Opened | undefined
beforeEach(async () => {
  folder = await scratchFolder()
  file = join(folder, 'backup.jsonl')
})
afterEach(async () => {
  await opened?.store.close()
  opened = undefined
})

/** Runs a command as the program does. */
async function mostik([command = '', ...words]: readonly string[], environment: Record<string, string>) {
  const script = `const { run } = await import(${JSON.stringify(import.meta.dirname)} + '/${command}.ts')
    process.exitCode = await run(process.argv.slice(1)).catch(({ message, hint }) => {
      process.stderr.write(message + ' ' + hint)
      return 1
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, '--', ...words], {
    env: environment,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  const [code] = await once(child, 'close')
  return { code, out, err }
}

function environmentOf({ options }: Opened): Record<string, string> {
  const { databaseUrl, dataDir } = options
  return databaseUrl === undefined ? { DATA_DIR: dataDir ?? '' } : { DATABASE_URL: databaseUrl }
}

describe.each(engines)('the commands on $name', (engine) => {
  it('carry everything to another database while a server works, and say where the key is not', async () => {
    opened = await engine.open()
    await (await opened.store.db()).insertInto('meta').values(ROW).execute()
    const backup = await mostik(['backup', file], environmentOf(opened))
    expect(backup).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('The master key is not in it.'),
    })

    const dataDir = join(folder, 'new', 'data')
    const restored = await mostik(['restore', file], { DATA_DIR: dataDir })
    expect(restored).toMatchObject({ code: 0, err: '' })
    const copy = await openStore({ dataDir, log: silentLog })
    const rows = await (await copy.db()).selectFrom('meta').selectAll().where('key', '=', 'note').execute()
    await copy.close()
    expect(rows).toEqual([ROW])
  })
})

describe('the commands', () => {
  it.each([
    ['backup', { DATA_DIR: '/nowhere-at-all' }, 'There is no database in DATA_DIR'],
    ['backup', {}, 'There is no database: nothing is kept.'],
    ['restore', {}, 'There is no database: nothing is kept.'],
  ])('%s with %j says what to set', async (command, environment, words) => {
    const { code, err } = await mostik([command, file], environment)
    expect(code).toBe(1)
    expect(err).toContain(words)
    expect(err).toContain('DATA_DIR or DATABASE_URL')
  })

  it('take one file', async () => {
    expect(await mostik(['backup'], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining('mostik backup FILE'),
    })
    expect(await mostik(['restore', 'a', 'b'], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining('mostik restore FILE'),
    })
  })
})
