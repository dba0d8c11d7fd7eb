import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostOf, isMeant, nameKeyOf, readName } from './names.ts'

const north = { name: 'Север', address: 'https://north.amocrm.ru' }

describe('an account is meant', () => {
  it.each([
    ['by its name', 'Север'],
    ['in another case and with spaces around', '  СЕВЕР '],
    ['by its subdomain', 'north'],
    ['by its host', 'North.amocrm.ru'],
    ['by its address', 'https://north.amocrm.ru'],
    ['by a link to one of its cards', 'https://north.amocrm.ru/leads/detail/17'],
  ])('%s', (_, said) => {
    expect(isMeant(north, said)).toBe(true)
  })

  it.each([
    '',
    ' ',
    'Сев',
    'Севера',
    'nort',
    'north.',
    'north.amocrm',
    'north.kommo.com',
    'amocrm',
    'amocrm.ru',
  ])('not by %j, which is merely similar', (said) => {
    expect(isMeant(north, said)).toBe(false)
  })

  it('with ё or е, and with one space or several', () => {
    const account = { name: 'Тёплый дом', address: 'https://warm.amocrm.ru' }
    expect(isMeant(account, 'теплый  дом')).toBe(true)
  })

  it('by host and port where it is a simulated one on this machine', () => {
    const local = { name: 'тест', address: 'http://127.0.0.1:4010' }
    expect(isMeant(local, '127.0.0.1:4010')).toBe(true)
    expect(isMeant(local, '127.0.0.1:4011')).toBe(false)
  })

  it('by any name that it can be given, said back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
        const name = given(text)
        fc.pre(name !== undefined && !/^https?:/i.test(name))
        expect(isMeant({ name: name ?? '', address: 'https://x.amocrm.ru' }, ` ${name} `)).toBe(true)
      }),
    )
  })
})

function given(text: string): string | undefined {
  try {
    return readName(text)
  } catch {
    return undefined
  }
}

describe('a name', () => {
  it.each([
    ['Север', 'Север'],
    ['  ООО  «Ромашка», 2 ', 'ООО «Ромашка», 2'],
    ['firm-1', 'firm-1'],
  ])('%j becomes %j', (text, name) => {
    expect(readName(text)).toBe(name)
  })

  it.each(['', '   ', '—', '«»', 'a\u202eb', 'a\u0000b', 'a"b', '$(id)', 'a`b', 'x'.repeat(61)])(
    '%j is refused, since it cannot be shown or said back safely',
    (text) => {
      expect(() => readName(text)).toThrow('cannot have this name')
    },
  )

  it('has one key in every spelling that looks the same', () => {
    expect(nameKeyOf('ЁЛКА  ２')).toBe(nameKeyOf('елка 2'))
  })
})

it('shows an address without its scheme, and what is not one as it is', () => {
  expect(hostOf('https://firm.amocrm.ru')).toBe('firm.amocrm.ru')
  expect(hostOf('@somebody')).toBe('@somebody')
})
