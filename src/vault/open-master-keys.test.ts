import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import { scratchFolder } from '../store/testing/engines.ts'
import { masterKeyOf } from './master-key.ts'
import { openMasterKeys } from './open-master-keys.ts'

type Sealed = Parameters<typeof openMasterKeys>[1]

const MASTER_KEY = 'a3f1c05e9b7d2846a3f1c05e9b7d2846'
const EARLIER = '5d0c9e8b7a6f41325d0c9e8b7a6f4132'
const NEW: Sealed = { engine: 'sqlite', masterKeyIds: [], isExposed: false }
const ON_POSTGRES: Sealed = { ...NEW, engine: 'postgres' }
const EXPOSED: Sealed = { ...NEW, isExposed: true }

function sealedWith(...secrets: string[]): Sealed {
  return { ...NEW, masterKeyIds: secrets.map((secret) => masterKeyOf(secret).id) }
}

/** What a refused start says, with its cure. */
function refusal(...given: Parameters<typeof openMasterKeys>): string {
  try {
    openMasterKeys(...given)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.kind).toBe('invalid_input')
    return `${error.message} ${error.hint}`
  }
  throw new Error('not refused')
}

let folder: string
let file: string
beforeEach(async () => {
  folder = await scratchFolder()
  file = join(folder, 'master.key')
})

describe('MASTER_KEY', () => {
  it('wraps, and MASTER_KEY_PREVIOUS only opens', () => {
    const settings = { MASTER_KEY, MASTER_KEY_PREVIOUS: EARLIER }
    const keys = openMasterKeys(settings, sealedWith(MASTER_KEY, EARLIER))
    expect(keys.current().id).toBe(masterKeyOf(MASTER_KEY).id)
    expect(keys.find(masterKeyOf(EARLIER).id)?.id).toBe(masterKeyOf(EARLIER).id)
    expect(keys.renew([])).toBe(false)
  })

  it('needs no key file, also where the server can be reached from outside', async () => {
    openMasterKeys({ MASTER_KEY, DATA_DIR: folder }, EXPOSED)
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['too short', 'c05e9b7d2846'],
    ['too short without the spaces around it', `${'0123456789abcdef'}${' '.repeat(40)}`],
    ['one key held down', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['a short word over and over', 'mostik mostik mostik mostik mostik mostik'],
  ])('is refused when it is %s, with the command that makes one', (_, weak) => {
    const said = refusal({ MASTER_KEY: weak }, NEW)
    expect(said).toMatch(/^MASTER_KEY is .*openssl rand -hex 32/)
    expect(said).not.toContain(weak)
  })

  it('is refused when it is another than the one the database is sealed with, naming both and the cure', () => {
    const said = refusal({ MASTER_KEY, DATA_DIR: folder }, sealedWith(EARLIER))
    expect(said).toContain(masterKeyOf(EARLIER).id)
    expect(said).toContain(masterKeyOf(MASTER_KEY).id)
    expect(said).toContain('Set MASTER_KEY_PREVIOUS to the earlier key and run: mostik keys rotate')
    expect(said).not.toContain(MASTER_KEY)
  })

  it('is pointed to the key file, when that is what the database is sealed with', () => {
    const own = openMasterKeys({ DATA_DIR: folder }, NEW).current().id
    const said = refusal({ MASTER_KEY, DATA_DIR: folder }, { ...NEW, masterKeyIds: [own] })
    expect(said).toContain(`Set MASTER_KEY_PREVIOUS to the first key in ${file}`)
  })

  it('may not be missing beside MASTER_KEY_PREVIOUS', () => {
    expect(refusal({ MASTER_KEY_PREVIOUS: EARLIER, DATA_DIR: folder }, NEW)).toContain('without MASTER_KEY')
  })

  it('may not be missing with DATABASE_URL, where every server needs the same one', () => {
    expect(refusal({ DATA_DIR: folder }, ON_POSTGRES)).toContain('openssl rand -hex 32')
  })

  it('may not be missing where the server can be reached from outside', async () => {
    expect(refusal({ DATA_DIR: folder }, EXPOSED)).toContain('openssl rand -hex 32')
    expect(await readdir(folder)).toEqual([])
  })

  it('can be what the key file held, when the server goes outside', async () => {
    const own = openMasterKeys({ DATA_DIR: folder }, NEW).current().id
    expect(refusal({ DATA_DIR: folder }, { ...EXPOSED, masterKeyIds: [own] })).toContain(
      `Set MASTER_KEY to the first key in ${file}`,
    )
    const [key = ''] = await keysIn(file)
    openMasterKeys({ MASTER_KEY: key }, { ...EXPOSED, masterKeyIds: [own] })
  })

  it('may be missing without a store, and is then another at every start', () => {
    const memory: Sealed = { engine: 'memory', masterKeyIds: [], isExposed: true }
    expect(openMasterKeys({}, memory).current().id).not.toBe(openMasterKeys({}, memory).current().id)
  })
})

describe('the key file', () => {
  it('is made for its owner alone, and is the same at the next start', async () => {
    const first = openMasterKeys({ DATA_DIR: folder }, NEW).current()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['master.key'])
    const again = openMasterKeys({ DATA_DIR: folder }, { ...NEW, masterKeyIds: [first.id] })
    expect(again.current().wrapping.equals(first.wrapping)).toBe(true)
  })

  it('is one for all, when several processes make it at once', async () => {
    const script = `
      import { openMasterKeys } from ${JSON.stringify(join(import.meta.dirname, 'open-master-keys.ts'))}
      while (Date.now() < Number(process.argv[2])) {}
      const sealed = { engine: 'sqlite', masterKeyIds: [], isExposed: false }
      process.stdout.write(openMasterKeys({ DATA_DIR: process.argv[1] }, sealed).current().id)`
    const at = String(Date.now() + 1500)
    const words = ['--input-type=module', '--eval', script, folder, at]
    const run = () => promisify(execFile)(process.execPath, words)
    const ids = await Promise.all([run(), run(), run(), run()])
    expect(new Set(ids.map(({ stdout }) => stdout))).toEqual(
      new Set([openMasterKeys({ DATA_DIR: folder }, NEW).current().id]),
    )
    expect(await readdir(folder)).toEqual(['master.key'])
  })

  it.each([0o640, 0o604, 0o666, 0o620])('is refused with mode %o, and chmod is the cure', async (mode) => {
    openMasterKeys({ DATA_DIR: folder }, NEW)
    await chmod(file, mode)
    expect(refusal({ DATA_DIR: folder }, NEW)).toContain(`chmod 600 ${file}`)
    await chmod(file, 0o600)
    openMasterKeys({ DATA_DIR: folder }, NEW)
  })

  it('is refused when it is a link, even to a good one', async () => {
    openMasterKeys({ DATA_DIR: folder }, NEW)
    await rename(file, join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), file)
    expect(refusal({ DATA_DIR: folder }, NEW)).toContain('is a link')
  })

  it('is refused when it is something else than a file', async () => {
    await promisify(execFile)('mkfifo', ['-m', '600', file])
    expect(refusal({ DATA_DIR: folder }, NEW)).toContain('something else than a file')
  })

  it.each([
    ['empty', ''],
    ['cut', `${'0'.repeat(40)}\n`],
    ['something else', 'a letter\n'],
    ['half damaged', `${'0'.repeat(64)}\n${'0'.repeat(63)}?\n`],
  ])('is refused when it is %s, and neither replaced nor shown', async (_, text) => {
    await writeFile(file, text, { mode: 0o600 })
    const said = refusal({ DATA_DIR: folder }, NEW)
    expect(said).toContain('Put it back from its copy')
    expect(said).not.toContain('0'.repeat(8))
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it('is not made anew for a database that is sealed already', async () => {
    expect(refusal({ DATA_DIR: folder }, sealedWith(EARLIER))).toContain('put the file back from its copy')
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused when it is not the one that the database is sealed with', async () => {
    openMasterKeys({ DATA_DIR: folder }, NEW)
    expect(refusal({ DATA_DIR: folder }, sealedWith(EARLIER))).toContain(masterKeyOf(EARLIER).id)
  })

  it('takes a new key first, keeps what is needed, and forgets the rest', async () => {
    const keys = openMasterKeys({ DATA_DIR: folder }, NEW)
    const ids = [keys.current().id]
    for (let round = 0; round < 3; round++) {
      expect(keys.renew(ids.slice(0, 1))).toBe(true)
      ids.push(keys.current().id)
    }
    expect(new Set(ids).size).toBe(4)
    expect(ids.map((id) => keys.find(id)?.id)).toEqual([ids[0], undefined, ids[2], ids[3]])
    keys.retire([])
    expect((await keysIn(file)).map((key) => masterKeyOf(key).id)).toEqual([ids[3], ids[2]])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('shows a running server the key that another process has made', () => {
    const server = openMasterKeys({ DATA_DIR: folder }, NEW)
    const rotating = openMasterKeys({ DATA_DIR: folder }, NEW)
    const before = server.current().id
    rotating.renew([])
    expect(server.find(rotating.current().id)?.id).toBe(rotating.current().id)
    expect(server.current().id).toBe(rotating.current().id)
    expect(server.find(before)?.id).toBe(before)
  })

  it('goes on with the keys it knows when the file goes away, and makes no other in its place', async () => {
    const keys = openMasterKeys({ DATA_DIR: folder }, NEW)
    const { id } = keys.current()
    await rename(file, join(folder, 'elsewhere'))
    expect(keys.find(id)?.id).toBe(id)
    for (const use of [() => keys.current(), () => keys.find('another'), () => keys.renew([id])]) {
      expect(use).toThrow(expect.objectContaining({ kind: 'unavailable' }))
    }
    expect(await readdir(folder)).toEqual(['elsewhere'])
  })

  it('takes away what a process that died has left, and not what a live one is writing', async () => {
    const keys = openMasterKeys({ DATA_DIR: folder }, NEW)
    const left = `${file}.0b9c1a52-7d3e-4f60-8a1b-2c3d4e5f6071`
    const live = `${file}.5f6071aa-1b2c-4d3e-9f60-7182930a4b5c`
    await writeFile(left, 'a key', { mode: 0o600 })
    await writeFile(live, 'a key', { mode: 0o600 })
    await utimes(left, 1000, 1000)
    keys.renew([])
    expect((await readdir(folder)).sort()).toEqual(['master.key', basename(live)])
  })

  it('leaves the copies that the owner keeps beside it, however old', async () => {
    const keys = openMasterKeys({ DATA_DIR: folder }, NEW)
    const copies = [
      'master.key.bak',
      'master.key.2026-11-01',
      'master.key.0b9c1a52-7d3e-4f60-8a1b-2c3d4e5f6071.bak',
      'old.master.key.0b9c1a52-7d3e-4f60-8a1b-2c3d4e5f6071',
      'master_key.0b9c1a52-7d3e-4f60-8a1b-2c3d4e5f6071',
    ]
    for (const copy of copies) {
      await writeFile(join(folder, copy), 'a key', { mode: 0o600 })
      await utimes(join(folder, copy), 1000, 1000)
    }
    keys.renew([])
    expect((await readdir(folder)).sort()).toEqual(['master.key', ...copies].sort())
  })
})

async function keysIn(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))
}
