import { createHash, randomBytes } from 'node:crypto'

/** 256 bits that nobody guesses, as 43 characters of base64url. */
export function newKey(): string {
  return randomBytes(32).toString('base64url')
}

/** What a key is kept as, so that who reads the database can use none; nothing for a text that is no key. */
export function hashOfKey(key: string | undefined): string | undefined {
  if (key === undefined || !/^[\w-]{43}$/.test(key)) return undefined
  return createHash('sha256').update(key).digest('base64url')
}
