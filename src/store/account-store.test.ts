import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AccountStore, type LinkedAccount, secretOf } from '../accounts/account-store.ts'
import { nameKeyOf } from '../accounts/names.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { givenMasterKeys, masterKeyOf } from '../vault/master-key.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import { createAccountStore } from './account-store.ts'
import { createPeopleStore } from './person-store.ts'
import { createSecretStore } from './secret-store.ts'
import { openStore, type Store } from './store.ts'
import { engines } from './testing/engines.ts'

const HOUR = 60 * 60_000
const NOW = Date.UTC(2026, 10, 20)

function account(id: string, changes: Partial<LinkedAccount> = {}): LinkedAccount {
  const address = `https://${id}.amocrm.ru`
  const marks = { defaultAt: undefined, linkedAt: NOW, refusedAt: undefined }
  return { id, owner: 'owner', connector: 'amocrm', name: id, address, ...marks, ...changes }
}

it('reads back in memory what was added there', async () => {
  const store = await openStore({ log: silentLog })
  const accounts = createAccountStore(store)
  expect(await accounts.list('owner')).toEqual([])
  const adding = { nameKey: 'a', secret: secretOf(account('a')), replaced: undefined, abandonedBefore: 0 }
  await accounts.add(account('a'), adding)
  expect(await accounts.list('owner')).toEqual([account('a')])
  await store.close()
})

describe.each(engines)('linked accounts in $name', ({ open }) => {
  let store: Store
  let again: () => Promise<Store>
  let accounts: AccountStore
  let vault: Vault

  beforeEach(async () => {
    const opened = await open()
    store = opened.store
    again = opened.again
    accounts = createAccountStore(store)
    vault = vaultOn(store)
    await addPerson('somebody else')
  })
  afterEach(() => store.close())

  async function addPerson(id: string): Promise<void> {
    const names = { id, login: id, login_key: id, name: id, role: 'member' }
    const row = { ...names, invited_by: 'owner', password: null, created_at: NOW }
    await (await store.db()).insertInto('person').values(row).execute()
  }

  function vaultOn(opened: Store): Vault {
    const masterKeys = givenMasterKeys(masterKeyOf('a master key of the tests, long enough'))
    return createVault({ masterKeys, secrets: createSecretStore(opened, systemClock) })
  }

  function add(added: LinkedAccount, replaced?: LinkedAccount, into = accounts): Promise<boolean> {
    return into.add(added, {
      nameKey: nameKeyOf(added.name),
      secret: secretOf(added),
      replaced: replaced && { id: replaced.id, secret: secretOf(replaced) },
      abandonedBefore: NOW - HOUR,
    })
  }

  it('gives back what was added, oldest first, each to its owner alone', async () => {
    const later = account('later', { linkedAt: NOW + 5, defaultAt: NOW + 7, name: 'Север' })
    const first = account('first', { refusedAt: NOW + 1 })
    const foreign = account('foreign', { owner: 'somebody else' })
    for (const each of [later, first, foreign]) expect(await add(each)).toBe(true)
    expect(await accounts.list('owner')).toEqual([first, later])
    expect(await accounts.list('somebody else')).toEqual([foreign])
    expect(await accounts.list('nobody')).toEqual([])
  })

  it('is seen by another process and after a restart', async () => {
    await add(account('a'))
    const other = await again()
    expect(await createAccountStore(other).list('owner')).toEqual([account('a')])
    expect(other.atStart).toMatchObject({ ownersConnectors: ['amocrm'], holdsAccounts: true })
    await other.close()
  })

  it('of somebody else is known at a start, and is not the owner’s', async () => {
    await add(account('a', { owner: 'somebody else' }))
    const other = await again()
    expect(other.atStart).toMatchObject({ ownersConnectors: [], holdsAccounts: true })
    await other.close()
  })

  it.each([
    ['the same name', { name: 'A', id: 'b', address: 'https://b.amocrm.ru' }],
    ['the same address', { name: 'b', id: 'b', address: 'https://a.amocrm.ru' }],
  ])('refuses a second account of %s and leaves everything as it was', async (_, second) => {
    await add(account('a'))
    expect(await add(account('b', second))).toBe(false)
    expect(await accounts.list('owner')).toEqual([account('a')])
  })

  it('lets two people have accounts of the same name and address', async () => {
    await add(account('a'))
    expect(await add(account('b', { ...account('a'), id: 'b', owner: 'somebody else' }))).toBe(true)
  })

  it('adds none for a person who is gone, and replaces none', async () => {
    const old = account('old', { owner: 'somebody else' })
    expect(await add(account('a', { owner: 'nobody' }))).toBe(false)
    await add(old)
    await (await store.db()).deleteFrom('person').where('id', '=', 'somebody else').execute()
    expect(await add({ ...old, id: 'new' }, old)).toBe(false)
    expect(await accounts.list('nobody')).toEqual([])
    expect(await accounts.list('somebody else')).toEqual([old])
  })

  it.each([1, 2, 3])('leaves none of a person who is removed while accounts are added (%i)', async () => {
    const other = await again()
    const adding = Array.from({ length: 6 }, (_, index) =>
      add(account(`a${index}`, { owner: 'somebody else' }), undefined, createAccountStore(other)),
    )
    await vault.put(secretOf(account('a0', { owner: 'somebody else' })), 'token')
    await createPeopleStore(store).remove('somebody else')
    await Promise.all(adding)
    expect(await accounts.list('somebody else')).toEqual([])
    expect(await vault.get(secretOf(account('a0', { owner: 'somebody else' })))).toBeUndefined()
    expect(await add(account('late', { owner: 'somebody else' }))).toBe(false)
    await other.close()
  })

  it('replaces an account and its secret in one step', async () => {
    const old = account('old', { name: 'Север', address: 'https://north.amocrm.ru' })
    const renewed = { ...old, id: 'new' }
    await vault.put(secretOf(old), 'old token')
    await add(old)
    await vault.put(secretOf(renewed), 'new token')
    expect(await add(renewed, old)).toBe(true)
    expect(await accounts.list('owner')).toEqual([renewed])
    expect(await vault.get(secretOf(old))).toBeUndefined()
    expect(await vault.get(secretOf(renewed))).toBe('new token')
  })

  it('replaces nothing when the account to be replaced is gone, or the new name is taken', async () => {
    const old = account('old')
    await vault.put(secretOf(old), 'old token')
    expect(await add(account('new'), old)).toBe(false)
    await add(old)
    await add(account('other'))
    expect(await add({ ...account('new'), name: 'other' }, old)).toBe(false)
    expect((await accounts.list('owner')).map(({ id }) => id).sort()).toEqual(['old', 'other'])
    expect(await vault.get(secretOf(old))).toBe('old token')
  })

  it('lets one of many processes win that link one name at once', async () => {
    const others = await Promise.all([again(), again(), again()])
    const tries = [store, ...others].map((each, index) =>
      add(account(`id-${index}`, { name: 'Север' }), undefined, createAccountStore(each)),
    )
    expect((await Promise.all(tries)).filter(Boolean)).toEqual([true])
    expect(await accounts.list('owner')).toHaveLength(1)
    await Promise.all(others.map((each) => each.close()))
  })

  it('lets one of many processes win that renew one account at once, and keeps its secret', async () => {
    const old = account('old')
    await add(old)
    const others = await Promise.all([again(), again(), again()])
    const renewals = [store, ...others].map(async (each, index) => {
      const renewed = { ...old, id: `id-${index}` }
      await vaultOn(each).put(secretOf(renewed), `token ${index}`)
      return add(renewed, old, createAccountStore(each))
    })
    const winner = (await Promise.all(renewals)).indexOf(true)
    expect((await accounts.list('owner')).map(({ id }) => id)).toEqual([`id-${winner}`])
    expect(await vault.get({ ...secretOf(old), name: `id-${winner}` })).toBe(`token ${winner}`)
    await Promise.all(others.map((each) => each.close()))
  })

  it('removes an account with its secret, once', async () => {
    const gone = { id: 'a', secret: secretOf(account('a')) }
    await vault.put(gone.secret, 'token')
    await add(account('a'))
    expect(await accounts.remove(gone)).toBe(true)
    expect(await accounts.remove(gone)).toBe(false)
    expect(await accounts.list('owner')).toEqual([])
    expect(await vault.get(gone.secret)).toBeUndefined()
  })

  it('takes away old secrets that no account has, and no others', async () => {
    const places = {
      kept: secretOf(account('kept')),
      abandoned: secretOf(account('abandoned')),
      foreign: secretOf(account('foreign', { owner: 'somebody else' })),
      answer: { owner: 'owner', kind: 'answer', name: 'abandoned' },
    }
    for (const place of Object.values(places)) await vault.put(place, 'secret')
    await add(account('kept'))
    const inTwoHours = { nameKey: 'late', secret: secretOf(account('late')), replaced: undefined }
    await accounts.add(account('late'), { ...inTwoHours, abandonedBefore: Date.now() - HOUR })
    expect(await vault.get(places.abandoned), 'a process may still be linking it').toBe('secret')
    await accounts.add(account('later'), {
      ...inTwoHours,
      nameKey: 'later',
      abandonedBefore: Date.now() + HOUR,
    })
    const left = await Promise.all(Object.values(places).map((place) => vault.get(place)))
    expect(left).toEqual(['secret', undefined, 'secret', 'secret'])
  })

  it('remembers when an account was made the default, and forgets it when none is', async () => {
    for (const id of ['a', 'b']) await add(account(id))
    const whose = { owner: 'owner', connector: 'amocrm' }
    expect(await accounts.setDefault(whose, 'b', NOW)).toBe(true)
    expect((await accounts.list('owner')).map(({ defaultAt }) => defaultAt)).toEqual([undefined, NOW])
    expect(await accounts.setDefault({ ...whose, owner: 'somebody else' }, 'a', NOW)).toBe(false)
    expect(await accounts.setDefault(whose, 'gone', NOW)).toBe(false)
    await accounts.setDefault(whose, undefined, NOW)
    expect((await accounts.list('owner')).map(({ defaultAt }) => defaultAt)).toEqual([undefined, undefined])
  })

  it('keeps the time since when an account is refused until the mark is taken away', async () => {
    await add(account('a'))
    await accounts.setRefused('a', NOW)
    await accounts.setRefused('a', NOW + 100)
    expect(await accounts.list('owner')).toEqual([account('a', { refusedAt: NOW })])
    await accounts.setRefused('a', undefined)
    expect(await accounts.list('owner')).toEqual([account('a')])
  })
})
