import { afterAll, beforeAll, expect, it } from 'vitest'
import { linkAccount } from '../../../src/accounts/link-account.ts'
import { openLink } from '../../../src/app/link.ts'
import { amocrm } from '../../../src/connectors/amocrm/connector.ts'
import { systemClock as clock } from '../../../src/kernel/clock.ts'
import { silentLog as log } from '../../../src/kernel/log.ts'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../../src/sandbox/amocrm/server.ts'
import { createAccountStore } from '../../../src/store/account-store.ts'
import type { Browser } from '../../support/oauth/browser.ts'
import { bearer } from '../../support/oauth/calls.ts'
import { type Grant, obtain, refresh } from '../../support/oauth/consent.ts'
import { type Credentials, invitation, join, OWNER, signedIn } from '../../support/oauth/people.ts'
import { type Replicas, startReplicas } from '../../support/oauth/replicas.ts'
import { call, list, openSession, post, postModern } from '../../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../../support/sse-reader.ts'

const CLIENTS = 50
const ROUNDS = 3
const DOCUMENT = 'https://claude.ai/oauth/claude-code-client-metadata'

/** Somebody with an account of their own, in which a contact has a name that nobody else may ever see. */
interface Somebody {
  readonly who: Credentials
  readonly browser: Browser
  readonly sandbox: AmocrmSandbox
  readonly canary: string
  readonly account: string
}

let replicas: Replicas
let people: Somebody[]
beforeAll(async () => {
  replicas = await startReplicas(2, { connectors: [amocrm] })
  const owner = await signedIn(replicas.url)
  const maria = { login: 'maria@example.com', password: 'the password of Maria' }
  const ivan = { login: 'ivan@example.com', password: 'the password of Ivan' }
  people = [
    await settle(OWNER, owner),
    await settle(maria, await join(replicas.url, await invitation(owner, 'member', 'Мария'), maria)),
    await settle(ivan, await join(replicas.url, await invitation(owner, 'client', 'Иван'), ivan)),
  ]
})
afterAll(async () => {
  await replicas.close()
  await Promise.all(people.map(({ sandbox }) => sandbox.close()))
})

let settled = 0

/** Links an account of the sandbox to this person, with a canary in it. */
async function settle(who: Credentials, browser: Browser): Promise<Somebody> {
  const { state } = replicas.all[0] ?? {}
  if (state === undefined) throw new Error('no server')
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: 100_000 })
  const db = await state.store.db()
  const { id } = await db
    .selectFrom('person')
    .select('id')
    .where('login', '=', who.login)
    .executeTakeFirstOrThrow()
  settled += 1
  const account = `Счёт номер ${settled}`
  await linkAccount(
    {
      owner: id,
      connector: amocrm,
      variables: {
        AMOCRM_BASE_URL: sandbox.baseUrl,
        AMOCRM_ACCESS_TOKEN: sandbox.accessToken,
        AMOCRM_REQUESTS_PER_SECOND: '50',
      },
      name: account,
      isDefault: true,
      signal: AbortSignal.timeout(10_000),
    },
    {
      store: createAccountStore(state.store),
      vault: state.vault,
      environment: undefined,
      link: openLink(state, { clock, log }),
    },
  )
  const canary = `Канарейка ${Math.random().toString(36).slice(2)}${settled}`
  const made = await fetch(`${sandbox.baseUrl}/api/v4/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ name: canary }]),
  })
  expect(made.status).toBe(200)
  return { who, browser, sandbox, canary, account }
}

const SEARCH = { name: 'amocrm_search_contacts', arguments: { query: 'Канарейка' } }

/** Each way in which a client asks for its contacts, and the whole text of the answer. */
const wires: ((token: string) => Promise<string>)[] = [
  async (token) =>
    JSON.stringify(
      (await postModern(`${replicas.url}/mcp`, 'tools/call', SEARCH, { headers: bearer(token) })).body,
    ),
  async (token) => {
    const url = `${replicas.url}/mcp`
    const session = await openSession(url, bearer(token))
    const headers = { ...bearer(token), 'mcp-session-id': session }
    return JSON.stringify((await post(url, call('same id', SEARCH.name, SEARCH.arguments), headers)).body)
  },
  async (token) => {
    const index = Math.round(Math.random())
    const home = `http://127.0.0.1:${replicas.all[index]?.port}`
    const stream = await readSse(`${home}/sse`, bearer(token))
    try {
      const address = home + (await endpointOf(stream))
      await post(address, call('same id', SEARCH.name, SEARCH.arguments), bearer(token))
      return JSON.stringify(await messageOf(stream))
    } finally {
      stream.close()
    }
  },
  async (token) =>
    JSON.stringify(
      (await post(`${replicas.url}/api/tools/${SEARCH.name}`, SEARCH.arguments, bearer(token))).body,
    ),
]

it('fifty clients of three people at once see what is theirs, and never a word of the others', {
  timeout: 180_000,
}, async () => {
  const canaries = people.map(({ canary }) => canary)
  const strays: string[] = []
  let answers = 0

  /** A person answers one consent page after the other, as people do. */
  const answering = new Map<Somebody, Promise<unknown>>()
  const authorize = (me: Somebody, index: number): Promise<Grant> => {
    const mine = (answering.get(me) ?? Promise.resolve()).then(() =>
      obtain(replicas.url, me.browser, {
        clientId: DOCUMENT,
        redirectUri: `http://127.0.0.1:${20_000 + index}/callback`,
        scope: 'amocrm:read',
        who: me.who,
      }),
    )
    answering.set(me, mine)
    return mine
  }

  async function beClient(index: number): Promise<void> {
    const me = people[index % people.length]
    if (me === undefined) return
    const others = people.filter((one) => one !== me)
    let grant = await authorize(me, index)
    for (let round = 0; round < ROUNDS; round++) {
      const ask = wires[(index + round) % wires.length] ?? wires[0]
      const [text = '', listed] = await Promise.all([
        ask?.(grant.accessToken),
        post(`${replicas.url}/mcp`, list(), bearer(grant.accessToken)).then(({ body }) =>
          JSON.stringify(body),
        ),
      ])
      answers += 1
      if (!text.includes(me.canary)) strays.push(`client ${index} lost its own: ${text.slice(0, 300)}`)
      for (const { canary, account, sandbox } of others) {
        for (const secret of [canary, account, new URL(sandbox.baseUrl).host]) {
          if (text.includes(secret) || listed.includes(secret)) strays.push(`client ${index} saw ${secret}`)
        }
      }
      const { status, body } = await refresh(grant)
      if (status !== 200) strays.push(`client ${index} was thrown out: ${JSON.stringify(body)}`)
      else
        grant = { ...grant, accessToken: String(body.access_token), refreshToken: String(body.refresh_token) }
    }
  }

  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => beClient(index)))
  expect(strays).toEqual([])
  expect([answers, new Set(canaries).size]).toEqual([CLIENTS * ROUNDS, people.length])

  // The pages keep apart what the calls do.
  for (const me of people) {
    for (const path of ['/console/access', '/console/accounts']) {
      const { body } = await me.browser.open(path)
      for (const { account, who } of people.filter((one) => one !== me)) {
        expect(body).not.toContain(account)
        expect(body).not.toContain(who.login)
      }
      if (path === '/console/accounts') expect(body).toContain(me.account)
    }
  }
})
