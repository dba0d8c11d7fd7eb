import { z } from 'zod'
import { baseUrl, subdomain } from './address.ts'

/** amoCRM's part of the environment. */
export const amocrmVariables = z.object({
  AMOCRM_SUBDOMAIN: given(subdomain),
  /** Instead of the subdomain. */
  AMOCRM_BASE_URL: given(baseUrl),
  /** A long-lived token, a secret. */
  AMOCRM_ACCESS_TOKEN: given(
    z.string().regex(/^[\w.~+/=-]+$/, {
      error: 'must be the token alone: no quotes, no spaces, no line breaks, no "Bearer"',
    }),
  ),
  AMOCRM_REQUESTS_PER_SECOND: given(
    z.coerce.number({ error: 'must be a number from 1 to 50' }).min(1).max(50),
  ).transform((rate) => rate ?? 6),
  AMOCRM_CLIENT_ID: given(z.string()),
  AMOCRM_CLIENT_SECRET: given(z.string()),
  AMOCRM_REDIRECT_URI: given(z.string()),
})

/** An empty variable is one that is not set: that is how compose files and hosting forms leave them out. */
function given<Schema extends z.ZodType>(schema: Schema) {
  return z
    .unknown()
    .transform((value) => (typeof value === 'string' ? value.trim() || undefined : value))
    .pipe(schema.optional())
    .optional()
}
