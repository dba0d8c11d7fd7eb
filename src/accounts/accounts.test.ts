import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { AmocrmClient } from '../connectors/amocrm/client/client.ts'
import type { StoreOptions } from '../store/store.ts'
import { freshStore, openProcess, owner, startSandbox, variablesOf, whereTo } from './testing/stage.ts'

type Sandbox = Awaited<ReturnType<typeof startSandbox>>
type Opened = Awaited<ReturnType<typeof openProcess>>

let north: Sandbox
let south: Sandbox
beforeAll(async () => {
  north = await startSandbox()
  south = await startSandbox()
})
afterAll(() => Promise.all([north.close(), south.close()]))

/** A server and a command line on one store. */
async function stage(environment: Record<string, string> = {}, options?: StoreOptions) {
  const where = options ?? (await freshStore())
  const command = await open(where)
  const server = await open(where)
  const accounts = await server.serve(environment)
  onTestFinished(() => accounts.close())
  return { where, command, server, accounts }
}

async function open(...given: Parameters<typeof openProcess>): Promise<Opened> {
  const opened = await openProcess(...given)
  onTestFinished(() => opened.store.close())
  return opened
}

const off = { DEMO: 'off' }
const failureOf = async (work: () => unknown) => {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it went well')
}

describe('a call', () => {
  it('works in the only account there is, named or not', async () => {
    const { command, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    expect(await whereTo(accounts.resolve('amocrm', owner))).toBe(north.baseUrl)
    expect(await whereTo(accounts.resolve('amocrm', owner, 'СЕВЕР'))).toBe(north.baseUrl)
    expect(await whereTo(accounts.resolve('amocrm', owner, north.baseUrl))).toBe(north.baseUrl)
    expect(accounts.several(owner, 'amocrm')).toEqual([])
  })

  it("works in the environment's account unless it names another or another is the default", async () => {
    const { command, server, accounts } = await stage(variablesOf(north))
    await command.link(south, { name: 'Юг' })
    expect(await whereTo(accounts.resolve('amocrm', owner))).toBe(north.baseUrl)
    expect(await whereTo(accounts.resolve('amocrm', owner, 'юг'))).toBe(south.baseUrl)
    expect(accounts.several(owner, 'amocrm')).toEqual([new URL(north.baseUrl).host, 'Юг'])
    await command.link(south, { isDefault: true })
    server.later()
    expect(await whereTo(accounts.resolve('amocrm', owner))).toBe(south.baseUrl)
    expect(accounts.several(owner, 'amocrm')).toEqual(['Юг', new URL(north.baseUrl).host])
  })

  it("never works in another person's account", async () => {
    const { command, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    const error = await failureOf(() => accounts.resolve('amocrm', { userId: 'somebody else' }, 'Север'))
    expect(error).toMatchObject({ kind: 'not_linked', candidates: [] })
  })

  it('of an account that nobody linked is told the names that there are and the default', async () => {
    const { command, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    await command.link(south, { name: 'Юг' })
    expect(await failureOf(() => accounts.resolve('amocrm', owner, 'Запад'))).toMatchObject({
      kind: 'not_linked',
      candidates: ['Север', 'Юг'],
      hint: expect.stringContaining('"Север"'),
    })
  })

  it('is told how to link an account where none is', async () => {
    const { accounts } = await stage(off)
    expect(await failureOf(() => accounts.resolve('amocrm', owner))).toMatchObject({
      kind: 'not_linked',
      hint: expect.stringMatching(/mostik link amocrm .* AMOCRM_SUBDOMAIN and AMOCRM_ACCESS_TOKEN/),
    })
  })

  it('costs no promise while what is known is fresh', async () => {
    const { command, server, accounts } = await stage(off)
    await command.link(north)
    await accounts.resolve('amocrm', owner)
    expect(accounts.resolve('amocrm', owner)).not.toBeInstanceOf(Promise)
    server.later(999)
    expect(accounts.resolve('amocrm', owner)).not.toBeInstanceOf(Promise)
    server.later(2)
    expect(accounts.resolve('amocrm', owner)).toBeInstanceOf(Promise)
  })
})

describe('a running server', () => {
  it('sees within a second what another process links, and keeps the client of an account that stays', async () => {
    const { command, server, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    const before = await accounts.resolve('amocrm', owner)
    await command.link(south, { name: 'Юг' })
    server.later()
    expect(await whereTo(accounts.resolve('amocrm', owner, 'Юг'))).toBe(south.baseUrl)
    expect(await accounts.resolve('amocrm', owner)).toBe(before)
    expect(accounts.several(owner, 'amocrm')).toEqual(['Север', 'Юг'])
  })

  it('refuses an account within a second after another process has unlinked it, and finishes what runs in it', async () => {
    const { command, server, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    const running = await accounts.resolve('amocrm', owner)
    await command.unlink('Север')
    server.later()
    expect(await failureOf(() => accounts.resolve('amocrm', owner))).toMatchObject({ kind: 'not_linked' })
    const client = running.account.client as AmocrmClient
    expect(await client.request({ method: 'GET', path: '/account' as never })).toHaveProperty('id')
  })

  it('works with the new token after another process has linked the account again', async () => {
    const first = await startSandbox()
    const { command, server, accounts } = await stage(off)
    await command.link(first, { name: 'Запад' })
    const before = await accounts.resolve('amocrm', owner)
    await first.close()
    const second = await startSandbox(Number(new URL(first.baseUrl).port))
    onTestFinished(() => second.close())
    const { account, isRelinked } = await command.link(second)
    expect([account.name, isRelinked]).toEqual(['Запад', true])
    server.later()
    const after = await accounts.resolve('amocrm', owner)
    expect(after).not.toBe(before)
    const request = { method: 'GET', path: '/account' as never } as const
    await expect((before.account.client as AmocrmClient).request(request)).rejects.toThrow('access token')
    expect(await (after.account.client as AmocrmClient).request(request)).toHaveProperty('id')
  })

  it('finds the renewed secret of an account that was known and not yet opened', async () => {
    const { command, accounts } = await stage(off)
    await command.link(north, { name: 'Север' })
    await command.link(south, { name: 'Юг' })
    await accounts.resolve('amocrm', owner, 'Север')
    await command.link(south)
    expect(await whereTo(accounts.resolve('amocrm', owner, 'Юг'))).toBe(south.baseUrl)
  })

  it('gives up the demo when a real account is linked, and does not go back to it', async () => {
    const { command, server, accounts } = await stage()
    expect((await accounts.resolve('amocrm', owner)).account.demo).toBe(true)
    expect(accounts.overview('amocrm', owner)).toEqual({ state: 'demo', names: ['demo'] })
    await command.link(north, { name: 'Север' })
    server.later()
    expect((await accounts.resolve('amocrm', owner)).account.demo).toBe(false)
    expect(accounts.overview('amocrm', owner)).toEqual({ state: 'linked', names: ['Север'] })
    await command.unlink('Север')
    server.later()
    expect(await failureOf(() => accounts.resolve('amocrm', owner))).toMatchObject({ kind: 'not_linked' })
    expect(accounts.overview('amocrm', owner)).toEqual({ state: 'not_linked', names: [] })
  })

  it('starts no demo where an account is linked already, and knows its names when asked to look', async () => {
    const where = await freshStore()
    const command = await open(where)
    for (const [name, sandbox] of Object.entries({ Север: north, Юг: south })) {
      await command.link(sandbox, { name })
    }
    const accounts = await (await open(where)).serve()
    expect(accounts.overview('amocrm', owner)).toEqual({ state: 'linked', names: [] })
    await accounts.fresh(owner)
    expect(accounts.overview('amocrm', owner)).toEqual({ state: 'linked', names: ['Север', 'Юг'] })
    expect(accounts.several(owner, 'amocrm')).toEqual(['Север', 'Юг'])
    expect(accounts.fresh(owner)).toBeUndefined()
  })

  it("keeps the owner's demo where only somebody else has linked an account, and knows that one", async () => {
    const where = await freshStore()
    await (await open(where)).link(north, { owner: 'anna', name: 'Север' })
    const accounts = await (await open(where)).serve()
    onTestFinished(() => accounts.close())
    expect((await accounts.resolve('amocrm', owner)).account.demo).toBe(true)
    expect(await whereTo(accounts.resolve('amocrm', { userId: 'anna' }))).toBe(north.baseUrl)
    expect((await accounts.resolve('amocrm', owner)).account.demo).toBe(true)
  })
})
