import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'

const HOUR = 3600
const DAY = 24 * HOUR

/**
 * How long everything is good, in seconds. Access tokens last a working day, since some clients refresh late or never;
 * a revocation is in force within a second all the same.
 */
export const lifetimes = {
  AccessToken: (ctx: KoaContextWithOIDC) => atMost(8 * HOUR, ctx),
  /** From each refresh on. */
  RefreshToken: (ctx: KoaContextWithOIDC) => atMost(30 * DAY, ctx),
  AuthorizationCode: 60,
  IdToken: HOUR,
  /** For consents without an end. */
  Grant: 10 * 365 * DAY,
  /** Signing in and choosing accounts included. */
  Interaction: HOUR,
  Session: 2 * HOUR,
} satisfies Configuration['ttl']

/** Nothing outlives the consent that it comes from. */
function atMost(seconds: number, { oidc }: KoaContextWithOIDC): number {
  const { exp } = oidc.entities.Grant ?? {}
  const left = exp === undefined ? seconds : exp - Math.floor(Date.now() / 1000)
  return Math.max(1, Math.min(seconds, left))
}
