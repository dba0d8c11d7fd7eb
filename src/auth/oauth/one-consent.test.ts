import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../store/connection-store.ts'
import type { Store } from '../../store/store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { createFlow } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

describe.each(engines)('a consent that is sent several times at once on $name', (engine) => {
  let opened: Opened
  let other: Store
  let clock: StageClock
  let replicas: readonly [Replica, Replica]
  let flow: ReturnType<typeof createFlow>

  beforeEach(async () => {
    opened = await engine.open()
    other = await opened.again()
    clock = stageClock()
    replicas = [await startReplica(opened.store, { clock }), await startReplica(other, { clock })]
    let turn = 0
    flow = createFlow(() => replicas[turn++ % 2 === 0 ? 0 : 1])
  })
  afterEach(async () => {
    for (const replica of replicas) await replica.close()
    await other.close()
    await opened.store.close()
  })

  const connections = () => createConnectionStore(opened.store, clock).list('owner')
  const grants = async () =>
    (await opened.store.db())
      .selectFrom('oauth_record')
      .select('grant_id')
      .where('model', '=', 'Grant')
      .execute()

  async function reachConsent(): Promise<string> {
    let at = flow.ask()
    for (let pages = 0; pages < 2; ) {
      at = (await flow.visit(at)).next ?? ''
      if (at.includes('/oauth/interaction/')) pages++
    }
    return at
  }

  it('makes one connection, and each answer leads to the program', async () => {
    const page = await reachConsent()
    const answers = await Promise.all(Array.from({ length: 5 }, () => flow.visit(page)))
    const told = await Promise.all(
      answers.map(async ({ response }) => `${response.status} ${await response.text()}`),
    )
    expect(told).toEqual(Array.from({ length: 5 }, () => '303 '))
    expect(await connections()).toHaveLength(1)
    expect(await grants()).toHaveLength(1)
    const { params } = await flow.browse(answers[3]?.next ?? '')
    const { status, body } = await flow.exchange(params.get('code') ?? '')
    expect(status).toBe(200)
    expect((await flow.refresh(body.refresh_token)).status).toBe(200)
    expect(await connections()).toMatchObject([{ endedAt: undefined }])
  })

  it('does not bring back a connection that its person has ended meanwhile', async () => {
    const page = await reachConsent()
    const db = await opened.store.db()
    const asked = await db.selectFrom('oauth_record').selectAll().where('model', '=', 'Interaction').execute()
    await flow.visit(page)
    const [one] = await connections()
    await createConnectionStore(opened.store, clock).end(one?.id ?? '', 'owner', 'revoked', clock.now())
    // A copy that read the question before it was answered.
    for (const { id, payload } of asked) {
      await db.updateTable('oauth_record').set({ payload }).where('id', '=', id).execute()
    }
    const { response } = await flow.visit(page)
    expect((await response.json()).cause?.reason).toBe('interaction_over')
    expect(await connections()).toMatchObject([{ endReason: 'revoked' }])
    expect(await grants()).toEqual([])
  })

  it('has a connection whose name nobody reads from an address', async () => {
    const page = await reachConsent()
    await flow.visit(page)
    const [one] = await connections()
    expect(page).not.toContain(one?.id)
    expect(one?.id).toMatch(/^[\w-]{43}$/)
  })
})
