import { AppError } from '../../../kernel/errors.ts'
import type { Contact, ContactChange } from '../client/contacts.ts'
import { isSameText, words } from '../names/fold.ts'
import type { Work } from '../work.ts'
import { emailKey } from './email.ts'
import { findContacts } from './find-contacts.ts'
import { requireContact, requireWholePhone, severalContacts } from './one-contact.ts'
import { hasEmail, hasPhone } from './reach.ts'

export interface AskedContact {
  /** Which one, when the rest would not tell. */
  readonly ref?: string | undefined
  readonly name?: string | undefined
  readonly phone?: string | undefined
  readonly email?: string | undefined
}

/** Somebody who is in amoCRM, or what to write to put them there. */
export type MatchedContact =
  | {
      readonly found: Contact
      /** What was told of the person and is not on the card: nothing writes it there. */
      readonly unwritten: readonly ('name' | 'phone' | 'email')[]
    }
  | { readonly missing: ContactChange & { readonly name: string } }

/**
 * Finds before anything is created: by phone and by e-mail, verified on the fields. A namesake is not the same
 * person, and not surely another one, so a bare name that is taken is asked about.
 * @throws AppError `invalid_input` with candidates when it may be more than one.
 */
export async function matchContact(
  work: Work,
  asked: AskedContact,
  { country, allowNamesake }: { country: string; allowNamesake: boolean },
): Promise<MatchedContact> {
  const { phone, email } = pointsOf(asked, country)
  const known = (found: Contact) => knownContact(found, asked, country)
  if (asked.ref !== undefined) return known(await requireContact(work, asked.ref, country))
  const points = [phone, email].filter((point) => point !== undefined)
  const name = asked.name?.trim() || points[0]
  if (name === undefined) {
    throw new AppError('invalid_input', 'The contact has neither a ref, nor a phone, an e-mail or a name.', {
      hint: 'Give at least one of them, or leave the contact out.',
    })
  }
  const matches = new Map<number, Contact>()
  for (const point of points.length > 0 ? points : [name]) {
    const { contacts } = await findContacts(work, point, country)
    for (const contact of contacts) matches.set(contact.id, contact)
  }
  if (points.length === 0) {
    const namesakes = [...matches.values()].filter((contact) => isSameText(contact.name, name))
    if (namesakes.length === 0 || allowNamesake) return { missing: newContact(name) }
    throw severalContacts('There is a contact of this name already.', namesakes, country)
  }
  const [found] = matches.values()
  if (!found) return { missing: newContact(name, phone, email) }
  if (matches.size === 1) return known(found)
  throw severalContacts('More than one contact has this phone or e-mail.', [...matches.values()], country)
}

/** A contact that is there already, with what of the asked one is not on its card. */
export function knownContact(
  found: Contact,
  { name, ...asked }: AskedContact,
  country: string,
): MatchedContact {
  const points = pointsOf(asked, country)
  return { found, unwritten: unwrittenOf(found, { name, ...points }, country) }
}

/** Whether a card that is on a deal is the contact that the deal was asked for. */
export async function isAskedContact(
  work: Work,
  card: Contact,
  asked: AskedContact,
  country: string,
): Promise<boolean> {
  if (asked.ref !== undefined) return (await requireContact(work, asked.ref, country)).id === card.id
  const { phone, email } = pointsOf(asked, country)
  if (phone === undefined && email === undefined) return isSameText(card.name, asked.name ?? '')
  return (
    (phone !== undefined && hasPhone(card, phone, country)) || (email !== undefined && hasEmail(card, email))
  )
}

function pointsOf({ phone, email }: Pick<AskedContact, 'phone' | 'email'>, country: string) {
  return {
    phone: phone === undefined ? undefined : requireWholePhone(phone, country),
    email: email === undefined ? undefined : requireEmail(email),
  }
}

function unwrittenOf(
  card: Contact,
  { name = '', phone, email }: Pick<AskedContact, 'name' | 'phone' | 'email'>,
  country: string,
) {
  const have = words(`${card.name} ${card.first_name} ${card.last_name}`)
  return [
    ...(words(name).every((word) => have.includes(word)) ? [] : ['name' as const]),
    ...(phone === undefined || hasPhone(card, phone, country) ? [] : ['phone' as const]),
    ...(email === undefined || hasEmail(card, email) ? [] : ['email' as const]),
  ]
}

function newContact(name: string, phone?: string, email?: string) {
  const values = [
    ...(phone === undefined ? [] : [point('PHONE', phone)]),
    ...(email === undefined ? [] : [point('EMAIL', email)]),
  ]
  return { name, ...(values.length > 0 && { custom_fields_values: values }) }
}

function point(code: 'PHONE' | 'EMAIL', value: string) {
  return { field_code: code, values: [{ value, enum_code: 'WORK' }] }
}

/** @throws AppError `invalid_input` for text that is not an address. */
export function requireEmail(text: string): string {
  const email = emailKey(text)
  if (email !== undefined) return email
  throw new AppError('invalid_input', 'This is not an e-mail address.', {
    hint: 'Give one address such as name@example.com.',
  })
}
