import type { Log } from '../kernel/log.ts'
import type { Passwords } from './passwords.ts'
import type { PeopleStore } from './people-store.ts'

/**
 * The owner's password from the settings. Its hash is kept, so that a start with another password, or with none, is
 * noticed: it ends the owner's sessions. The replica that was started last decides.
 */
export interface FixedPassword {
  readonly isSet: boolean
  /** Whether it has been compared with what is kept. */
  isSettled(): boolean
  /** The kept hash, nothing when the settings give no password; compares at the first call, which takes a hash's time. */
  settle(): Promise<string | undefined>
  /** Reads anew what is kept: another replica may have changed it. */
  forget(): void
}

interface Around {
  readonly store: Pick<PeopleStore, 'fixedPassword' | 'changeFixedPassword'>
  readonly adminPassword: string | undefined
  readonly passwords: Passwords
  readonly log: Log
}

export function createFixedPassword({ store, adminPassword, passwords, log }: Around): FixedPassword {
  const password = adminPassword?.trim()
  let settling: Promise<string | undefined> | undefined
  let hasDecided = false

  async function isOurs(kept: string | undefined): Promise<boolean> {
    if (password === undefined || kept === undefined) return password === kept
    return passwords.verify(password, kept, PLACE)
  }

  async function settle(): Promise<string | undefined> {
    const kept = await store.fixedPassword()
    if (await isOurs(kept)) {
      hasDecided = true
      return kept
    }
    if (hasDecided) {
      log.warn({}, 'another replica has another ADMIN_PASSWORD, and was started later')
      return password === undefined ? undefined : kept
    }
    const to = password === undefined ? undefined : await passwords.hash(password, PLACE)
    // Who comes second looks at what the first has made of it.
    if (!(await store.changeFixedPassword({ from: kept, to }))) return settle()
    hasDecided = true
    log.info({}, 'admin_password_changed')
    return to
  }

  return {
    isSet: password !== undefined,
    isSettled: () => hasDecided,
    settle() {
      settling ??= settle().catch((error: unknown) => {
        settling = undefined
        throw error
      })
      return settling
    },
    forget() {
      settling = undefined
    },
  }
}

/** Of the line for hashes: its own. */
const PLACE = 'settings'
