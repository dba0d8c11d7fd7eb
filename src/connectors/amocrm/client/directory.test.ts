import { expect, it } from 'vitest'
import { clientOf, html, json, type Seen } from '../../../../test/support/amocrm-upstream.ts'
import { accountDirectory } from './directory.ts'

const MINUTE = 60_000
const nameOf = ({ url }: Seen) => url.replace('/api/v4/', '').replace(/\?.*/, '')

/** A directory over a small account of two pages of fields, with a clock of its own. */
async function small(
  answer: (part: string, nth: number) => { status: number; body?: unknown } | undefined = () => undefined,
) {
  let now = 0
  const { client, seen } = await clientOf((response, request, nth) => {
    const told = answer(nameOf(request), nth)
    if (told)
      return told.body === undefined ? html(response, told.status) : json(response, told.body, told.status)
    const page = Number(new URL(request.url, 'http://x').searchParams.get('page'))
    switch (nameOf(request)) {
      case 'account':
        return json(response, { id: 1, _embedded: { task_types: [{ id: 1, name: 'Связаться' }] } })
      case 'leads/custom_fields': {
        const rows = Array.from({ length: page === 1 ? 50 : 3 }, (_, n) => ({
          id: page * 100 + n,
          type: 'text',
        }))
        return json(response, { _page_count: 2, _embedded: { custom_fields: rows } })
      }
      case 'users':
        return json(response, { _page_count: 1, _embedded: { users: [{ id: 3, name: 'Анна', rights: {} }] } })
      default:
        return response.writeHead(204).end()
    }
  })
  const directory = accountDirectory(client, { now: () => now })
  return { client, directory, asked: () => seen.map(nameOf), later: (ms: number) => (now += ms) }
}

it('loads each part when it is asked for, and only that', async () => {
  const { directory, asked } = await small()
  expect(asked()).toEqual([])
  expect(await directory.pipelines()).toEqual([])
  expect(await directory.lossReasons()).toEqual([])
  expect(asked()).toEqual(['leads/pipelines', 'leads/loss_reasons'])
})

it('asks once, however many ask at the same time, and takes the task types from the same answer', async () => {
  const { directory, asked } = await small()
  await Promise.all([directory.account(), directory.account(), directory.taskTypes()])
  expect(await directory.taskTypes()).toMatchObject([{ id: 1, name: 'Связаться' }])
  expect(asked()).toEqual(['account'])
})

it('reads the custom fields of every page', async () => {
  const { directory } = await small()
  expect(await directory.customFields('leads')).toHaveLength(53)
})

it('keeps a part for five minutes', async () => {
  const { directory, asked, later } = await small()
  await directory.users()
  later(5 * MINUTE - 1)
  await directory.users()
  expect(asked()).toHaveLength(1)
  later(1)
  await directory.users()
  expect(asked()).toHaveLength(2)
})

it('forgets one part on demand and keeps the others', async () => {
  const { directory, asked } = await small()
  await directory.users()
  await directory.pipelines()
  directory.refresh('users')
  await directory.users()
  await directory.pipelines()
  expect(asked()).toEqual(['users', 'leads/pipelines', 'users'])
})

it('is one for each client', async () => {
  const [one, other] = [await small(), await small()]
  expect(accountDirectory(one.client)).toBe(one.directory)
  expect(other.directory).not.toBe(one.directory)
})

it('says that the users are hidden instead of failing', async () => {
  const { directory } = await small(() => ({ status: 403, body: { status: 403 } }))
  expect(await directory.users()).toEqual({ users: [], hidden: true })
})

it('does not call the users hidden when the whole account is blocked', async () => {
  const { directory } = await small(() => ({ status: 403 }))
  await expect(directory.users()).rejects.toThrow('blocked')
})

it('keeps no failure', async () => {
  const { directory } = await small((_, nth) => (nth === 1 ? { status: 402, body: {} } : undefined))
  await expect(directory.users()).rejects.toMatchObject({ kind: 'upstream_rejected' })
  expect(await directory.users()).toMatchObject({ users: [{ name: 'Анна' }], hidden: false })
})
