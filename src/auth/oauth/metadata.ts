import { createResources, type ProtectedMount } from './resources.ts'

interface Facts {
  /** The issuer: no slash at the end. */
  readonly publicUrl: string
  readonly mounts: readonly ProtectedMount[]
  /** All that connections to this server may have. */
  readonly scopes: ReadonlySet<string>
}

/** The documents that clients find this server by; all of them say what the settings say, whoever asks under which name. */
export interface Metadata {
  /** The document at a path with its query, as the routes of this server know it; nothing when there is none. */
  at(pathAndQuery: string): object | undefined
}

export const IDENTITY_SCOPES: readonly string[] = ['openid', 'offline_access', 'profile', 'email']

/** RFC 8414, OpenID Connect Discovery 1.0 and RFC 9728. */
export function createMetadata({ publicUrl, mounts, scopes }: Facts): Metadata {
  const resources = createResources(publicUrl, mounts, scopes)
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, '')
  const server = authorizationServer(publicUrl, scopes)
  const openid = { ...server, ...OPENID }

  function protectedResource(pathAndQuery: string): object | undefined {
    const endpoint = resources.endpointAt(pathAndQuery)
    return (
      endpoint && {
        resource: endpoint.address,
        authorization_servers: [publicUrl],
        scopes_supported: resources.scopesOf(endpoint.mount),
        bearer_methods_supported: ['header'],
        resource_name: 'Mostik',
      }
    )
  }

  /** Clients insert the prefix of the issuer after the well-known part, and some proxies take it away again. */
  function of(pathAndQuery: string, wellKnown: string): string | undefined {
    if (!pathAndQuery.startsWith(wellKnown)) return undefined
    const rest = pathAndQuery.slice(wellKnown.length)
    const isMore = rest === '' || rest.startsWith('/') || rest.startsWith('?')
    if (!isMore) return undefined
    return prefix !== '' && rest.startsWith(prefix) ? rest.slice(prefix.length) : rest
  }

  return {
    at(pathAndQuery) {
      const asked = of(pathAndQuery, '/.well-known/oauth-protected-resource')
      if (asked !== undefined) {
        return protectedResource(/^\/?(\?|$)/.test(asked) ? `/mcp${asked.replace(/^\//, '')}` : asked)
      }
      if (isBare(of(pathAndQuery, '/.well-known/oauth-authorization-server'))) return server
      if (isBare(of(pathAndQuery, '/.well-known/openid-configuration'))) return openid
      return undefined
    },
  }
}

function isBare(rest: string | undefined): boolean {
  return rest !== undefined && /^\/?(\?|$)/.test(rest)
}

function authorizationServer(publicUrl: string, scopes: ReadonlySet<string>) {
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth/authorize`,
    token_endpoint: `${publicUrl}/oauth/token`,
    registration_endpoint: `${publicUrl}/oauth/register`,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    jwks_uri: `${publicUrl}/oauth/jwks`,
    scopes_supported: [...IDENTITY_SCOPES, ...scopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    userinfo_endpoint: `${publicUrl}/oauth/userinfo`,
  }
}

export const CLIENT_AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post'] as const

const OPENID = {
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['sub', 'name', 'preferred_username', 'email', 'email_verified'],
  claim_types_supported: ['normal'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
}
