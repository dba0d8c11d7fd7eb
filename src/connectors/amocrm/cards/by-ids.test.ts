import { expect, it } from 'vitest'
import { readByIds } from './by-ids.ts'

const card = (id: number) => ({ id })
const all = Array.from({ length: 120 }, (_, index) => index + 1)

function readers(filterIgnored: boolean) {
  const asked: string[] = []
  return {
    asked,
    list: async (ids: readonly number[]) => {
      asked.push(`list ${ids.length}`)
      return { items: filterIgnored ? [] : ids.map(card), hasMore: false, filterIgnored }
    },
    get: async (id: number) => {
      asked.push(`get ${id}`)
      return id === 3 ? undefined : card(id)
    },
  }
}

it('asks by fifties, each id once', async () => {
  const { asked, ...rest } = readers(false)
  const { cards, isComplete } = await readByIds([...all, ...all], rest)
  expect(asked).toEqual(['list 50', 'list 50', 'list 20'])
  expect([cards.size, isComplete]).toEqual([120, true])
})

it('reads them alone where the account ignores the filter, and says when that was too many', async () => {
  const { asked, ...rest } = readers(true)
  const { cards, isComplete } = await readByIds(all, rest, { mostAlone: 5 })
  expect(asked).toEqual(['list 50', 'get 1', 'get 2', 'get 3', 'get 4', 'get 5'])
  expect([[...cards.keys()], isComplete]).toEqual([[1, 2, 4, 5], false])
})

it.each([false, true])(
  'reads no further than the card it looks for (filter ignored: %s)',
  async (ignored) => {
    const { asked, ...rest } = readers(ignored)
    const { cards, isComplete } = await readByIds(all, rest, { enough: ({ id }) => id === 10 })
    expect(asked.length).toBeLessThanOrEqual(ignored ? 13 : 1)
    expect([cards.has(10), isComplete]).toEqual([true, true])
  },
)

it('asks nothing for no ids', async () => {
  const { asked, ...rest } = readers(false)
  await readByIds([], rest)
  expect(asked).toEqual([])
})
