import { join } from 'node:path'
import { openKept } from '../app/kept.ts'
import { placeOfCommand } from '../app/place.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { createRotationStore } from '../store/rotation-store.ts'
import { type Rotated, rotateKeys } from '../vault/rotate-keys.ts'
import { readOptions } from './options.ts'
import { readSettings } from './settings.ts'

/** `mostik keys rotate`: seals every secret anew while servers work. Exit code 1 when it left something as it was. */
export async function run(words: readonly string[]): Promise<number> {
  const { positionals } = readOptions(words, {})
  if (positionals.length !== 1 || positionals[0] !== 'rotate') {
    throw new AppError('invalid_input', 'The command needs to know what to do with the keys.', {
      hint: 'Run: mostik keys rotate',
    })
  }
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const { store, masterKeys } = await openKept(await placeOfCommand(config, 'be there'), {
    config,
    clock,
    log,
  })
  try {
    const rotated = await rotateKeys({ masterKeys, secrets: createRotationStore(store, clock) })
    process.stdout.write(`${report(rotated, config).join('\n')}\n`)
    return rotated.damaged + rotated.stillNeeded.length > 0 ? 1 : 0
  } finally {
    await store.close()
  }
}

interface Settings {
  readonly DATA_DIR?: string | undefined
  readonly MASTER_KEY_PREVIOUS?: string | undefined
}

function report(rotated: Rotated, { DATA_DIR = '', MASTER_KEY_PREVIOUS }: Settings): string[] {
  const { masterKeyId, isNew, owners, secrets, damaged, stillNeeded } = rotated
  const file = join(DATA_DIR, 'master.key')
  const lines = [
    `Sealed anew: ${count(secrets, 'secret')} with ${count(owners, 'new data key')} under master key ${masterKeyId}.`,
  ]
  if (isNew) lines.push(`The master key is new: keep a copy of ${file} apart from the database.`)
  if (damaged > 0)
    lines.push(`FIX  ${damaged} could not be opened and are as they were: restore a backup or link again.`)
  if (stillNeeded.length > 0) {
    lines.push(
      `FIX  Master key ${stillNeeded.join(' and ')} is still needed: restart every server, then run this again.`,
    )
  } else if (MASTER_KEY_PREVIOUS !== undefined) {
    lines.push('MASTER_KEY_PREVIOUS is not needed any more: remove it.')
  }
  return lines
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
