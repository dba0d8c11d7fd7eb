import type { AdapterFactory, Configuration, default as Provider } from 'oidc-provider'
import { findAccount } from './accounts.ts'
import { createAdapter } from './adapter.ts'
import type { Around } from './around.ts'
import { audiencesOf } from './audiences.ts'
import { createClientAdapter } from './client-adapter.ts'
import { createClientDocuments } from './client-documents.ts'
import { cookiesOf } from './cookies.ts'
import { documentFeatureOf, fetchOf } from './document-feature.ts'
import { endGrant } from './end-grant.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { lifetimes } from './lifetimes.ts'
import { CLIENT_AUTH_METHODS, IDENTITY_SCOPES } from './metadata.ts'
import { policyOf } from './prompts.ts'
import { registrationOf } from './registration.ts'
import { renderProblem } from './render-problem.ts'
import type { Limits } from './request-limits.ts'
import type { Resources } from './resources.ts'
import { openServerKeys, type ServerKeys } from './server-keys.ts'
import { settleAnswers } from './settle-answers.ts'

export type Oidc = typeof import('oidc-provider')

/** oidc-provider as this server runs it. It is loaded here and nowhere else: it takes longer than all the rest. */
export async function openProvider(around: Around, limits: Limits, resources: Resources): Promise<Provider> {
  const [oidc, keys] = await Promise.all([import('oidc-provider'), openServerKeys(around)])
  const provider = new oidc.default(around.publicUrl, configurationOf(oidc, keys, around, limits, resources))
  // Every request that comes here has been restated: what it tells about the way here is our own.
  provider.proxy = true
  settleAnswers(provider, around.log)
  return provider
}

function configurationOf(
  oidc: Oidc,
  keys: ServerKeys,
  around: Around,
  limits: Limits,
  resources: Resources,
): Configuration {
  const { publicUrl, scopes, clients, clock, guardedFetch = createGuardedFetch() } = around
  const documents = createClientDocuments({ allowedHosts: clients.allowedHosts, guardedFetch, clock })

  return {
    adapter: adapterOf(oidc, keys, around),
    jwks: { keys: [keys.idTokens] },
    cookies: cookiesOf(publicUrl, keys.cookies),
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      registration: '/oauth/register',
      revocation: '/oauth/revoke',
      jwks: '/oauth/jwks',
    },
    scopes: [...IDENTITY_SCOPES, ...scopes],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    responseTypes: ['code'],
    clientAuthMethods: [...CLIENT_AUTH_METHODS],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    ttl: lifetimes,
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    revokeGrantPolicy: async () => true,
    // Tokens are asked for with no cookie: a page of another origin gets nothing that its client would not get anyway.
    clientBasedCORS: () => true,
    interactions: {
      policy: policyOf(oidc),
      url: async (_ctx, { uid }) =>
        `${new URL(publicUrl).pathname.replace(/\/$/, '')}/oauth/interaction/${uid}`,
    },
    // Every consent makes a grant of its own, with its own end.
    async loadExistingGrant(ctx) {
      const grantId = ctx.oidc.result?.consent?.grantId
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId)
    },
    findAccount: (_ctx, id, token) =>
      findAccount(around, id, token && 'grantId' in token ? token.grantId : undefined),
    fetch: fetchOf(documents),
    renderError: renderProblem(around),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, { clientId }) => clientId === client.clientId,
      },
      registration: registrationOf(oidc, clients.allowedRedirects),
      clientIdMetadataDocument: documentFeatureOf(oidc, documents, limits),
      resourceIndicators: audiencesOf(oidc, resources),
    },
  }
}

function adapterOf(
  { default: Library, errors }: Oidc,
  { records: key }: ServerKeys,
  around: Around,
): AdapterFactory {
  const { store, clock } = around
  const places = {
    store,
    key,
    clock,
    endGrant: (grantId: string) =>
      endGrant(around, grantId, Library.ctx?.oidc.route === 'revocation' ? 'revoked' : 'replayed'),
    codeUsed: () => new errors.InvalidGrant('authorization code already consumed'),
  }
  return (model) => (model === 'Client' ? createClientAdapter(places) : createAdapter(model, places))
}
