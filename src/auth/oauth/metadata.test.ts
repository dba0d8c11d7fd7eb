import { describe, expect, it, onTestFinished } from 'vitest'
import { engines } from '../../store/testing/engines.ts'
import { createMetadata } from './metadata.ts'
import { MOUNTS, SCOPES, startReplica } from './testing/stage.ts'

/** The library says of these what it does for any server, and this one does less. */
const OURS = new Set(['claims_supported', 'response_modes_supported'])

describe('the documents that clients find this server by', () => {
  it.each(['http://127.0.0.1:65000', 'https://firm.example', 'https://firm.example/crm'])(
    'say what the authorization server at %s says of itself',
    async (publicUrl) => {
      const opened = await engines[0]?.open()
      if (opened === undefined) throw new Error('no engine')
      const replica = await startReplica(opened.store, { publicUrl })
      onTestFinished(async () => {
        await replica.close()
        await opened.store.close()
      })
      const document = createMetadata({ publicUrl, mounts: MOUNTS, scopes: SCOPES }).at(
        '/.well-known/openid-configuration',
      ) as Record<string, unknown>
      // In the library's own words, under a path that the stage does not serve itself.
      const response = await fetch(`${replica.at}/.WELL-known/openid-configuration`, {
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' },
      })
      const own: Record<string, unknown> = await response.json()
      const sorted = (value: unknown) => (Array.isArray(value) ? [...value].sort() : value)
      for (const [name, value] of Object.entries(own)) {
        if (!OURS.has(name)) expect([name, sorted(document[name])]).toEqual([name, sorted(value)])
      }
      expect(document).toMatchObject({ userinfo_endpoint: `${publicUrl}/oauth/userinfo` })
    },
  )

  const at = (path: string, publicUrl = 'https://firm.example') =>
    createMetadata({ publicUrl, mounts: MOUNTS, scopes: SCOPES }).at(path)

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/crm',
    '/.well-known/openid-configuration/crm',
    '/.well-known/openid-configuration?x=1',
  ])('stand at %s', (path) => {
    expect(at(path, 'https://firm.example/crm')).toMatchObject({
      issuer: 'https://firm.example/crm',
      token_endpoint: 'https://firm.example/crm/oauth/token',
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      response_modes_supported: ['query'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
      scopes_supported: expect.arrayContaining(['offline_access', 'amocrm:read']),
    })
  })

  it.each([
    ['', '/mcp'],
    ['/', '/mcp'],
    ['/mcp', '/mcp'],
    ['/mcp?toolsets=deals&read_only=1', '/mcp?toolsets=deals&read_only=1'],
    ['/mcp/sse', '/mcp/sse'],
    ['/sse', '/sse'],
    ['/amocrm/mcp', '/amocrm/mcp'],
    ['/crm/mcp', '/mcp'],
    ['/crm/amocrm/sse', '/amocrm/sse'],
    ['/crm', '/mcp'],
  ])('describe the resource of the path %j as the address that was asked for', (path, endpoint) => {
    const scopes = endpoint.startsWith('/amocrm') ? ['amocrm:read', 'amocrm:write'] : [...SCOPES]
    expect(at(`/.well-known/oauth-protected-resource${path}`, 'https://firm.example/crm')).toEqual({
      resource: `https://firm.example/crm${endpoint}`,
      authorization_servers: ['https://firm.example/crm'],
      scopes_supported: scopes,
      bearer_methods_supported: ['header'],
      resource_name: 'Mostik',
    })
  })

  it.each([
    '/.well-known/oauth-protected-resource/hubspot/mcp',
    '/.well-known/oauth-protected-resource/mcp/',
    '/.well-known/oauth-protected-resource/api/tools',
    '/.well-known/oauth-protected-resource//evil.example/mcp',
    '/.well-known/oauth-protected-resourcex',
    '/.well-known/oauth-authorization-server/other',
    '/.well-known/openid-configurations',
    '/.well-known/',
    '/mcp',
  ])('do not stand at %s', (path) => {
    expect(at(path)).toBeUndefined()
  })
})
