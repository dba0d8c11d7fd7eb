import { expect, it } from 'vitest'
import { initialize, post } from '../../test/support/rpc.ts'
import { startStack } from '../../test/support/stack.ts'

const passedOn = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-host': 'crm.example.com' }

async function statusOf(environment: Record<string, string>, path: string, headers = {}) {
  const stack = await startStack({ environment })
  try {
    const answer =
      path === '/mcp'
        ? await post(stack.url + path, initialize(), headers)
        : await fetch(stack.url + path, { headers })
    return answer.status
  } finally {
    await stack.close()
  }
}

it.each(['/mcp', '/', '/docs', '/api/tools'])(
  'a server that nobody has locked or opened takes nothing from a proxy at %s',
  async (path) => {
    expect(await statusOf({}, path, passedOn)).toBe(403)
    expect(await statusOf({}, path)).toBe(200)
  },
)

it('a probe is answered through a proxy too', async () => {
  expect(await statusOf({}, '/healthz', passedOn)).toBe(200)
})

it('a server that is open because AUTH=none is said, or asks for a token, stands behind a proxy', async () => {
  expect(await statusOf({ AUTH: 'none' }, '/mcp', passedOn)).toBe(200)
  const headers = { ...passedOn, authorization: 'Bearer a-long-enough-secret-token' }
  expect(await statusOf({ API_TOKEN: 'a-long-enough-secret-token' }, '/mcp', headers)).toBe(200)
})
