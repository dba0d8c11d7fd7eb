import { randomBytes } from 'node:crypto'
import { AppError } from '../kernel/errors.ts'
import { type MasterKey, type MasterKeys, masterKeyOf } from './master-key.ts'
import { createPrivateFile, readPrivateFile, replacePrivateFile } from './private-file.ts'

interface Entry {
  readonly secret: string
  readonly key: MasterKey
}

const HEAD = `# The master key of the secrets in this folder's database, the current one first. Nobody else may read it.
# Keep a copy of it apart from the database: without it they cannot be opened.
`

/**
 * Master keys in a file of this program's own. Every use reads the file anew, since another process may have changed
 * it, but for a key that is known already. Whoever calls `renew` or `retire` sees to it that nobody else does at the
 * same time.
 * @throws AppError `invalid_input` with the cure, when the file is missing, broken, or not for its owner alone;
 * `unavailable` when it has become so
 */
export function openKeyFile(path: string): MasterKeys {
  let known = read(path)

  function refreshed(): readonly Entry[] {
    try {
      known = read(path)
    } catch (cause) {
      // A caller is told by now, who can neither see the file nor mend it.
      throw new AppError('unavailable', 'The key file of this server cannot be used any more.', {
        hint: 'The owner of the server starts it again: it then says what is wrong with the file.',
        cause,
      })
    }
    return known
  }

  return {
    current: () => first(refreshed(), path).key,
    find: (id) => entryOf(known, id)?.key ?? entryOf(refreshed(), id)?.key,
    renew(needed) {
      const kept = refreshed().filter(({ key }, index) => index === 0 || needed.includes(key.id))
      replacePrivateFile(path, write([newSecret(), ...kept.map(({ secret }) => secret)]))
      return true
    },
    retire(needed) {
      const all = refreshed()
      const kept = all.filter(({ key }, index) => index <= 1 || needed.includes(key.id))
      if (kept.length < all.length) replacePrivateFile(path, write(kept.map(({ secret }) => secret)))
    },
  }
}

/** Makes the file with a random key, unless it is there: of several processes at once, one makes it for all. */
export function makeKeyFile(path: string): void {
  if (readPrivateFile(path) === undefined) createPrivateFile(path, write([newSecret()]))
}

function read(path: string): readonly Entry[] {
  const text = readPrivateFile(path)
  if (text === undefined) throw broken(path, 'is missing')
  const secrets = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  if (secrets.length === 0) throw broken(path, 'holds no key')
  if (!secrets.every((secret) => /^[0-9a-f]{64}$/.test(secret))) throw broken(path, 'is damaged')
  return secrets.map((secret) => ({ secret, key: masterKeyOf(secret) }))
}

function write(secrets: readonly string[]): string {
  return `${HEAD}${secrets.join('\n')}\n`
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}

function first([entry]: readonly Entry[], path: string): Entry {
  if (entry === undefined) throw broken(path, 'holds no key')
  return entry
}

function entryOf(entries: readonly Entry[], id: string): Entry | undefined {
  return entries.find(({ key }) => key.id === id)
}

function broken(path: string, how: string): AppError {
  return new AppError('invalid_input', `The key file ${path} ${how}.`, {
    hint: 'Put it back from its copy; without it, the secrets that the database holds cannot be opened.',
  })
}
