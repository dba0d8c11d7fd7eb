import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { refusal } from './refusal.ts'

export interface Passwords {
  /**
   * The password's hash in PHC form, for who asks from this place.
   * @throws AppError `rate_limited` (`busy`) when too many wait for theirs, of all places or of this one
   */
  hash(password: string, place: string): Promise<string>
  /** Whether it is the password of this hash; without a hash false, after the same work. @throws as `hash` does */
  verify(password: string, hash: string | undefined, place: string): Promise<boolean>
}

export type Scrypt = (
  password: string,
  salt: Uint8Array,
  length: number,
  options: ScryptOptions,
) => Promise<Uint8Array>

/**
 * Scrypt at one of the costs that OWASP gives as equal (Password Storage Cheat Sheet): the one of 32 MB, in some tenths
 * of a second. With less the C library would keep the memory of every thread for the next time instead of giving it
 * back. One after another, so that calls do not wait for processors that guesses at passwords have taken; a few may
 * wait.
 */
export function createPasswords(
  run: Scrypt = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt),
): Passwords {
  const inLine = createLine()
  const derive = (place: string, password: string, { ln, r, p, salt }: Parameters) =>
    inLine(place, () =>
      run(password.normalize('NFKC'), salt, HASH_BYTES, { N: 2 ** ln, r, p, maxmem: 2 * 128 * 2 ** ln * r }),
    )

  return {
    async hash(password, place) {
      const parameters = { ...COST, salt: randomBytes(SALT_BYTES) }
      return phc(parameters, await derive(place, password, parameters))
    },
    async verify(password, hash = NOBODYS, place) {
      const known = read(hash)
      const isLong = password.length > LONGEST
      const derived = await derive(place, isLong ? '' : password, known)
      return timingSafeEqual(derived, known.hash) && !isLong && hash !== NOBODYS
    },
  }
}

const COST = { ln: 15, r: 8, p: 3 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Longer than any that can be set, in UTF-16 units: not worth normalising. */
const LONGEST = 1000
/** So that a login that nobody has costs what another does. */
const NOBODYS = phc({ ...COST, salt: Buffer.alloc(SALT_BYTES) }, Buffer.alloc(HASH_BYTES))
const WAITING = 16
/** So that one network cannot fill the line. */
const WAITING_OF_ONE = 2
const BUSY_SECONDS = 5

interface Parameters {
  readonly ln: number
  readonly r: number
  readonly p: number
  readonly salt: Uint8Array
}

/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding (the PHC string format). */
function phc({ ln, r, p, salt }: Parameters, hash: Uint8Array): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(hash)}`
}

function read(hash: string): Parameters & { readonly hash: Uint8Array } {
  const [, ln, r, p, salt, derived] = PHC.exec(hash) ?? []
  if (salt === undefined || derived === undefined) throw new Error('a password hash is not in PHC form')
  const bytes = (text: string) => Buffer.from(text, 'base64')
  return { ln: Number(ln), r: Number(r), p: Number(p), salt: bytes(salt), hash: bytes(derived) }
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/.-]+)\$([\w+/.-]+)$/

/** One after another, and none beyond those who wait. */
function createLine(): <T>(place: string, work: () => Promise<T>) => Promise<T> {
  let isRunning = false
  const waiting: { readonly place: string; go(): void }[] = []
  return async (place, work) => {
    if (isRunning) {
      const ofOne = waiting.filter((other) => other.place === place).length
      if (waiting.length >= WAITING || ofOne >= WAITING_OF_ONE)
        throw refusal('busy', { retryAfterSeconds: BUSY_SECONDS })
      // Who ends hands over its turn, so that nobody slips in between.
      await new Promise<void>((go) => waiting.push({ place, go }))
    }
    isRunning = true
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) isRunning = false
      else next.go()
    }
  }
}
