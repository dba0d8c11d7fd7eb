import { describe, expect, it } from 'vitest'
import { HOUR, NOW, openStage } from './testing/stage.ts'
import { createTokens, type TokenWish } from './tokens.ts'

const DAY = 24 * HOUR
const ceiling = new Set(['amocrm:read', 'amocrm:write'])
const bearer = (token: string) => ({ authorization: `Bearer ${token}`, mount: '', path: '/mcp' })
const refused = { challenge: expect.stringContaining('invalid_token') }

async function open() {
  const stage = await openStage()
  const { connections: store, clock } = stage
  const tokens = createTokens({ store, ceiling, toolsets: new Set(['amocrm', 'companies']), clock })
  const create = (wish: Partial<TokenWish> = {}) =>
    tokens.create({ owner: 'owner', name: 'n8n', scopes: ['amocrm:read'], ...wish })
  return { ...stage, tokens, create }
}

describe('a personal token', () => {
  it('is shown once, is long, and lets its person in with what was chosen for 90 days', async () => {
    const { create, gate, later, tokens } = await open()
    const { token, connection } = await create({
      name: '  n8n   в офисе ',
      toolsets: ['companies'],
      accounts: ['amocrm:x'],
    })
    expect(token).toMatch(/^mostik_[\w-]{43}$/)
    expect(connection).toMatchObject({ name: 'n8n в офисе', kind: 'token', expiresAt: NOW + 90 * DAY })
    expect(JSON.stringify(await tokens.list('owner'))).not.toContain(token)
    const door = gate()
    expect(await door(bearer(token))).toEqual({
      userId: 'owner',
      clientId: `n8n-в-офисе/${connection.id}`,
      scopes: new Set(['amocrm:read']),
      toolsets: new Set(['companies']),
      accounts: new Set(['amocrm:x']),
    })
    later(90 * DAY)
    expect(await door(bearer(token))).toMatchObject(refused)
  })

  it('is good for as long as was chosen, or until it is revoked', async () => {
    const { create } = await open()
    expect((await create({ days: 366 })).connection.expiresAt).toBe(NOW + 366 * DAY)
    expect((await create({ days: 'never' })).connection.expiresAt).toBeUndefined()
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(61) }, 'name'],
    [{ name: 'a\u202eb' }, 'name'],
    [{ name: '***' }, 'name'],
    [{ scopes: [] }, 'amocrm:read, amocrm:write'],
    [{ scopes: ['amocrm:read', 'amocrm:destroy'] }, 'amocrm:read, amocrm:write'],
    [{ scopes: ['openid'] }, 'amocrm:read'],
    [{ toolsets: [] }, 'amocrm, companies'],
    [{ toolsets: ['raw'] }, 'amocrm, companies'],
    [{ accounts: [] }, 'at least one'],
    [{ days: 0 }, '1 to 366'],
    [{ days: 367 }, '1 to 366'],
    [{ days: 1.5 }, '1 to 366'],
    [{ days: Number.NaN }, '1 to 366'],
  ] as const)('cannot be made with %j', async (wish, word) => {
    const { create, tokens } = await open()
    const error: unknown = await create(wish).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: 'invalid_input' })
    const { message, hint } = error as { message: string; hint: string }
    expect(`${message} ${hint}`).toContain(word)
    expect(await tokens.list('owner')).toEqual([])
  })

  it('is one of a hundred of a person at most', async () => {
    const { create, tokens } = await open()
    for (let i = 0; i < 100; i++) await create()
    await expect(create()).rejects.toMatchObject({ kind: 'invalid_input' })
    await tokens.revoke('owner', (await tokens.list('owner'))[0]?.id ?? '')
    await create()
  })

  it('is listed for its person without what authorizations made, and revoked by its person alone', async () => {
    const { create, tokens, authorize, gate, later } = await open()
    await authorize('grant')
    const { token, connection } = await create()
    const { id } = connection
    expect((await tokens.list('owner')).map((one) => one.id)).toEqual([id])
    expect(await tokens.list('member')).toEqual([])
    expect(await tokens.revoke('member', id)).toBe(false)
    expect(await tokens.revoke('owner', 'grant'), 'not a token').toBe(false)
    const door = gate()
    expect(await door(bearer(token))).toMatchObject({ userId: 'owner' })
    expect(await tokens.revoke('owner', id)).toBe(true)
    expect(await tokens.revoke('owner', id)).toBe(false)
    later(1_000)
    expect(await door(bearer(token))).toMatchObject(refused)
  })
})
