import { describe, expect, it, vi } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import type { Challenge } from './challenge.ts'
import { createGate, isChallenge } from './gate.ts'
import { HOUR, openStage } from './testing/stage.ts'

const scopes = new Set(['amocrm:read'])
const API_TOKEN = 'correct-horse-battery'

/** A gate that must not ask the store. */
function closedGate(mode: 'none' | 'token') {
  const store = new Proxy({} as never, {
    get() {
      throw new Error('the store was asked')
    },
  })
  const gate = createGate({
    mode,
    ...(mode === 'token' && { apiToken: API_TOKEN }),
    store,
    ceiling: scopes,
    publicUrl: () => 'https://crm.example.com',
    clock: { now: () => 0 },
    log: { info() {}, warn() {}, error() {} },
  })
  return (authorization?: string) => gate({ authorization, mount: '', path: '/mcp' })
}

const at = (authorization: string | undefined, mount = '', path = `${mount}/mcp`) => ({
  authorization,
  mount,
  path,
})
const bearer = (token: string, mount?: string, path?: string) => at(`Bearer ${token}`, mount, path)
const refused = { status: 401, challenge: expect.stringContaining('error="invalid_token"') }

describe('the token of the server', () => {
  const gate = closedGate('token')

  it('names the owner', () => {
    expect(gate(`Bearer ${API_TOKEN}`)).toEqual({ userId: 'owner', clientId: 'api-token', scopes })
  })

  it('is read with the scheme in any case (RFC 9110 §11.1)', () => {
    expect(gate(`bearer ${API_TOKEN}`)).toMatchObject({ userId: 'owner' })
  })

  it.each([undefined, '', 'Bearer', 'Bearer ', `Basic ${API_TOKEN}`, API_TOKEN])(
    'is asked for when the header is %j',
    (header) => {
      expect(gate(header)).toMatchObject({ status: 401, challenge: 'Bearer realm="mostik"' })
    },
  )

  it.each([
    'Bearer x',
    'Bearer correct-horse-batter',
    'Bearer correct-horse-battery!',
    `Bearer ${'a'.repeat(100_000)}`,
    `Bearer mostik_${'a'.repeat(42)}!`,
  ])('is told from a wrong one, %.40s, without asking the store', (header) => {
    expect(gate(header)).toMatchObject(refused)
  })

  it('is never looked for in the address', () => {
    expect(gate()).toMatchObject({ challenge: 'Bearer realm="mostik"' })
  })
})

it('lets everybody in as the owner when it is open', () => {
  expect(closedGate('none')(undefined)).toMatchObject({ userId: 'owner', scopes })
  expect(closedGate('none')('Bearer x')).toMatchObject({ userId: 'owner', scopes })
})

describe('a caller', () => {
  it('is the person, through the program, with what was granted', async () => {
    const { gate, authorize, addPerson } = await openStage()
    await addPerson('member')
    const given = { owner: 'member', accounts: ['amocrm:https://a.amocrm.ru'], toolsets: ['amocrm'] }
    const token = await authorize('grant', { ...given, vendor: 'chatgpt', mount: '/amocrm' })
    expect(await gate()(bearer(token, '/amocrm', '/amocrm/mcp?read_only=1'))).toEqual({
      userId: 'member',
      clientId: 'chatgpt/grant',
      scopes: new Set(['amocrm:read', 'amocrm:write']),
      accounts: new Set(['amocrm:https://a.amocrm.ru']),
      toolsets: new Set(['amocrm']),
      resourceMetadata: 'https://crm.example.com/.well-known/oauth-protected-resource/amocrm/mcp?read_only=1',
    })
  })

  it.each([
    [{ host: 'App.Example.com:8443' }, 'app.example.com-8443/id'],
    [{ host: 'cursor:' }, 'cursor/id'],
    [{ kind: 'token', name: ' n8n — Север! ' }, 'n8n-север/id'],
    [{ kind: 'token', name: '///' }, 'token/id'],
    [{ kind: 'token', name: 'a/b/c\n' }, 'a-b-c/id'],
  ] as const)('is known in logs by the program: %j', async (changes, clientId) => {
    const { gate, authorize, personal } = await openStage()
    const token = 'kind' in changes ? await personal('id', changes) : await authorize('id', changes)
    expect(await gate()(bearer(token))).toMatchObject({ clientId })
  })

  it('has no scope that the token, the connection or the server lacks', async () => {
    const { gate, authorize } = await openStage()
    const stated = 'openid email offline_access amocrm:read amocrm:destroy lab:read'
    const token = await authorize('id', { scopes: ['amocrm:read', 'amocrm:write', 'amocrm:destroy'] }, stated)
    const caller = (await gate()(bearer(token))) as Caller
    expect([...caller.scopes].sort()).toEqual(['amocrm:read', 'email', 'openid'])
    const readOnly = gate({ ceiling: new Set(['lab:read']) })
    expect([...((await readOnly(bearer(token))) as Caller).scopes].sort()).toEqual(['email', 'openid'])
  })

  it('shares its sets with all who have the same, and stays the same object', async () => {
    const { gate, authorize, later } = await openStage()
    const door = gate()
    const given = { scopes: ['amocrm:write', 'amocrm:read'], toolsets: ['amocrm'] }
    const one = await authorize('one', given)
    const other = await authorize('other', { ...given, scopes: ['amocrm:read', 'amocrm:write'] })
    const callers = [(await door(bearer(one))) as Caller, (await door(bearer(other))) as Caller] as const
    expect(callers[0].scopes).toBe(callers[1].scopes)
    expect(callers[0].toolsets).toBe(callers[1].toolsets)
    expect(door(bearer(one))).toBe(callers[0])
    later(500)
    expect(door(bearer(one)), 'no promise while it is fresh').toBe(callers[0])
  })

  it('of a personal token is good at every mount and cannot ask for more', async () => {
    const { gate, personal } = await openStage()
    const door = gate()
    const token = await personal('id')
    for (const mount of ['', '/amocrm', '/lab']) {
      expect(await door(bearer(token, mount))).toMatchObject({ userId: 'owner' })
      expect(await door(bearer(token, mount))).not.toHaveProperty('resourceMetadata')
    }
  })
})

describe('a token is refused', () => {
  it('at a mount that it is not for', async () => {
    const { gate, authorize } = await openStage()
    const door = gate()
    const whole = await authorize('whole')
    const part = await authorize('part', { mount: '/amocrm' })
    expect(await door(bearer(part, '/amocrm'))).toMatchObject({ userId: 'owner' })
    for (const asked of [bearer(whole, '/amocrm'), bearer(part), bearer(part, '/lab')]) {
      expect(await door(asked)).toMatchObject(refused)
    }
  })

  it('from the instant its own time or that of its connection is over, also while it is known', async () => {
    const { gate, authorize, personal, later, clock } = await openStage()
    const door = gate()
    const short = await authorize('short', {}, undefined, 500)
    const ending = await personal('ending', { expiresAt: clock.now() + 700 })
    for (const token of [short, ending]) expect(await door(bearer(token))).toMatchObject({ userId: 'owner' })
    later(500)
    expect(door(bearer(short))).toMatchObject(refused)
    expect(door(bearer(ending))).toMatchObject({ userId: 'owner' })
    later(200)
    expect(door(bearer(ending))).toMatchObject(refused)
  })

  it('of an authorization where the server is told to know only its own token and personal ones', async () => {
    const { gate, authorize, personal } = await openStage()
    const door = gate({ mode: 'token', apiToken: API_TOKEN })
    expect(await door(bearer(await authorize('id')))).toMatchObject(refused)
    expect(await door(bearer(await personal('token')))).toMatchObject({ userId: 'owner' })
  })

  it('of a person who was removed, within a second', async () => {
    const { gate, personal, addPerson, removePerson, later } = await openStage()
    await addPerson('member')
    const token = await personal('id', { owner: 'member' })
    const door = gate()
    expect(await door(bearer(token))).toMatchObject({ userId: 'member' })
    await removePerson('member')
    later(1_000)
    expect(await door(bearer(token))).toMatchObject(refused)
  })
})

describe('a revocation', () => {
  it('is in force after a second at every gate over the store, whatever was known there', async () => {
    const { gate, authorize, personal, connections, later, clock } = await openStage()
    const [one, other] = [gate(), gate()]
    const tokens = [await authorize('a'), await personal('b')]
    for (const token of tokens) {
      for (const door of [one, other]) expect(await door(bearer(token))).toMatchObject({ userId: 'owner' })
    }
    for (const id of ['a', 'b']) await connections.end(id, 'owner', 'revoked', clock.now())
    later(999)
    for (const token of tokens) expect(one(bearer(token))).toMatchObject({ userId: 'owner' })
    later(1)
    for (const token of tokens) {
      for (const door of [one, other]) expect(await door(bearer(token))).toMatchObject(refused)
    }
  })

  it('counts from when the store was asked, not from when it answered', async () => {
    const question = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<void>()
    const stage = await openStage({
      through: (store) => ({
        ...store,
        async byToken(hash) {
          const known = await store.byToken(hash)
          answered.resolve()
          await question.promise
          return known
        },
      }),
    })
    const { gate, personal, connections, later, clock } = stage
    const token = await personal('a')
    const door = gate()
    const early = door(bearer(token))
    await answered.promise
    await connections.end('a', 'owner', 'revoked', clock.now())
    later(1_000)
    const late = door(bearer(token))
    question.resolve()
    expect(await early).toMatchObject({ userId: 'owner' })
    expect(await late, 'is not answered by the earlier question').toMatchObject(refused)
    expect(await door(bearer(token)), 'and the later answer stands').toMatchObject(refused)
  })
})

describe('the store', () => {
  async function counted() {
    const asked = { byToken: 0, used: [] as number[] }
    const stage = await openStage({
      through: (store) => ({
        ...store,
        byToken(hash) {
          asked.byToken += 1
          return store.byToken(hash)
        },
        used(id, now) {
          asked.used.push(now)
          return store.used(id, now)
        },
      }),
    })
    return { ...stage, asked }
  }

  it('is asked once for callers who come together, and once a second for each token, known or not', async () => {
    const { gate, personal, later, asked } = await counted()
    const door = gate()
    for (const token of [await personal('a'), `mostik_${'x'.repeat(43)}`]) {
      asked.byToken = 0
      await Promise.all(Array.from({ length: 20 }, () => door(bearer(token))))
      await door(bearer(token))
      expect(asked.byToken).toBe(1)
      later(1_000)
      await door(bearer(token))
      expect(asked.byToken).toBe(2)
    }
  })

  it('hears of the use once a minute', async () => {
    const { gate, personal, later, asked, connections } = await counted()
    const door = gate()
    const token = await personal('a')
    for (let second = 0; second < 130; second += 10) {
      await door(bearer(token))
      later(10_000)
    }
    expect(asked.used).toHaveLength(3)
    await expect.poll(async () => (await connections.find('a'))?.usedAt).toBe(asked.used[2])
  })

  it('that is away makes a token neither good nor bad', async () => {
    const away = new Error('away')
    const { gate, personal } = await openStage({
      through: (store) => ({ ...store, byToken: () => Promise.reject(away) }),
    })
    const token = await personal('a')
    const door = gate({ apiToken: API_TOKEN })
    await expect(door(bearer(token))).rejects.toBe(away)
    await expect(door(bearer(token))).rejects.toBe(away)
    expect(door(bearer(API_TOKEN))).toMatchObject({ userId: 'owner' })
  })

  it('that cannot note a use stops nobody', async () => {
    const warn = vi.fn()
    const { gate, personal } = await openStage({
      log: { info() {}, warn, error() {} },
      through: (store) => ({ ...store, used: () => Promise.reject(new Error('away')) }),
    })
    expect(await gate()(bearer(await personal('a')))).toMatchObject({ userId: 'owner' })
    await expect.poll(() => warn.mock.calls.length).toBe(1)
  })

  it('is not emptied of what is known by a flood of invented tokens', async () => {
    const { gate, personal, asked } = await counted()
    const door = gate()
    const token = await personal('a')
    await door(bearer(token))
    asked.byToken = 0
    for (let i = 0; i < 6_000; i++) await door(bearer(`mostik_${String(i).padStart(43, '0')}`))
    expect(asked.byToken).toBe(6_000)
    expect(door(bearer(token)), 'known without asking').toMatchObject({ userId: 'owner' })
  })
})

describe('the challenge of an authorization server', () => {
  async function ask(authorization: string | undefined, mount = '', path = `${mount}/mcp`) {
    const { gate } = await openStage()
    return (await gate()({ authorization, mount, path })) as Challenge
  }

  it('says where its metadata is and all that can be asked for at the mount (RFC 9728 §5.1)', async () => {
    const at = 'https://crm.example.com/.well-known/oauth-protected-resource'
    expect(await ask(undefined)).toMatchObject({
      challenge: `Bearer realm="mostik", resource_metadata="${at}/mcp", scope="amocrm:read amocrm:write lab:read"`,
    })
    expect((await ask(undefined, '/amocrm', '/amocrm/sse?toolsets=a,b')).challenge).toBe(
      `Bearer realm="mostik", resource_metadata="${at}/amocrm/sse?toolsets=a,b", scope="amocrm:read amocrm:write"`,
    )
  })

  it('calls a token that came invalid, a wrong, an old and a foreign one alike', async () => {
    const answers = await Promise.all([ask('Bearer x'), ask(`Bearer ${'x'.repeat(43)}`)])
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]).toMatchObject(refused)
    expect(isChallenge(answers[0] ?? ({} as never))).toBe(true)
  })

  it('cannot be broken out of by an address', async () => {
    const { challenge } = await ask(undefined, '', '/mcp?a="\\, scope="x"\u00e9<>')
    expect(challenge).toMatch(
      /resource_metadata="[^"\\ ]*\/mcp\?a=%22%5C,%20scope=%22x%22%C3%A9%3C%3E", scope="/,
    )
    const long = await ask(undefined, '', `/mcp?${'a'.repeat(20_000)}`)
    expect(long.challenge).toContain('/oauth-protected-resource/mcp"')
  })
})

describe('a watch', () => {
  it('tells of the end of a connection, in every process, once', async () => {
    vi.useFakeTimers()
    const { gate, authorize, personal, connections, clock, addPerson, removePerson } = await openStage()
    await addPerson('member')
    const doors = [gate(), gate()]
    const tokens = {
      a: await authorize('a'),
      b: await personal('b', { owner: 'member' }),
      c: await personal('c'),
    }
    const ended: string[] = []
    for (const door of doors) {
      for (const [name, token] of Object.entries(tokens)) {
        const caller = (await door(bearer(token))) as Caller
        for (const copy of ['1', '2']) door.watch(caller, () => void ended.push(`${name}${copy}`))
      }
    }
    await vi.advanceTimersByTimeAsync(3_000)
    expect(ended).toEqual([])
    await connections.end('a', 'owner', 'revoked', clock.now())
    await removePerson('member')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(ended.sort()).toEqual(['a1', 'a1', 'a2', 'a2', 'b1', 'b1', 'b2', 'b2'])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(ended).toHaveLength(8)
    vi.useRealTimers()
  })

  it('tells when the connection runs out, and keeps no timer when nothing is watched', async () => {
    vi.useFakeTimers()
    const { gate, personal, later, clock } = await openStage()
    const door = gate()
    const caller = (await door(bearer(await personal('a', { expiresAt: clock.now() + HOUR })))) as Caller
    const timers = vi.getTimerCount()
    const onEnd = vi.fn()
    const stop = door.watch(caller, () => void expect.unreachable('it was stopped'))
    door.watch(caller, onEnd)
    stop()
    stop()
    later(HOUR)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(onEnd).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(timers)
    vi.useRealTimers()
  })

  it('leaves everything open while the store cannot say, says so once, and goes on', async () => {
    vi.useFakeTimers()
    const warn = vi.fn()
    let isAway = true
    const { gate, personal, connections, clock } = await openStage({
      log: { info() {}, warn, error() {} },
      through: (store) => ({
        ...store,
        ended: (ids, now) => (isAway ? Promise.reject(new Error('away')) : store.ended(ids, now)),
      }),
    })
    const door = gate()
    const onEnd = vi.fn()
    door.watch((await door(bearer(await personal('a')))) as Caller, onEnd)
    await connections.end('a', 'owner', 'revoked', clock.now())
    await vi.advanceTimersByTimeAsync(5_000)
    expect([onEnd.mock.calls.length, warn.mock.calls.length]).toEqual([0, 1])
    isAway = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(onEnd).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })

  it('is nothing for a caller without a connection', async () => {
    const { gate } = await openStage()
    const door = gate({ apiToken: API_TOKEN })
    expect(() => door.watch(door(bearer(API_TOKEN)) as Caller, () => undefined)()).not.toThrow()
  })
})
