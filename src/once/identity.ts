import { createHash, randomUUID } from 'node:crypto'
import { AppError } from '../kernel/errors.ts'
import { canonical } from './canonical.ts'

/** One call that is to happen once. */
export interface OnceCall {
  /** The person, and the program that acts for the person. */
  readonly owner: string
  readonly client: string
  readonly tool: string
  /** The account that the call works in. */
  readonly account: string
  /** Parsed: what a schema fills in by itself is the same as what was said. */
  readonly input: unknown
  /** What the caller calls this call by. */
  readonly key: string | undefined
  /** Without a key, a call with the same arguments a short while later is the same call. */
  readonly derive: boolean
  /** What is to be reported when the process dies before the call ends. */
  readonly draft: string
}

export interface Identity {
  /** Of the call, over all processes; holds no text of the caller. */
  readonly id: string
  /** Of its arguments. */
  readonly digest: string
  /** What makes a later call the same one; `nothing` when none can be. */
  readonly by: 'key' | 'arguments' | 'nothing'
}

const LONGEST_KEY = 200

/** @throws AppError `invalid_input` for a key that is empty or too long */
export function identify({ owner, client, tool, account, input, key, derive }: OnceCall): Identity {
  // The account is told as an argument is: a repeat that would land in another one is refused, not made a second time.
  const digest = sha256(canonical({ account, input }))
  const who = [owner, client, tool]
  if (key !== undefined) {
    if (key.length < 1 || key.length > LONGEST_KEY) throw unusable()
    return { id: idOf('key', ...who, key), digest, by: 'key' }
  }
  if (derive) return { id: idOf('arguments', ...who, digest), digest, by: 'arguments' }
  return { id: idOf('nothing', randomUUID()), digest, by: 'nothing' }
}

/** JSON, so that no two lists of texts become one. */
function idOf(...parts: string[]): string {
  return sha256(JSON.stringify(parts))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function unusable(): AppError {
  return new AppError(
    'invalid_input',
    `The idempotency_key is empty, or longer than ${LONGEST_KEY} characters.`,
    {
      hint: 'Give a short text that is new for each new call, for example a UUID, or leave it out.',
    },
  )
}
