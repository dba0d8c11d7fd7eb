import { afterAll, beforeAll, expect, it } from 'vitest'
import { amocrm } from '../../../src/connectors/index.ts'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../../src/sandbox/amocrm/server.ts'
import { bearer } from '../../support/oauth/calls.ts'
import { obtain } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { call, post } from '../../support/rpc.ts'

let sandbox: AmocrmSandbox
let stack: OauthStack
beforeAll(async () => {
  sandbox = await startAmocrmSandbox()
  const environment = { AMOCRM_BASE_URL: sandbox.baseUrl, AMOCRM_ACCESS_TOKEN: 'a-token-that-is-over' }
  stack = await startOauthStack({ connectors: [amocrm], environment })
})
afterAll(async () => {
  await stack.close()
  await sandbox.close()
})

it('an upstream that does not take its token any more is no 401 of ours, over MCP and REST', async () => {
  const owner = await signedIn(stack.url)
  const { accessToken } = await obtain(stack.url, owner, { scope: 'amocrm:read' })
  const over = await post(`${stack.url}/mcp`, call(1, 'amocrm_get_account', {}), bearer(accessToken))
  expect(over.status).toBe(200)
  expect(over.body).toMatchObject({
    result: { isError: true, _meta: { 'mostik/error': { kind: 'not_linked' } } },
  })
  expect(over.headers.get('www-authenticate')).toBeNull()
  const rest = await fetch(`${stack.url}/api/tools/amocrm_get_account`, {
    method: 'POST',
    headers: { ...bearer(accessToken), 'content-type': 'application/json' },
    body: '{}',
  })
  expect(rest.status).toBe(409)
  expect(rest.headers.get('www-authenticate')).toBeNull()
})
