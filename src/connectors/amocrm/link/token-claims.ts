import { z } from 'zod'

/**
 * What a token says of itself without its key. amoCRM documents only some claims, so none is relied on: they
 * refine what the environment says and never replace a refusal of the API.
 */
export interface TokenClaims {
  /** The platform of the account, such as amocrm.ru or kommo.com; never a host to call. */
  readonly domain: string | undefined
  /** The id of the integration that the token was made for. */
  readonly integration: string | undefined
  /** Unix seconds. */
  readonly expiresAt: number | undefined
}

const claims = z.object({
  base_domain: z.enum(['amocrm.ru', 'amocrm.com', 'kommo.com']).optional().catch(undefined),
  aud: z.string().max(100).optional().catch(undefined),
  exp: z.number().optional().catch(undefined),
})

export function claimsOf(token: string): TokenClaims {
  const { data } = claims.safeParse(payloadOf(token))
  return { domain: data?.base_domain, integration: data?.aud, expiresAt: data?.exp }
}

function payloadOf(token: string): unknown {
  const [, payload = ''] = token.split('.')
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
