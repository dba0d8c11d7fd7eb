import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Outcome } from '../kernel/outcome.ts'
import { readBody } from '../mcp/inbound.ts'
import { callOverRest } from './rest.ts'

/** An address where every call ends like this. */
async function serve(outcome: Outcome): Promise<string> {
  const tools = { list: async () => [], call: async () => outcome, readBody }
  const caller = { userId: 'owner', clientId: 'tests', scopes: new Set<string>() }
  const server = createServer(async (request, response) => {
    const answer = await callOverRest(tools, 'x', request, response, caller, new URLSearchParams())
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const failure = { kind: 'not_allowed', message: 'This connection may not use x.' } as const

it('tells a client that can ask for more what to ask for (RFC 6750 §3.1)', async () => {
  const challenge =
    'Bearer error="insufficient_scope", scope="lab:read lab:write", resource_metadata="https://x"'
  const answer = await fetch(await serve({ ok: false, failure, challenge }), { method: 'POST' })
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, challenge])
  expect(await answer.json()).toEqual({ error: 'not_allowed', message: failure.message })
})

it('says nothing of it to a client that cannot', async () => {
  const answer = await fetch(await serve({ ok: false, failure }), { method: 'POST' })
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, null])
})
