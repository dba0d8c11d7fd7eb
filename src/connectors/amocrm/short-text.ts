import { z } from 'zod'

const LONGEST = 200

/**
 * A name, a ref, a phone, an e-mail, a day: whatever is matched against what the account has. The limit is checked
 * and not listed: every word of a schema is read by the model at each connection, and nobody comes near this one.
 */
export const shortText = z
  .string()
  .trim()
  .refine((text) => text.length <= LONGEST, `Too long: expected at most ${LONGEST} characters`)

const MOST_TAGS = 50

/** Names of tags. */
export const tagNames = z
  .array(shortText)
  .refine((names) => names.length <= MOST_TAGS, `Too many: expected at most ${MOST_TAGS} tags`)
