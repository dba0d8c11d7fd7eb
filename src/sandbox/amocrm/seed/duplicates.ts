import { createCard } from '../cards/card-write.ts'
import { contactKind } from '../cards/contacts.ts'
import type { Contact } from '../records.ts'
import type { Account } from '../state.ts'
import { phoneForms } from './clients.ts'
import { exampleContact } from './example-contact.ts'
import { fieldNamed } from './fields.ts'
import type { Random } from './random.ts'

/** Second cards of some people: the same phone written otherwise, or the same e-mail. */
export function seedDuplicates(account: Account, random: Random, now: number): void {
  const phone = fieldNamed(account, 'contacts', 'Телефон').id
  const email = fieldNamed(account, 'contacts', 'Email').id
  const people = [...account.contacts.values()].filter((contact) => contact.name !== exampleContact.name)
  const spread = people.filter((_, index) => index % Math.floor(people.length / howMany) === 0)
  for (const [index, original] of spread.entries()) {
    const values = original.fields.get(index % 3 === 2 && original.fields.has(email) ? email : phone)
    const value = String(values?.[0]?.value ?? '')
    const by = original.responsible_user_id
    const at = Math.min(original.created_at + random.between(3, 60) * 86_400, now - 3600)
    createCard(
      contactKind,
      {
        ...namesLike(original, index),
        created_at: at,
        created_by: 0,
        responsible_user_id: by,
        custom_fields_values: [
          value.includes('@')
            ? { field_id: email, values: [{ value: index % 2 ? value.toUpperCase() : value }] }
            : { field_id: phone, values: [{ value: otherForm(value) }] },
        ],
      },
      account,
      by,
      at,
    )
  }
}

const howMany = 14

/** The way a form on a site would have it. */
function namesLike({ first_name: first, last_name: last }: Contact, index: number): object {
  return (
    [{ name: first }, { name: `${last} ${first}` }, { first_name: first, last_name: last }][index % 3] ?? {}
  )
}

function otherForm(phone: string): string {
  const digits = phone.replace(/\D/g, '').slice(-10)
  const form = phone.startsWith('8') ? phoneForms.plain : phoneForms.eight
  return form(digits.slice(0, 3), digits.slice(6))
}
