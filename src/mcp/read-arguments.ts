import { AppError } from '../kernel/errors.ts'
import type { Entry } from './catalog.ts'

/** The arguments of a call: the tool's own, and those that every tool takes. */
interface Arguments {
  readonly input: Record<string, unknown>
  /** The account to work in, as the caller calls it. */
  readonly asked?: string | undefined
  /** The idempotency key. */
  readonly key?: string | undefined
}

/**
 * Reads them by the tool's schema. Zod's messages name types, limits and unknown keys, never the value that was sent.
 * @throws AppError `invalid_input` naming what does not fit
 */
export function readArguments(entry: Entry, given: unknown): Arguments {
  const result = entry.input.safeParse(given ?? {})
  if (!result.success) throw misfit(entry, result.error.issues)
  const { takesAccount, subject } = entry
  if (!takesAccount && subject.access === 'read') return { input: result.data }
  const input = { ...result.data } as Record<string, unknown>
  const asked = takesAccount ? (input.account as string | undefined) : undefined
  if (takesAccount) delete input.account
  const key = input.idempotency_key as string | undefined
  delete input.idempotency_key
  return { input, asked, key }
}

/** ChatGPT's `fetch` has no room for an account: the address of a card says whose it is. */
export function hostIn({ id }: Record<string, unknown>): string | undefined {
  return typeof id === 'string' && URL.canParse(id) ? new URL(id).host || undefined : undefined
}

function misfit({ listing }: Entry, found: readonly { path: PropertyKey[]; message: string }[]): AppError {
  const problems = found
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'arguments'}: ${message}`.slice(0, 200))
  const known = Object.keys((listing.inputSchema.properties as object | undefined) ?? {})
  return new AppError('invalid_input', `The arguments do not fit: ${problems.join('; ')}.`, {
    hint: `Call again with arguments that fit. The tool knows: ${known.join(', ') || 'none'}.`,
  })
}
