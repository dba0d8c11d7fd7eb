import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { runProgram, serveProgram } from '../support/program.ts'
import { postModern } from '../support/rpc.ts'

let sandbox: AmocrmSandbox
let folder: string
let server: Awaited<ReturnType<typeof serveProgram>>

const environment = () => ({
  DATA_DIR: folder,
  AMOCRM_BASE_URL: sandbox.baseUrl,
  AMOCRM_ACCESS_TOKEN: sandbox.accessToken,
  AMOCRM_REQUESTS_PER_SECOND: '50',
  CALL_LIMITS: 'write=8',
})

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
})
afterAll(() => sandbox.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mostik-once-'))
  server = await serveProgram(environment())
})
afterEach(async () => {
  await stop('SIGTERM')
  rmSync(folder, { recursive: true })
})

async function stop(signal: 'SIGTERM' | 'SIGKILL') {
  server.child.kill(signal)
  await server.exited
}

async function rest(tool: string, input: object, key?: string) {
  const response = await fetch(`${server.url}/api/tools/${tool}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify(input),
  })
  const body = (await response.json()) as Record<string, Record<string, unknown>>
  return { status: response.status, body, headers: response.headers }
}

const mcp = async (name: string, input: object) => {
  const { body } = await postModern(`${server.url}/mcp`, 'tools/call', { name, arguments: input })
  return body.result as {
    structuredContent?: Record<string, Record<string, unknown>>
    _meta?: object
    content: { text: string }[]
  }
}

async function journal(...words: string[]): Promise<Record<string, unknown>[]> {
  const { output, exited } = runProgram(['journal', '--format', 'jsonl', ...words], environment())
  expect(await exited).toBe(0)
  return output.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

async function dealsNamed(name: string): Promise<number> {
  const query = new URLSearchParams({ query: name, limit: '250' })
  const answer = await fetch(`${sandbox.baseUrl}/api/v4/leads?${query}`, {
    headers: { authorization: `Bearer ${sandbox.accessToken}` },
  })
  if (answer.status === 204) return 0
  const { _embedded } = (await answer.json()) as { _embedded: { leads: { name: string }[] } }
  return _embedded.leads.filter((lead) => lead.name === name).length
}

describe('a change is made once', () => {
  it('with the same key over REST and MCP, and across a restart and a kill', async () => {
    const input = { name: 'Один раз', price: 100 }
    const first = await rest('amocrm_create_lead', input, 'order-17')
    expect(first.status).toBe(200)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const again = await rest('amocrm_create_lead', input, '"order-17"')
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    await stop('SIGKILL')
    server = await serveProgram(environment())
    const after = await mcp('amocrm_create_lead', { ...input, idempotency_key: 'order-17' })
    expect(after.structuredContent).toEqual(first.body)
    expect(after._meta).toMatchObject({ 'mostik/replayed': true })
    expect(after.content[1]?.text).toContain('nothing was done again')
    expect(await dealsNamed('Один раз')).toBe(1)
  })

  it('when a client repeats it by itself, without any key', async () => {
    const input = { name: 'Повтор клиента', price: 100 }
    const answers = await Promise.all([1, 2, 3].map(() => rest('amocrm_create_lead', input)))
    const refs = new Set(answers.map(({ body }) => body.lead?.ref))
    expect(refs.size).toBe(1)
    expect((await rest('amocrm_create_lead', input)).headers.get('idempotency-replayed')).toBe('true')
    expect(await dealsNamed('Повтор клиента')).toBe(1)
  })

  it('and another change is another change', async () => {
    const input = { name: 'Две сделки', price: 100 }
    await rest('amocrm_create_lead', input, 'a')
    await rest('amocrm_create_lead', input, 'b')
    expect(await dealsNamed('Две сделки')).toBe(2)
  })
})

it('a key that was used for something else is refused, and nothing is done', async () => {
  await rest('amocrm_create_lead', { name: 'Первая с ключом', price: 1 }, 'k')
  const { status, body } = await rest('amocrm_create_lead', { name: 'Вторая с ключом', price: 1 }, 'k')
  expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_input' })
  expect(await dealsNamed('Вторая с ключом')).toBe(0)
})

it('a caller who makes too many changes a minute is told when to come back', async () => {
  const many = await Promise.all(
    Array.from({ length: 10 }, (_, at) => rest('amocrm_create_lead', { name: `Много ${at}`, price: 1 })),
  )
  const refused = many.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(2)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await rest('amocrm_get_account', {})).status).toBe(200)
})

it('every call is in the journal, with who and what and never the contents', async () => {
  await rest('amocrm_search_contacts', { query: 'Секретный Петров' })
  await rest('amocrm_create_task', { text: 'Тайна', due: 'завтра 15:00', on: 'lead:1' })
  await rest('amocrm_create_lead', { nome: 'Опечатка' })
  await rest('no_such_tool', { text: 'Тайна' })
  await fetch(`${server.url}/api/tools/amocrm_create_lead?read_only=1`, {
    method: 'POST',
    body: '{"name":"Нельзя"}',
  })
  await mcp('amocrm_get_account', {})
  await stop('SIGTERM')
  const entries = await journal()
  expect(entries).toMatchObject([
    {
      tool: 'amocrm_search_contacts',
      access: 'read',
      decision: 'allowed',
      outcome: 'ok',
      args: { query: 'text(16)' },
    },
    { tool: 'amocrm_create_task', access: 'write', outcome: 'not_found', args: { on: 'lead:1' } },
    { tool: 'amocrm_create_lead', outcome: 'invalid_input' },
    { tool: '', decision: 'refused', outcome: 'not_found' },
    { tool: 'amocrm_create_lead', decision: 'refused', outcome: 'not_allowed' },
    { tool: 'amocrm_get_account', user: 'owner', client: 'local', outcome: 'ok' },
  ])
  for (const hidden of ['Петров', 'Тайна', 'Опечатка', 'Нельзя'])
    expect(JSON.stringify(entries)).not.toContain(hidden)
  expect(await journal('--tool', 'amocrm_get_account')).toHaveLength(1)
  const { output, exited } = runProgram(['journal', 'verify'], environment())
  expect(await exited).toBe(0)
  expect(output.out).toContain('6 entries')
  server = await serveProgram(environment())
}, 30_000)
