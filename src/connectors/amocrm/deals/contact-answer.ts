import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import type { MatchedContact } from '../people/match-contact.ts'

/** Whose deal it is, for the answer; nothing when it is nobody's. `createdId` is of a contact made with the deal. */
export function contactAnswer(contact: MatchedContact | undefined, createdId?: number, merged = false) {
  if (!contact) return {}
  const isFound = 'found' in contact
  const id = isFound ? contact.found.id : createdId
  if (id === undefined) return {}
  const { name } = isFound ? contact.found : contact.missing
  const status = isFound || merged ? ('found' as const) : ('created' as const)
  return { contact: { ref: formatRef({ kind: 'contact', id }), name: clip(name, 120), status } }
}

/** What of the given person is not on the card that was found, and how to put it there. */
export function unwrittenHint(contact: MatchedContact | undefined): string | undefined {
  if (!contact || !('found' in contact) || contact.unwritten.length === 0) return undefined
  const ref = formatRef({ kind: 'contact', id: contact.found.id })
  const given = contact.unwritten.map((key) => GIVEN[key]).join(', ')
  const how = contact.unwritten.map((key) => ARGUMENT[key]).join(', ')
  return `The contact was found, not changed; not written on it: ${given}. If the person wants that there, call amocrm_update_contact with contact: ${ref} and ${how}.`
}

const GIVEN = { name: 'the given name', phone: 'the given phone', email: 'the given e-mail' }
const ARGUMENT = { name: 'name', phone: 'add_phone', email: 'add_email' }
