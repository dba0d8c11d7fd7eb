import { afterAll, expect, it } from 'vitest'
import { openStand } from '../testing/stand.ts'
import getAccount from './get-account.ts'

const stand = await openStand()
afterAll(stand.close)

it('tells the name, id, currency and zone of the account', async () => {
  const raw = await stand.read('/account')
  const account = await stand.call(getAccount, {})
  expect(account).toMatchObject({
    id: raw.id,
    name: raw.name,
    subdomain: raw.subdomain,
    currency: 'RUB',
    currency_symbol: '₽',
    time_zone: 'Europe/Moscow',
  })
})

it('lists users by name, the deactivated ones last', async () => {
  const { users, users_note, can } = await stand.call(getAccount, {})
  expect(users.map(({ name }) => name)).toContain('Алексей Морозов')
  expect(users.at(-1)?.active).toBe(false)
  expect(users_note).toBeUndefined()
  expect(can.list_users).toBe(true)
})

it('says why there are no users when amoCRM does not list them', async () => {
  await stand.control({ usersForbidden: true })
  const { users, users_note, can } = await stand.call(getAccount, {})
  expect(users).toEqual([])
  expect(users_note).toMatch(/administrators/)
  expect(can.list_users).toBe(false)
  await stand.control({ usersForbidden: false })
})

it.each([
  ['none', false],
  ['full', true],
])('with filters %s says that filtering is %s', async (filterMode, filter) => {
  await stand.control({ filterMode })
  const { can } = await stand.call(getAccount, {})
  expect(can.filter).toBe(filter)
})
