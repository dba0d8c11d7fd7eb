import { createCard } from '../cards/card-write.ts'
import { companyKind } from '../cards/companies.ts'
import { contactKind } from '../cards/contacts.ts'
import { linkCards } from '../cards/linking.ts'
import type { Contact } from '../records.ts'
import type { Account } from '../state.ts'
import { fieldNamed } from './fields.ts'
import { firmForms, firms, latin, men, positions, women } from './names.ts'
import type { Random } from './random.ts'

/** Makes people and firms as the deals need them, with phone numbers that nobody has. */
export function clientsOf(account: Account, random: Random) {
  let number = 1300
  let firm = 0
  const telegram = fieldNamed(account, 'contacts', 'Telegram').id
  const agreement = fieldNamed(account, 'contacts', 'Пользовательское соглашение').id
  const kind = fieldNamed(account, 'companies', 'Вид компании')

  /** Numbers go up in both cities, so no two are the same. */
  const nextNumber = () => {
    number += 7
    return { city: random.chance(0.75) ? '495' : '812', digits: String(number).padStart(4, '0') }
  }

  const company = (at: number, by: number): number => {
    const name = firms[firm % firms.length] ?? ''
    const form = firmForms[Math.floor(firm / firms.length) % firmForms.length] ?? ''
    firm++
    const { city, digits } = nextNumber()
    const card = createCard(
      companyKind,
      {
        name: `${form} «${name}»`,
        created_at: at,
        created_by: by,
        responsible_user_id: by,
        custom_fields_values: [
          { field_code: 'PHONE', values: [{ value: phoneForms.plain(city, digits) }] },
          { field_code: 'WEB', values: [{ value: `https://${latin(name)}.example.ru` }] },
          { field_id: kind.id, values: [{ enum_id: random.pick(kind.enums ?? []).id }] },
        ],
      },
      account,
      by,
      at,
    )
    return card.id
  }

  const contact = (at: number, by: number): Contact => {
    const { first, last } = random.chance(0.5) ? men : women
    const names = { first_name: random.pick(first), last_name: random.pick(last) }
    const { city, digits } = nextNumber()
    const login = `${latin(names.first_name).charAt(0)}.${latin(names.last_name)}${digits}`
    const form = random.pick(Object.values(phoneForms))
    const corporate = random.chance(0.28)
    const optional = [
      ...(random.chance(0.7) ? [{ field_code: 'EMAIL', values: [{ value: `${login}@example.ru` }] }] : []),
      ...(random.chance(0.35)
        ? [{ field_id: telegram, values: [{ value: `@${login.replace('.', '_')}` }] }]
        : []),
      ...(corporate ? [{ field_code: 'POSITION', values: [{ value: random.pick(positions) }] }] : []),
      ...(random.chance(0.5) ? [{ field_id: agreement, values: [{ value: true }] }] : []),
    ]
    const phone = {
      field_code: 'PHONE',
      values: [{ value: form(city, digits), enum_code: random.pick(['WORK', 'MOB']) }],
    }
    const card = createCard(
      contactKind,
      {
        ...names,
        created_at: at,
        created_by: by,
        responsible_user_id: by,
        custom_fields_values: [phone, ...optional],
        tags_to_add: random.chance(0.15) ? [{ name: random.pick(['VIP', 'Новосёл', 'Дизайнер']) }] : [],
      },
      account,
      by,
      at,
    )
    if (corporate) {
      const ref = { type: 'contacts', id: card.id } as const
      linkCards(account, ref, { type: 'companies', id: company(at, by) }, false, { by, at })
    }
    return card
  }

  return { contact, company }
}

/** One number, as different people write it down. */
export const phoneForms = {
  plain: (city: string, digits: string) => `+7${city}000${digits}`,
  spaced: (city: string, digits: string) => `+7 ${city} 000-${digits.slice(0, 2)}-${digits.slice(2)}`,
  eight: (city: string, digits: string) => `8 (${city}) 000-${digits.slice(0, 2)}-${digits.slice(2)}`,
} as const
