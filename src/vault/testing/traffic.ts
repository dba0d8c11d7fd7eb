import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createRotationStore } from '../../store/rotation-store.ts'
import { openStore } from '../../store/store.ts'
import { givenMasterKeys, type MasterKeys, masterKeyOf } from '../master-key.ts'
import { openMasterKeys } from '../open-master-keys.ts'
import { rotateKeys } from '../rotate-keys.ts'
import type { Place } from '../sealed-secret.ts'
import { createVault } from '../vault.ts'

/** What one process of the crash test does until it is killed. */
export interface Job {
  readonly databaseUrl?: string
  readonly dataDir?: string
  /** `rotate` changes the keys over and over; `write` counts up the secrets of its own name. */
  readonly role: 'rotate' | 'write'
  readonly name: string
  /** The number that the secrets of this name hold. */
  readonly from: number
  /** Which of the master keys wraps, where people set them. */
  readonly master: number
}

export const OWNERS = ['anna', 'boris', 'vera']

/** One secret in the middle of many is enough to see whether all of them survive. */
export function placeOf(owner: string, name: string): Place {
  return { owner, kind: 'token', name }
}

/** On SQLite the key file; on PostgreSQL given keys, of which every process has all and prefers another. */
export async function openVault({
  databaseUrl,
  dataDir,
  master,
}: Pick<Job, 'databaseUrl' | 'dataDir' | 'master'>) {
  const store = await openStore({
    log: silentLog,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(dataDir !== undefined && { dataDir }),
  })
  const secrets = createRotationStore(store, systemClock)
  const masterKeys =
    databaseUrl === undefined
      ? openMasterKeys(
          { DATA_DIR: dataDir },
          { engine: 'sqlite', isExposed: false, masterKeyIds: store.atStart.masterKeyIds },
        )
      : givenKeys(master)
  return { store, secrets, masterKeys, vault: createVault({ masterKeys, secrets }) }
}

/** Never returns. Each line on standard output is something that is done and has been acknowledged. */
export async function work(job: Job): Promise<never> {
  const { vault, secrets, masterKeys } = await openVault(job)
  process.stdout.write('ready\n')
  for (let number = job.from + 1; ; number++) {
    if (job.role === 'rotate') {
      const { damaged } = await rotateKeys({ masterKeys, secrets })
      process.stdout.write(damaged > 0 ? 'damaged\n' : 'rotated\n')
      continue
    }
    for (const owner of OWNERS) {
      await vault.put(placeOf(owner, job.name), String(number))
      process.stdout.write(`${owner} ${number}\n`)
    }
  }
}

function givenKeys(preferred: number): MasterKeys {
  const keys = [0, 1, 2].map((number) => masterKeyOf(`master key number ${number} of the crash test`))
  const current = keys[preferred % keys.length]
  if (current === undefined) throw new RangeError('There is no such master key.')
  return givenMasterKeys(current, keys)
}
