import { z } from 'zod'
import type { Listing } from './catalog.ts'

const LONGEST = 200
const NAMES_LISTED = 10

/**
 * Which of the caller's accounts a call works in: its name, subdomain or address. Every tool of a connector takes it,
 * whether it is listed or not, but for ChatGPT's `search` and `fetch`, whose arguments are not ours to add to.
 */
export const accountArgument = name()

/** The idempotency key of a call that changes something, which every such tool takes. */
export const keyArgument = name().describe('Same key: done once.')

function name() {
  return z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : isLeftOut(value) ? undefined : value),
    z.string().trim().max(LONGEST, `Too long: expected at most ${LONGEST} characters`).optional(),
  )
}

/** `<connector>_<verb>_<noun>`; the contract tools stand unprefixed. */
export function takesAccount(
  connector: string,
  { name, input }: { name: string; input: z.ZodObject },
): boolean {
  return name.startsWith(`${connector}_`) && !Object.hasOwn(input.shape, 'account')
}

/** The listing for a caller who has several accounts; the first of the names is the default one. */
export function listedWithAccounts(listing: Listing, names: readonly string[]): Listing {
  const [first = ''] = names
  const others = names.slice(1, NAMES_LISTED).join(', ')
  const rest = names.length > NAMES_LISTED ? ` and ${names.length - NAMES_LISTED} more` : ''
  const description = `The account to work in: ${first} (default), ${others}${rest}.`
  const { properties } = listing.inputSchema as { properties?: object }
  const account = { type: 'string', description }
  return { ...listing, inputSchema: { ...listing.inputSchema, properties: { ...properties, account } } }
}

/** Clients send null or a blank text for what the model left out. */
function isLeftOut(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}
