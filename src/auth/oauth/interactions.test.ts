import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../store/connection-store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { createFlow } from './testing/flow.ts'
import { PUBLIC_URL, type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const [sqlite] = engines

describe('what pages do with an authorization', () => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica

  beforeEach(async () => {
    if (sqlite === undefined) throw new Error('no engine')
    opened = await sqlite.open()
    clock = stageClock()
    replica = await startReplica(opened.store, { clock })
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })
  const connections = () => createConnectionStore(opened.store, clock).list('owner')

  /** As far as the page that asks for consent. */
  async function reachConsent(flow: ReturnType<typeof createFlow>, changes = {}): Promise<string> {
    let at = flow.ask(changes)
    for (let pages = 0; pages < 2; ) {
      at = (await flow.visit(at)).next ?? ''
      if (at.includes('/oauth/interaction/')) pages++
    }
    return at
  }

  const thrown = async (response: Response) => (await response.json()).cause?.reason

  it('is told who asks, where the answer goes and what for', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    let asking: unknown
    replica.server.asking = wrap(replica.server.asking, (told) => (asking = told))
    await flow.browse(page)
    expect(asking).toEqual({
      uid: page.split('/').at(-1),
      prompt: 'consent',
      personId: 'owner',
      client: {
        id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
        name: 'Claude',
        vendor: 'claude',
        documentHost: 'claude.ai',
      },
      redirect: { origin: 'https://claude.ai', host: 'claude.ai', isLoopback: false },
      mount: '',
      scopes: ['amocrm:read', 'amocrm:write'],
    })
  })

  it('goes on in two tabs at once', async () => {
    const flow = createFlow(() => replica)
    const first = await reachConsent(flow, { state: 'first' })
    const second = await reachConsent(flow, { state: 'second', resource: `${PUBLIC_URL}/amocrm/mcp` })
    expect((await flow.browse(first)).params.get('state')).toBe('first')
    expect((await flow.browse(second)).params.get('state')).toBe('second')
    expect((await connections()).map(({ mount }) => mount).sort()).toEqual(['', '/amocrm'])
  })

  it('is not open in another browser, whoever knows the address', async () => {
    const victim = createFlow(() => replica)
    const page = await reachConsent(victim)
    const { response } = await createFlow(() => replica).visit(page)
    expect(await thrown(response)).toBe('interaction_over')
    const resume = await createFlow(() => replica).visit(page.replace('interaction', 'authorize'))
    expect(resume.response.status).toBe(400)
    expect(await resume.response.json()).toMatchObject({ reason: 'interaction_over' })
  })

  it('is not open at the address of another one', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    const cookie = [...flow.cookies].find(
      ([name]) => name.includes('-ask ') && name.includes(page.slice(-10)),
    )
    if (cookie === undefined) throw new Error('no cookie')
    const response = await fetch(`${replica.at}/oauth/interaction/another`, {
      headers: {
        cookie: [...flow.cookies].map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; '),
      },
    })
    expect(await thrown(response)).toBe('interaction_over')
  })

  it('is over once it is answered', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    await flow.browse(page)
    const { response } = await flow.visit(page)
    expect(await thrown(response)).toBe('interaction_over')
  })

  it('is one consent, although the form is sent twice', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    await flow.visit(page)
    await flow.browse(page)
    expect(await connections()).toHaveLength(1)
  })

  it('is not answered for somebody else', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    replica.personId = 'anna'
    const { response } = await flow.visit(page)
    expect(await thrown(response)).toBe('other_person')
    expect(await connections()).toEqual([])
  })

  it('goes on as somebody else who signs in before the answer, and asks them', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    const { server } = replica
    replica.personId = 'anna'
    const { asking } = server
    server.asking = async (...given) => {
      const told = await asking(...given)
      return told.personId === 'anna' ? told : { ...told, prompt: 'login' }
    }
    expect((await flow.browse(page)).params.get('code')).not.toBeNull()
    expect(await connections()).toEqual([])
    expect(await createConnectionStore(opened.store, clock).list('anna')).toHaveLength(1)
  })

  it('begins anew for somebody else who signs in, and the first one is out', async () => {
    const flow = createFlow(() => replica)
    const first = await reachConsent(flow, { state: 'first' })
    const second = await reachConsent(flow, { state: 'second' })
    replica.personId = 'anna'
    const third = flow.ask({ state: 'third' })
    expect((await flow.browse(third)).params.get('code')).not.toBeNull()
    for (const page of [first, second]) {
      const { response } = await flow.visit(page)
      expect(await thrown(response)).toBe('interaction_over')
    }
    expect(await connections()).toEqual([])
  })

  it('grants what was asked for at most', async () => {
    replica.decide = () => ({
      scopes: ['amocrm:read', 'amocrm:write', 'amocrm:destroy', 'telegram:read', 'openid'],
    })
    const flow = createFlow(() => replica)
    expect((await flow.authorize({ scope: 'amocrm:read' })).scope).toBe('amocrm:read')
    expect(await connections()).toMatchObject([{ scopes: ['amocrm:read'] }])
  })

  it('grants something or refuses', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    replica.decide = () => ({ scopes: ['amocrm:destroy'] })
    expect(await thrown((await flow.visit(page)).response)).toBe('nothing_chosen')
    replica.decide = (scopes) => ({ scopes, expiresAt: clock.now() - 1 })
    expect(await thrown((await flow.visit(page)).response)).toBe('bad_end')
    replica.decide = (scopes) => ({ scopes })
    expect((await flow.browse(page)).params.get('code')).not.toBeNull()
    expect(await connections()).toHaveLength(1)
  })

  it('is over after an hour', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    clock.ahead = 3_601_000
    expect(await thrown((await flow.visit(page)).response)).toBe('interaction_over')
  })

  it('is a page that says so while the store is away', async () => {
    const flow = createFlow(() => replica)
    const page = await reachConsent(flow)
    await opened.store.close()
    for (const address of [flow.ask(), page.replace('interaction', 'authorize')]) {
      const { response } = await flow.visit(address)
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ reason: 'unavailable' })
    }
  })

  it('is a page that says so when too many come from one address', async () => {
    const flow = createFlow(() => replica)
    const answers = await Promise.all(
      Array.from({ length: 130 }, () => flow.visit(flow.ask({ prompt: 'none' }))),
    )
    const refused = answers.filter(({ response }) => response.status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(await refused[0]?.response.json()).toMatchObject({ reason: 'too_many_requests' })
  })

  it('has cookies that scripts cannot read and other sites do not send', async () => {
    const flow = createFlow(() => replica)
    const { response } = await flow.visit(flow.ask())
    const cookies = response.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(2)
    for (const cookie of cookies) expect(cookie).toMatch(/; samesite=lax; httponly$/i)
  })
})

/** The same function, and somebody who hears what it returns. */
function wrap<Given extends unknown[], Told>(
  work: (...given: Given) => Promise<Told>,
  hear: (told: Told) => void,
) {
  return async (...given: Given) => {
    const told = await work(...given)
    hear(told)
    return told
  }
}
