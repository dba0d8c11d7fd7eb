import { AppError } from '../kernel/errors.ts'
import { type DataKey, unwrapDataKey, type WrappedKey, wrapDataKey } from './data-key.ts'
import { addDataKey, newestDataKey } from './data-keys.ts'
import type { MasterKeys } from './master-key.ts'
import { openSecret, type Place, sealSecret } from './sealed-secret.ts'
import type { RotationStore, StoredSecret } from './secret-store.ts'

export interface Rotated {
  /** The master key that now wraps every data key. */
  readonly masterKeyId: string
  /** Whether it was made by this rotation; else the environment gives it. */
  readonly isNew: boolean
  readonly owners: number
  readonly secrets: number
  /** Secrets and data keys that could not be opened, and were left as they are. */
  readonly damaged: number
  /** Earlier master keys that something still needs: what is damaged, or a data key that an old server has just made. */
  readonly stillNeeded: readonly string[]
}

interface Parts {
  readonly masterKeys: MasterKeys
  readonly secrets: RotationStore
}

/** Passes over one owner's secrets; each next one is for what was written while the one before ran. */
const PASSES = 20

/**
 * Wraps every data key with the current master key, then gives every owner a new data key and seals each secret with
 * it, while servers read and write. What it does stays good wherever it is cut off: a key is stored before anything
 * needs it, and goes when nothing does. Run again, it begins anew.
 * @throws AppError `invalid_input` before anything is changed, when a data key needs a master key that is not there
 */
export async function rotateKeys({ masterKeys, secrets }: Parts): Promise<Rotated> {
  let isNew = false
  await secrets.withMasterKeyIds((ids) => {
    const missing = ids.filter((id) => masterKeys.find(id) === undefined)
    if (missing.length > 0) throw unknown(missing)
    isNew = masterKeys.renew(ids)
  })
  let damaged = await rewrapAll({ masterKeys, secrets })
  const counts = { owners: 0, secrets: 0 }
  for await (const { owner, version } of newestKeys(secrets)) {
    const done = await renewOwner({ owner, version: version + 1 }, { masterKeys, secrets })
    counts.owners++
    counts.secrets += done.sealed
    damaged += done.damaged
  }
  await secrets.settled()
  const masterKeyId = masterKeys.current().id
  let stillNeeded: readonly string[] = []
  await secrets.withMasterKeyIds((ids) => {
    stillNeeded = ids.filter((id) => id !== masterKeyId)
    masterKeys.retire(ids)
  })
  return { masterKeyId, isNew, ...counts, damaged, stillNeeded }
}

/** From here on the earlier master key opens nothing that is stored. */
async function rewrapAll({ masterKeys, secrets }: Parts): Promise<number> {
  const current = masterKeys.current()
  let damaged = 0
  for await (const stored of allKeys(secrets)) {
    const by = masterKeys.find(stored.masterKeyId)
    const key = by && unwrapDataKey(stored, by)
    if (key === undefined) damaged++
    else if (stored.masterKeyId !== current.id)
      await secrets.rewrap(stored, wrapDataKey(key, stored, current))
  }
  return damaged
}

/** Seals the owner's secrets with a new data key, until none is left under an earlier one. */
async function renewOwner(name: { owner: string; version: number }, { masterKeys, secrets }: Parts) {
  const { owner } = name
  // What a rotation that was cut off has left, so that many of them do not pile up.
  await secrets.dropKeys(owner, name.version - 1)
  let newest = await addDataKey(name, secrets, masterKeys)
  let sealed = 0
  for (let pass = 0; pass < PASSES; pass++) {
    const found = { moved: 0, kept: 0, damaged: 0 }
    for await (const place of sealedBefore(owner, newest.stored.version, secrets)) {
      found[await sealAnew(place, newest, { masterKeys, secrets })]++
    }
    sealed += found.moved
    await secrets.dropKeys(owner, newest.stored.version)
    if (found.moved + found.kept === 0) return { sealed, damaged: found.damaged }
    newest = await newestDataKey(owner, secrets, masterKeys)
  }
  throw new AppError('unavailable', 'The secrets change faster than they can be sealed anew.', {
    hint: 'Nothing is lost. Run it again when there is less to do.',
  })
}

/** A write that comes between wins: its secret is left to the next pass. */
async function sealAnew(
  place: Place,
  newest: DataKey,
  { masterKeys, secrets }: Parts,
): Promise<'moved' | 'kept' | 'damaged'> {
  const stored = await secrets.read(place)
  if (stored === undefined || stored.key.version >= newest.stored.version) return 'kept'
  const secret = open(stored, place, masterKeys)
  if (secret === undefined) return 'damaged'
  const anew = { sealed: sealSecret(newest, place, secret), key: newest.stored }
  return (await secrets.replace(place, stored, anew)) ? 'moved' : 'kept'
}

function open(stored: StoredSecret, place: Place, masterKeys: MasterKeys): string | undefined {
  const by = masterKeys.find(stored.key.masterKeyId)
  const key = by && unwrapDataKey(stored.key, by)
  return key && openSecret({ key, stored: stored.key }, place, stored.sealed)
}

async function* allKeys(secrets: RotationStore): AsyncGenerator<WrappedKey> {
  let last: WrappedKey | undefined
  for (;;) {
    const page = await secrets.keysAfter(last)
    if (page.length === 0) return
    yield* page
    last = page.at(-1)
  }
}

/** Each owner's newest data key: keys come by owner and version, so it is the last before another owner's. */
async function* newestKeys(secrets: RotationStore): AsyncGenerator<WrappedKey> {
  let last: WrappedKey | undefined
  for await (const key of allKeys(secrets)) {
    if (last !== undefined && last.owner !== key.owner) yield last
    last = key
  }
  if (last !== undefined) yield last
}

async function* sealedBefore(owner: string, version: number, secrets: RotationStore): AsyncGenerator<Place> {
  let last: Place | undefined
  for (;;) {
    const page = await secrets.sealedBefore(owner, version, last)
    if (page.length === 0) return
    yield* page
    last = page.at(-1)
  }
}

function unknown(ids: readonly string[]): AppError {
  return new AppError('invalid_input', `The database needs master key ${ids.join(' and ')} as well.`, {
    hint: 'Set MASTER_KEY_PREVIOUS to the earlier key and run this again.',
  })
}
