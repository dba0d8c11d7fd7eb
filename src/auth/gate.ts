import { hash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../kernel/caller.ts'

/** A refusal, to be answered as 401 with `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3). */
export interface Challenge {
  readonly challenge: string
  readonly message: string
  readonly hint: string
}

/** The value of the `Authorization` header → who is calling, or what to ask for. */
export type Gate = (authorization: string | undefined) => Caller | Challenge

/** Lets everybody in as the owner: for loopback, and where `AUTH=none` was said. */
export function openGate(scopes: ReadonlySet<string>): Gate {
  const owner: Caller = { userId: 'owner', clientId: 'local', scopes }
  return () => owner
}

/** One static bearer token. Digests are compared, so neither length nor content of the secret shows in time. */
export function tokenGate(token: string, scopes: ReadonlySet<string>): Gate {
  const owner: Caller = { userId: 'owner', clientId: 'api-token', scopes }
  const expected = digest(token)
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
    if (given === undefined) return MISSING
    return timingSafeEqual(digest(given), expected) ? owner : WRONG
  }
}

export function isChallenge(answer: Caller | Challenge): answer is Challenge {
  return 'challenge' in answer
}

const HINT = 'Send the header Authorization: Bearer <token>; the token is the API_TOKEN of this server.'

const MISSING: Challenge = {
  challenge: 'Bearer realm="mostik"',
  message: 'This server asks for a token.',
  hint: HINT,
}

const WRONG: Challenge = {
  challenge: 'Bearer realm="mostik", error="invalid_token", error_description="The token is not known here"',
  message: 'The token is not known here.',
  hint: HINT,
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
