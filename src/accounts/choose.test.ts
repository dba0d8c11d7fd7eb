import { describe, expect, it } from 'vitest'
import { choose, closest, inOrder, labelsOf } from './choose.ts'

const at = (name: string, subdomain: string, defaultAt?: number) => ({
  name,
  address: `https://${subdomain}.amocrm.ru`,
  defaultAt,
})
const own = at('firm', 'firm')
const names = (accounts: readonly { name: string }[]) => accounts.map(({ name }) => name)

describe('the default', () => {
  it("is the environment's account where none is marked", () => {
    expect(names(inOrder(own, [at('a', 'a'), at('b', 'b')]))).toEqual(['firm', 'a', 'b'])
  })

  it('is the first that was linked where the environment has none', () => {
    expect(names(inOrder(undefined, [at('a', 'a'), at('b', 'b')]))).toEqual(['a', 'b'])
  })

  it('is the one that was marked last', () => {
    expect(names(inOrder(own, [at('a', 'a', 5), at('b', 'b', 7), at('c', 'c')]))).toEqual([
      'b',
      'firm',
      'a',
      'c',
    ])
  })
})

describe('the account that was asked for', () => {
  it('is the one of that name', () => {
    expect(choose([own, at('Север', 'north')], 'север', 'amoCRM')?.name).toBe('Север')
    expect(choose([own], 'юг', 'amoCRM')).toBeUndefined()
  })

  it('is not guessed when two can be meant: the answer names their addresses', () => {
    const accounts = [own, at('firm', 'elsewhere')]
    expect(() => choose(accounts, 'firm', 'amoCRM')).toThrow(
      expect.objectContaining({
        kind: 'invalid_input',
        candidates: ['firm.amocrm.ru', 'elsewhere.amocrm.ru'],
      }),
    )
    expect(choose(accounts, 'elsewhere.amocrm.ru', 'amoCRM')).toBe(accounts[1])
  })

  it('is the first of two that are one and the same upstream', () => {
    const accounts = [own, at('Главный', 'firm')]
    expect(choose(accounts, 'firm', 'amoCRM')).toBe(own)
  })
})

it('accounts of one name are called by their addresses', () => {
  expect(labelsOf([own, at('Firm', 'elsewhere'), at('Север', 'north')])).toEqual([
    'firm.amocrm.ru',
    'elsewhere.amocrm.ru',
    'Север',
  ])
})

it('brings the names forward that are like the one that was said', () => {
  const labels = ['Север', 'Юг', 'ООО «Ромашка»', 'Запад']
  expect(closest(labels, 'рамашка')[0]).toBe('ООО «Ромашка»')
  expect(closest(labels, 'xyz')).toEqual(labels)
})
