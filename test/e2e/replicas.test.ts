import { expect, it, onTestFinished } from 'vitest'
import { startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { engines } from '../../src/store/testing/engines.ts'
import { serveProgram } from '../support/program.ts'
import { post } from '../support/rpc.ts'

const PAIRS = 20
const phoneOf = (pair: number) => `+7495000${String(1_000 + pair)}`

it('two servers on one PostgreSQL that meet the same new person at once make one contact', {
  timeout: 120_000,
}, async () => {
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: 1_000 })
  onTestFinished(() => sandbox.close())
  const postgres = engines.find(({ name }) => name === 'postgres')
  const { databaseUrl = '' } = (await postgres?.fresh()) ?? {}
  const environment = {
    DATABASE_URL: databaseUrl,
    MASTER_KEY: 'replicas-0123456789abcdef0123456789abcdef',
    AMOCRM_BASE_URL: sandbox.baseUrl,
    AMOCRM_ACCESS_TOKEN: sandbox.accessToken,
    AMOCRM_REQUESTS_PER_SECOND: '50',
    CALL_LIMITS: 'write=0,read=0',
  }
  const servers = await Promise.all([serveProgram(environment), serveProgram(environment)])
  onTestFinished(async () => {
    for (const { child } of servers) child.kill('SIGTERM')
    await Promise.all(servers.map(({ exited }) => exited))
  })

  const made: unknown[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const answers = await Promise.all(
      servers.map(({ url }, server) =>
        post(`${url}/api/tools/amocrm_create_lead`, {
          name: `Сделка ${pair} от сервера ${server}`,
          contact: { name: `Новый ${pair}`, phone: phoneOf(pair) },
          allow_duplicate: true,
        }),
      ),
    )
    made.push(answers.map(({ body }) => (body.contact as { status?: string } | undefined)?.status).sort())
  }
  expect(made).toEqual(Array.from({ length: PAIRS }, () => ['created', 'found']))

  const contacts = await Promise.all(
    Array.from({ length: PAIRS }, async (_, pair) => {
      const query = new URLSearchParams({ query: phoneOf(pair), limit: '250' })
      const answer = await fetch(`${sandbox.baseUrl}/api/v4/contacts?${query}`, {
        headers: { authorization: `Bearer ${sandbox.accessToken}` },
      })
      if (answer.status === 204) return 0
      const { _embedded } = (await answer.json()) as { _embedded: { contacts: unknown[] } }
      return _embedded.contacts.length
    }),
  )
  expect(contacts).toEqual(Array.from({ length: PAIRS }, () => 1))
})
