import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { Account } from './state.ts'

/** What one integration of the account has been given. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  /** A long-lived token: a JWT of more than 900 characters, as the real ones are. */
  readonly accessToken: string
}

const fiveYears = 5 * 365 * 86_400

/** New secrets for one start of the sandbox. */
export function issueCredentials(account: Account, now: number): Credentials {
  const clientId = randomUUID()
  const clientSecret = randomBytes(48).toString('base64url')
  const host = new URL(account.baseUrl).host
  const jti = randomBytes(64).toString('hex')
  const claims = {
    aud: clientId,
    jti,
    iat: now,
    nbf: now,
    exp: now + fiveYears,
    sub: String(account.ownerId),
    grant_type: '',
    account_id: account.id,
    base_domain: host,
    version: 2,
    scopes: ['crm', 'files', 'files_delete', 'notifications', 'push_notifications'],
    hash_uuid: randomUUID(),
    user_flags: 0,
    api_domain: host,
  }
  return {
    clientId,
    clientSecret,
    accessToken: sign({ typ: 'JWT', alg: 'HS256', jti }, claims, clientSecret),
  }
}

function sign(header: object, claims: object, secret: string): string {
  const body = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}
