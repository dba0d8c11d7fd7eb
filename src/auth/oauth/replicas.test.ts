import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../store/connection-store.ts'
import type { Store } from '../../store/store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { digest } from './adapter.ts'
import { createFlow } from './testing/flow.ts'
import { PUBLIC_URL, type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

describe.each(engines)('two replicas over one $name', (engine) => {
  let opened: Opened
  let other: Store
  let clock: StageClock
  let replicas: [Replica, Replica]

  beforeEach(async () => {
    opened = await engine.open()
    other = await opened.again()
    clock = stageClock()
    replicas = [await startReplica(opened.store, { clock }), await startReplica(other, { clock })]
  })
  afterEach(async () => {
    for (const replica of replicas) await replica.close()
    await other.close()
    await opened.store.close()
  })

  /** The next request goes to the other one. */
  function hopping(first: 0 | 1) {
    let turn = first
    return () => {
      const replica = replicas[turn]
      turn = turn === 0 ? 1 : 0
      return replica
    }
  }

  it.each([0, 1] as const)(
    'serve one flow together, each step on another one, from the %i-th',
    async (first) => {
      const flow = createFlow(hopping(first))
      const tokens = await flow.authorize()
      const second = await flow.refresh(tokens.refresh_token)
      const third = await flow.refresh(second.body.refresh_token)
      expect([second.status, third.status]).toEqual([200, 200])
      await flow.revoke(third.body.access_token)
      expect((await flow.refresh(third.body.refresh_token)).body.error).toBe('invalid_grant')
      expect((await flow.refresh(third.body.refresh_token)).body.error).toBe('invalid_grant')
    },
  )

  it('make their keys once, whoever is first', async () => {
    const keys = await Promise.all(replicas.map(async ({ at }) => (await fetch(`${at}/oauth/jwks`)).text()))
    expect(keys[0]).toContain('"kid"')
    expect(keys[0]).toBe(keys[1])
  })

  it('keep one session alive through fifty refreshes over both', async () => {
    const flow = createFlow(hopping(0))
    const first = await flow.authorize()
    const answers = await Promise.all(Array.from({ length: 50 }, () => flow.refresh(first.refresh_token)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await flow.refresh(answers[17]?.body.refresh_token ?? '')).status).toBe(200)
  })

  it('give tokens for a code once, although both are asked at the same instant', async () => {
    const flow = createFlow(hopping(0))
    const { params } = await flow.browse(flow.ask())
    const code = params.get('code') ?? ''
    const answers = await Promise.all([1, 2, 3, 4].map(() => flow.exchange(code)))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    const connections = createConnectionStore(opened.store, clock)
    expect(await connections.list('owner')).toMatchObject([{ endReason: 'replayed' }])
  })

  it('know a client that registered at the other one', async () => {
    const registered = await fetch(`${replicas[0].at}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/done'], token_endpoint_auth_method: 'none' }),
    })
    const { client_id: id } = await registered.json()
    const flow = createFlow(hopping(1), { id, redirect: 'http://127.0.0.1:54321/done' })
    expect((await flow.authorize()).scope).toBe('amocrm:read amocrm:write')
  })
})

describe.each(engines)('a server on $name that starts again', (engine) => {
  it.each([0, 1, 2, 3, 4, 5])('goes on with a flow after step %i', async (step) => {
    const opened = await engine.open()
    let { store } = opened
    let replica = await startReplica(store)
    let steps = 0
    async function mayRestart() {
      if (steps++ !== step) return
      await replica.close()
      await store.close()
      store = await opened.again()
      replica = await startReplica(store)
    }
    const flow = createFlow(() => replica)
    let at = flow.ask()
    while (at.startsWith(PUBLIC_URL)) {
      const { next = '' } = await flow.visit(at)
      at = next
      await mayRestart()
    }
    const { body } = await flow.exchange(new URL(at).searchParams.get('code') ?? '')
    await mayRestart()
    const { status, body: fresh } = await flow.refresh(body.refresh_token)
    expect(status).toBe(200)
    const connections = createConnectionStore(store, stageClock())
    expect(await connections.byToken(digest(fresh.access_token))).toBeDefined()
    expect(steps).toBeGreaterThan(step)
    await replica.close()
    await store.close()
  })
})
