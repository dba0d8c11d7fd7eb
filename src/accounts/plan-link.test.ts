import { describe, expect, it } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { LinkedAccount } from './account-store.ts'
import { planLink } from './plan-link.ts'

const north = linked('Север', 'https://north.amocrm.ru')
const firm = { name: 'firm', address: 'https://firm.amocrm.ru' }

function linked(name: string, address: string): LinkedAccount {
  const marks = { defaultAt: undefined, linkedAt: 1, refusedAt: undefined }
  return { id: name, owner: 'owner', connector: 'amocrm', name, address, ...marks }
}

function plan(subdomain: string, name?: string, rows: readonly LinkedAccount[] = [north], own = firm) {
  const wanted = { address: `https://${subdomain}.amocrm.ru`, shortName: subdomain, name }
  return planLink(wanted, rows, own)
}

/** By which pages know the conflict. */
function reasonOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error instanceof AppError && (error.cause as { reason?: unknown } | undefined)?.reason
  }
  return 'none'
}

describe('a new account', () => {
  it('gets the name that is given, else its subdomain', () => {
    expect(plan('south', 'Юг')).toEqual({ name: 'Юг', replaces: undefined })
    expect(plan('south')).toEqual({ name: 'south', replaces: undefined })
  })

  it.each([
    ['the name of another', 'south', 'север'],
    ["another's subdomain", 'south', 'north'],
    ["another's address", 'south', 'north.amocrm.ru'],
    ["the name of the environment's account", 'south', 'Firm'],
  ])('is refused %s', (_, subdomain, name) => {
    expect(() => plan(subdomain, name)).toThrow(/already goes by the name/)
    expect(reasonOf(() => plan(subdomain, name))).toBe('name_taken')
  })

  it('is refused when another goes by its subdomain, since that would mean both from then on', () => {
    const tricky = linked('south', 'https://elsewhere.amocrm.ru')
    expect(() => plan('south', 'Юг', [tricky])).toThrow(/already goes by the name "south"/)
  })
})

describe('an account that is linked already', () => {
  it('gets the new token under the name it has', () => {
    expect(plan('north')).toEqual({ name: 'Север', replaces: north })
    expect(plan('north', 'СЕВЕР')).toEqual({ name: 'Север', replaces: north })
  })

  it('is not linked a second time under another name', () => {
    expect(() => plan('north', 'Второй')).toThrow('linked already, as "Север"')
    expect(reasonOf(() => plan('north', 'Второй'))).toBe('linked_under_other_name')
  })

  it('is left to the environment when that names it', () => {
    expect(() => plan('firm')).toThrow('linked by the environment already')
    expect(reasonOf(() => plan('firm'))).toBe('linked_by_environment')
  })
})
