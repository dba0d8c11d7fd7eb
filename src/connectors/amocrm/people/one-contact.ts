import { AppError } from '../../../kernel/errors.ts'
import { clip } from '../cards/clip.ts'
import { formatRef, isRefLike, parseRef, requireRef } from '../cards/ref.ts'
import { type Contact, getContact } from '../client/contacts.ts'
import type { Work } from '../work.ts'
import { readAskedPerson } from './asked-person.ts'
import { phonesOf } from './contact-points.ts'
import { findContacts } from './find-contacts.ts'
import { toE164 } from './phone.ts'

/**
 * The one contact that a write is about: by ref, id or address of the card, or by a phone or e-mail that only one
 * has. A name is never enough.
 * @throws AppError `not_found`, or `invalid_input` with the contacts it may be.
 */
export async function requireContact(work: Work, asked: string, country: string): Promise<Contact> {
  const home = work.client.baseUrl
  const ref = /^\+?\d{10,}$/.test(asked.trim()) ? undefined : parseRef(asked, home, 'contact')
  if (ref?.kind === 'contact') return readContact(work, ref.id)
  if (ref) {
    throw new AppError('invalid_input', 'This is a reference to a card of another kind, not to a contact.', {
      hint: 'Give contact:123, or the phone or e-mail of the contact.',
    })
  }
  if (isRefLike(asked, home)) requireRef(asked, home)
  const person = readAskedPerson(asked)
  const query = person.by === 'phone' ? requireWholePhone(person.phone, country) : asked
  const { contacts } = await findContacts(work, query, country)
  const [contact] = contacts
  if (contact && contacts.length === 1 && person.by !== 'name') return contact
  if (!contact) {
    throw new AppError('not_found', 'No contact was found by this.', {
      hint: 'Look for the contact with amocrm_search_contacts, then give its ref.',
    })
  }
  const message =
    person.by === 'name'
      ? 'A name does not tell for certain which contact is meant.'
      : `More than one contact has this ${person.by}.`
  throw severalContacts(message, contacts, country)
}

export async function readContact({ client, signal }: Work, id: number): Promise<Contact> {
  const contact = await getContact(client, id, { with: ['leads'], signal })
  if (contact && !contact.is_deleted) return contact
  throw new AppError('not_found', 'There is no contact with this id.', {
    hint: 'Look for the contact with amocrm_search_contacts.',
  })
}

export function severalContacts(message: string, contacts: readonly Contact[], country: string): AppError {
  return new AppError('invalid_input', message, {
    hint: 'Ask which one is meant, then repeat the call with its ref (contact:…).',
    candidates: contacts.slice(0, 5).map((contact) => describe(contact, country)),
  })
}

/** @throws AppError `invalid_input` for a number that nobody could be called by from anywhere. */
export function requireWholePhone(text: string, country: string): string {
  const phone = toE164(text, country)
  if (phone !== undefined) return phone
  throw new AppError('invalid_input', 'This is not a whole phone number.', {
    hint: 'Give it with the country or area code, for example +7 495 000-12-34.',
  })
}

function describe(contact: Contact, country: string): string {
  const parts = [formatRef({ kind: 'contact', id: contact.id }), contact.name, ...phonesOf(contact, country)]
  return clip(parts.filter(Boolean).join(', '), 120)
}
