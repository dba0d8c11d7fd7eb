import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { createSecretStore } from '../store/secret-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { scratchFolder } from '../store/testing/engines.ts'
import { openMasterKeys } from '../vault/open-master-keys.ts'
import { createVault } from '../vault/vault.ts'

const EARLIER = '5d0c9e8b7a6f41325d0c9e8b7a6f4132'
const NEWER = 'a3f1c05e9b7d2846a3f1c05e9b7d2846'
const PLACE = { owner: 'owner', kind: 'amocrm-account', name: 'firm' }

let dataDir: string
/** The server that runs while the command does. */
let store: Store
beforeEach(async () => {
  dataDir = await scratchFolder()
  store = await openStore({ dataDir, log: silentLog })
})
afterEach(() => store.close())

function openVault(settings: { MASTER_KEY?: string; MASTER_KEY_PREVIOUS?: string } = {}) {
  const sealed = { engine: store.engine, masterKeyIds: store.atStart.masterKeyIds, isExposed: false }
  const masterKeys = openMasterKeys({ ...settings, DATA_DIR: dataDir }, sealed)
  return createVault({ masterKeys, secrets: createSecretStore(store, systemClock) })
}

/** What the command prints, or what it refuses with. */
async function keys(words: readonly string[], environment: Record<string, string>) {
  const script = `const { run } = await import(${JSON.stringify(join(import.meta.dirname, 'keys.ts'))})
    process.exitCode = await run(process.argv.slice(1)).catch(({ message, hint }) => {
      process.stderr.write(message + ' ' + hint)
      return 2
    })`
  const run = promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, '--', ...words],
    {
      env: environment,
    },
  )
  return run.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  )
}

describe('mostik keys rotate', () => {
  it('makes a new key file while a server runs, which goes on by itself', async () => {
    const vault = openVault()
    await vault.put(PLACE, 'a token')
    const { code, stdout } = await keys(['rotate'], { DATA_DIR: dataDir })
    expect(code).toBe(0)
    expect(stdout).toContain('Sealed anew: 1 secret with 1 new data key')
    expect(stdout).toContain(`keep a copy of ${join(dataDir, 'master.key')} apart from the database`)
    expect(await vault.get(PLACE)).toBe('a token')
    await vault.put(PLACE, 'the next token')
    expect(await openVault().get(PLACE)).toBe('the next token')
  })

  it('brings everything under MASTER_KEY, and says that MASTER_KEY_PREVIOUS may go', async () => {
    await openVault({ MASTER_KEY: EARLIER }).put(PLACE, 'a token')
    const settings = { DATA_DIR: dataDir, MASTER_KEY: NEWER, MASTER_KEY_PREVIOUS: EARLIER }
    const { code, stdout } = await keys(['rotate'], settings)
    expect(code).toBe(0)
    expect(stdout).toContain('MASTER_KEY_PREVIOUS is not needed any more: remove it.')
    for (const secret of ['a token', EARLIER, NEWER]) expect(stdout).not.toContain(secret)
    expect(await openVault({ MASTER_KEY: NEWER }).get(PLACE)).toBe('a token')
  })

  it('fails when it had to leave something as it was', async () => {
    await openVault({ MASTER_KEY: NEWER }).put(PLACE, 'a token')
    const db = await store.db()
    await db
      .updateTable('secret')
      .set({ sealed: Buffer.alloc(40) })
      .execute()
    const { code, stdout } = await keys(['rotate'], { DATA_DIR: dataDir, MASTER_KEY: NEWER })
    expect(code).toBe(1)
    expect(stdout).toContain('FIX  1 could not be opened')
  })

  it('refuses without the key that things are sealed with, and changes nothing', async () => {
    await openVault({ MASTER_KEY: EARLIER }).put(PLACE, 'a token')
    const { code, stderr } = await keys(['rotate'], { DATA_DIR: dataDir, MASTER_KEY: NEWER })
    expect(code).toBe(2)
    expect(stderr).toContain('Set MASTER_KEY_PREVIOUS to the earlier key')
    expect(await openVault({ MASTER_KEY: EARLIER }).get(PLACE)).toBe('a token')
  })

  it.each([
    ['no command', [], 'mostik keys rotate'],
    ['another command', ['burn'], 'mostik keys rotate'],
    ['nothing that outlives it', ['rotate'], 'Set DATA_DIR'],
  ])('refuses with %s', async (_, words, cure) => {
    const { code, stderr } = await keys(words, {})
    expect(code).toBe(2)
    expect(stderr).toContain(cure)
  })
})
