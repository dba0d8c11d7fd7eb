import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from '../../support/oauth/browser.ts'
import { statusOf } from '../../support/oauth/calls.ts'
import { program } from '../../support/oauth/client.ts'
import { allow, CALLBACK, reachConsent } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { initialize, JSON_HEADERS } from '../../support/rpc.ts'

/** Two clients that nobody here wrote, each the whole way: they check all that the standards ask of a server. */
let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

const CLAUDE_CODE = 'https://claude.ai/oauth/claude-code-client-metadata'
const SCOPE = 'openid profile email offline_access lab:read'
const loose = { [oauth.allowInsecureRequests]: true }

it.each(['oidc', 'oauth2'] as const)(
  'oauth4webapi finds its way from a refused call to a token by %s metadata, refreshes it, asks who it is for, and revokes it',
  async (algorithm) => {
    const resource = new URL(`${stack.url}/mcp`)
    const refused = await oauth
      .protectedResourceRequest(
        'wrong',
        'POST',
        resource,
        new Headers(JSON_HEADERS),
        JSON.stringify(initialize()),
        loose,
      )
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    const [challenge] = (refused as oauth.WWWAuthenticateChallengeError).cause
    expect(challenge).toMatchObject({ scheme: 'bearer', parameters: { error: 'invalid_token' } })

    const described = await oauth.processResourceDiscoveryResponse(
      resource,
      await oauth.resourceDiscoveryRequest(resource, loose),
    )
    const issuer = new URL(described.authorization_servers?.[0] ?? '')
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm, ...loose }),
    )
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, program(CALLBACK), loose),
    )

    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const nonce = oauth.generateRandomNonce()
    const address = new URL(as.authorization_endpoint ?? '')
    for (const [name, value] of Object.entries({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: SCOPE,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      resource: resource.href,
      state,
      nonce,
    })) {
      address.searchParams.set(name, value)
    }
    const callback = await allow(owner, await reachConsent(owner, address))
    const parameters = oauth.validateAuthResponse(as, client, callback, state)
    const tokens = await oauth.processAuthorizationCodeResponse(
      as,
      client,
      await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), parameters, CALLBACK, verifier, {
        additionalParameters: { resource: resource.href },
        ...loose,
      }),
      { expectedNonce: nonce },
    )
    const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub
    expect(await statusOf(stack.url, tokens.access_token)).toBe(200)

    const info = await oauth.processUserInfoResponse(
      as,
      client,
      subject ?? oauth.skipSubjectCheck,
      await oauth.userInfoRequest(as, client, tokens.access_token, loose),
    )
    expect(info.sub).not.toBe('')

    const newer = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token ?? '', {
        additionalParameters: { resource: resource.href },
        ...loose,
      }),
    )
    expect(await statusOf(stack.url, newer.access_token)).toBe(200)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, oauth.None(), newer.refresh_token ?? '', loose),
    )
    await expect.poll(() => statusOf(stack.url, newer.access_token)).toBe(401)
    await expect(
      oauth
        .refreshTokenGrantRequest(as, client, oauth.None(), newer.refresh_token ?? '', loose)
        .then((response) => oauth.processRefreshTokenResponse(as, client, response)),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  },
)

it.each([
  ['as a public program', 'none', undefined],
  ['with a secret in the body', 'client_secret_post', undefined],
  ['with a secret in the header', 'client_secret_basic', undefined],
  ['as Claude Code, by its document', 'none', CLAUDE_CODE],
] as const)('openid-client goes the whole way %s', async (_, method, documentId) => {
  const options = { execute: [openid.allowInsecureRequests] }
  const config =
    documentId === undefined
      ? await openid.dynamicClientRegistration(
          new URL(stack.url),
          { ...program(CALLBACK), token_endpoint_auth_method: method },
          method === 'none' ? openid.None() : undefined,
          options,
        )
      : await openid.discovery(new URL(stack.url), documentId, undefined, openid.None(), options)

  const verifier = openid.randomPKCECodeVerifier()
  const expectedState = openid.randomState()
  const resource = `${stack.url}/sse`
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: SCOPE,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: expectedState,
    resource,
  })
  const callback = await allow(owner, await reachConsent(owner, address))
  const tokens = await openid.authorizationCodeGrant(
    config,
    callback,
    { pkceCodeVerifier: verifier, expectedState, idTokenExpected: true },
    { resource },
  )
  expect(await statusOf(stack.url, tokens.access_token)).toBe(200)
  const subject = tokens.claims()?.sub ?? ''
  const info = await openid.fetchUserInfo(config, tokens.access_token, subject)
  expect(info).toMatchObject({ sub: subject })
  const newer = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource })
  expect(await statusOf(stack.url, newer.access_token)).toBe(200)
  await openid.tokenRevocation(config, newer.access_token)
  await expect.poll(() => statusOf(stack.url, newer.access_token)).toBe(401)
})

it('openid-client refuses an answer of another issuer, so that servers cannot be mixed up', async () => {
  const options = { execute: [openid.allowInsecureRequests] }
  const config = await openid.dynamicClientRegistration(
    new URL(stack.url),
    program(CALLBACK),
    openid.None(),
    options,
  )
  const verifier = openid.randomPKCECodeVerifier()
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'lab:read',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource: `${stack.url}/mcp`,
  })
  const callback = await allow(owner, await reachConsent(owner, address))
  for (const iss of ['https://evil.example.com', undefined]) {
    const forged = new URL(callback)
    forged.searchParams.delete('iss')
    if (iss !== undefined) forged.searchParams.set('iss', iss)
    await expect(
      openid.authorizationCodeGrant(config, forged, { pkceCodeVerifier: verifier }),
    ).rejects.toMatchObject({ cause: { cause: { parameters: expect.anything() } } })
  }
})
