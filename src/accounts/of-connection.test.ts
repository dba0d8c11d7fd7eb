import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accountRef } from '../kernel/caller.ts'
import type { AppError } from '../kernel/errors.ts'
import { secretOf } from './account-store.ts'
import { nameKeyOf } from './names.ts'
import { addPerson, freshStore, openProcess, startSandbox, variablesOf, whereTo } from './testing/stage.ts'

const CONSOLE = 'https://crm.example.com'
const ENVIRONMENT = 'https://environment.amocrm.ru'
const variablesAt = (baseUrl: string) => variablesOf({ baseUrl, accessToken: 'x' })
const refOf = (address: string) => accountRef('amocrm', { address })

/** Linked accounts of these people, `<name>.amocrm.ru` each. */
async function stage(linked: Record<string, readonly string[]>, environment = {}, consoleUrl?: string) {
  const { store, accountStore, vault, serve, later } = await openProcess(await freshStore())
  onTestFinished(() => store.close())
  for (const [owner, names] of Object.entries(linked)) {
    await addPerson(store, owner)
    for (const [index, name] of names.entries()) {
      const address = `https://${name}.amocrm.ru`
      const row = { id: `${owner} ${name}`, owner, connector: 'amocrm', name, address }
      const account = { ...row, defaultAt: undefined, linkedAt: index, refusedAt: undefined }
      const secret = secretOf(account)
      await vault.put(secret, JSON.stringify(variablesAt(address)))
      const adding = { nameKey: nameKeyOf(name), secret, replaced: undefined, abandonedBefore: 0 }
      await accountStore.add(account, adding)
    }
  }
  const accounts = await serve(environment, consoleUrl)
  onTestFinished(() => accounts.close())
  const failureOf = async (...asked: Parameters<typeof accounts.resolve>) => {
    try {
      await accounts.resolve(...asked)
    } catch (error) {
      return error as AppError
    }
    throw new Error('it went well')
  }
  return { accounts, failureOf, later }
}

describe('the accounts of the environment and the demo', () => {
  it("are the owner's alone", async () => {
    const { accounts, failureOf } = await stage({}, variablesAt(ENVIRONMENT))
    expect(await whereTo(accounts.resolve('amocrm', { userId: 'owner' }))).toBe(ENVIRONMENT)
    const member = { userId: 'member' }
    for (const asked of [undefined, ENVIRONMENT, 'environment']) {
      expect(await failureOf('amocrm', member, asked)).toMatchObject({ kind: 'not_linked', candidates: [] })
    }
    expect(accounts.several(member, 'amocrm')).toEqual([])
    expect(accounts.overview('amocrm', member)).toEqual({ state: 'not_linked', names: [] })
  })

  it("are the owner's alone, the demo too", async () => {
    const { accounts, failureOf } = await stage({})
    expect(accounts.overview('amocrm', { userId: 'owner' })).toEqual({ state: 'demo', names: ['demo'] })
    expect(await failureOf('amocrm', { userId: 'member' })).toMatchObject({ kind: 'not_linked' })
    expect(accounts.overview('amocrm', { userId: 'member' })).toEqual({ state: 'not_linked', names: [] })
  })

  it('do not show a person that somebody else had linked one before the start', async () => {
    const where = await freshStore()
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    const first = await openProcess(where)
    await first.link(sandbox, { name: 'Север' })
    await first.store.close()
    const second = await openProcess(where)
    onTestFinished(() => second.store.close())
    const accounts = await second.serve()
    expect(accounts.overview('amocrm', { userId: 'owner' })).toMatchObject({ state: 'linked' })
    expect(accounts.overview('amocrm', { userId: 'member' })).toEqual({ state: 'not_linked', names: [] })
  })

  it('can be all that a connection has, the demo by a name that outlives its port', async () => {
    const demo = accountRef('amocrm', { address: 'http://127.0.0.1:1', demo: true })
    const { accounts, failureOf } = await stage({})
    const caller = { userId: 'owner', accounts: new Set([demo]) }
    expect((await accounts.resolve('amocrm', caller)).account.demo).toBe(true)
    const other = { userId: 'owner', accounts: new Set([refOf(ENVIRONMENT)]) }
    expect(await failureOf('amocrm', other)).toMatchObject({ kind: 'not_linked' })
    expect(accounts.overview('amocrm', other)).toEqual({ state: 'not_linked', names: [] })
  })
})

describe('where people sign in', () => {
  it('somebody without an account is sent to the page that links one', async () => {
    const { failureOf } = await stage({}, { DEMO: 'off' }, CONSOLE)
    const hint = 'Open https://crm.example.com/console/accounts and link the account there.'
    for (const userId of ['owner', 'member']) {
      expect(await failureOf('amocrm', { userId })).toMatchObject({ kind: 'not_linked', hint })
    }
  })

  it('somebody whose token is not accepted is sent there too', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    const process = await openProcess(await freshStore())
    onTestFinished(() => process.store.close())
    await process.link(sandbox, { name: 'Север', owner: 'member' })
    const accounts = await process.serve({ DEMO: 'off' }, CONSOLE)
    const working = await accounts.resolve('amocrm', { userId: 'member' })
    const { AppError } = await import('../kernel/errors.ts')
    expect(working.failed(new AppError('not_linked', 'The token is not accepted.'))).toMatchObject({
      hint: 'Make a new token there, open https://crm.example.com/console/accounts and link the account "Север" again.',
    })
  })
})

describe('a connection to some of the accounts', () => {
  const linked = { owner: ['north', 'south', 'west'], member: ['east'] }
  const caller = (...names: string[]) => ({
    userId: 'owner',
    accounts: new Set(names.map((name) => refOf(`https://${name}.amocrm.ru`))),
  })

  it('has the first of them as its default, and no choice where it has one', async () => {
    const { accounts } = await stage(linked, variablesAt(ENVIRONMENT))
    await accounts.fresh({ userId: 'owner' })
    expect(await whereTo(accounts.resolve('amocrm', caller('west')))).toBe('https://west.amocrm.ru')
    expect(accounts.several(caller('west'), 'amocrm')).toEqual([])
    expect(await whereTo(accounts.resolve('amocrm', caller('west', 'south')))).toBe('https://south.amocrm.ru')
    expect(accounts.several(caller('west', 'south'), 'amocrm')).toEqual(['south', 'west'])
    expect(accounts.several({ userId: 'owner' }, 'amocrm')).toHaveLength(4)
  })

  it('is answered of the others as if they were not there', async () => {
    const { accounts, failureOf } = await stage(linked, variablesAt(ENVIRONMENT))
    await accounts.fresh({ userId: 'owner' })
    const limited = caller('south', 'west')
    const unknown = await failureOf('amocrm', limited, 'nothing of this name')
    for (const asked of [
      'north',
      'north.amocrm.ru',
      'https://north.amocrm.ru/leads/1',
      ENVIRONMENT,
      'east',
    ]) {
      const { kind, message, hint, candidates } = await failureOf('amocrm', limited, asked)
      expect([kind, message, hint]).toEqual([unknown.kind, unknown.message, unknown.hint])
      expect([...candidates].sort()).toEqual([...unknown.candidates].sort())
    }
  })

  it('costs no promise, and no new list, while what is known is fresh', async () => {
    const { accounts } = await stage(linked)
    const limited = caller('south', 'west')
    await accounts.resolve('amocrm', limited)
    expect(accounts.resolve('amocrm', limited)).not.toBeInstanceOf(Promise)
    expect(accounts.several(limited, 'amocrm')).toBe(accounts.several(limited, 'amocrm'))
  })
})

describe('whatever is asked', () => {
  it('nobody sees or reaches an account outside the person and the connection', async () => {
    const people = {
      owner: ['oa1', 'ob2', 'oc3'],
      member: ['ma4', 'mb5'],
      client: ['ca6'],
      nobody: [] as string[],
    }
    const { accounts } = await stage(people, variablesAt(ENVIRONMENT), CONSOLE)
    const addressOf = (name: string) => `https://${name}.amocrm.ru`
    const everything = ['environment', ...Object.values(people).flat()]
    const person = fc.constantFrom(...(Object.keys(people) as (keyof typeof people)[]))
    const some = fc.option(fc.subarray(everything), { nil: undefined })
    const asked = fc.oneof(
      fc.constant(undefined),
      fc
        .constantFrom(...everything, 'demo', 'o', 'a', '4')
        .chain((name) =>
          fc.constantFrom(name, addressOf(name), `${name}.amocrm.ru`, ` ${name.toUpperCase()} `),
        ),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(person, some, asked, async (userId, chosen, name) => {
        const limit = chosen && { accounts: new Set(chosen.map((one) => refOf(addressOf(one)))) }
        const caller = { userId, ...limit }
        await accounts.fresh(caller)
        const own = userId === 'owner' ? ['environment', ...people.owner] : people[userId]
        const visible = own.filter((one) => chosen?.includes(one) ?? true)
        const hidden = everything.filter((one) => !visible.includes(one))

        const { names } = accounts.overview('amocrm', caller)
        expect(names).toEqual(visible)
        expect(accounts.several(caller, 'amocrm')).toEqual(visible.length > 1 ? visible : [])
        let told = ''
        try {
          const where = await whereTo(accounts.resolve('amocrm', caller, name))
          expect(visible.map(addressOf)).toContain(where)
          if (name === undefined) expect(where).toBe(addressOf(visible[0] ?? ''))
        } catch (error) {
          const { kind, message, hint, candidates } = error as AppError
          expect(kind).toBe('not_linked')
          expect(visible.length === 0 || name !== undefined).toBe(true)
          told = JSON.stringify({ message, hint, candidates })
        }
        for (const one of hidden) expect(told).not.toContain(one)
      }),
      { numRuns: 500 },
    )
  })
})
