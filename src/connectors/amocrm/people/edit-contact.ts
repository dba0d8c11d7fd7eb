import { tagsToAdd } from '../cards/tags.ts'
import type { Contact, ContactChange } from '../client/contacts.ts'
import type { FieldChange } from '../client/shapes.ts'
import { isSameText } from '../names/fold.ts'
import { editPoints } from './edit-points.ts'
import { requireEmail } from './match-contact.ts'
import { requireWholePhone } from './one-contact.ts'
import { isSamePhone, toE164 } from './phone.ts'

/** Changes to a contact, with every name resolved. */
export interface ContactEdit {
  readonly name?: string | undefined
  readonly first_name?: string | undefined
  readonly last_name?: string | undefined
  readonly add_phone?: string | undefined
  readonly remove_phone?: string | undefined
  readonly add_email?: string | undefined
  readonly remove_email?: string | undefined
  readonly add_tags?: readonly string[] | undefined
  readonly remove_tags?: readonly string[] | undefined
  readonly responsibleId?: number | undefined
  readonly fields: readonly FieldChange[]
}

/** What to write: only the keys that change something, since amoCRM takes even an unchanged one for an edit. */
export function contactChange(contact: Contact, edit: ContactEdit, country: string): ContactChange {
  const fields = [phoneChange(contact, edit, country), emailChange(contact, edit), ...edit.fields].filter(
    (change) => change !== undefined,
  )
  const tags = tagChange(contact, edit)
  return {
    ...differing(contact, edit),
    ...(edit.responsibleId !== undefined &&
      edit.responsibleId !== contact.responsible_user_id && { responsible_user_id: edit.responsibleId }),
    ...(fields.length > 0 && { custom_fields_values: fields }),
    ...(tags.add.length > 0 && { tags_to_add: tags.add }),
    ...(tags.remove.length > 0 && { tags_to_delete: tags.remove }),
  }
}

/** The arguments that were to take off what the card does not have. */
export function absentPoints(contact: Contact, edit: ContactEdit, country: string): string[] {
  const { remove_phone, remove_email, remove_tags = [] } = edit
  const alone = { fields: [] }
  const { tags } = contact._embedded
  return [
    ...(remove_phone !== undefined && !phoneChange(contact, { ...alone, remove_phone }, country)
      ? [`remove_phone (${remove_phone})`]
      : []),
    ...(remove_email !== undefined && !emailChange(contact, { ...alone, remove_email })
      ? [`remove_email (${remove_email})`]
      : []),
    ...remove_tags
      .filter((name) => !tags.some((tag) => isSameText(tag.name, name)))
      .map((name) => `remove_tags (${name})`),
  ]
}

function differing(contact: Contact, edit: ContactEdit): ContactChange {
  const keys = ['name', 'first_name', 'last_name'] as const
  const changed = keys.filter((key) => edit[key] !== undefined && edit[key]?.trim() !== contact[key])
  return Object.fromEntries(changed.map((key) => [key, edit[key]?.trim()]))
}

function phoneChange(contact: Contact, { add_phone, remove_phone }: ContactEdit, country: string) {
  return editPoints(contact, {
    code: 'PHONE',
    add: add_phone === undefined ? [] : [requireWholePhone(add_phone, country)],
    remove: remove_phone === undefined ? [] : [toE164(remove_phone, country) ?? remove_phone],
    // What is no whole number is taken off only as it stands: its digits may end many others.
    isSame: (left, right) =>
      toE164(left, country) === undefined ? isSameText(left, right) : isSamePhone(left, right, country),
  })
}

function emailChange(contact: Contact, { add_email, remove_email }: ContactEdit) {
  return editPoints(contact, {
    code: 'EMAIL',
    add: add_email === undefined ? [] : [requireEmail(add_email)],
    remove: remove_email === undefined ? [] : [requireEmail(remove_email)],
    isSame: (left, right) => left.trim().toLowerCase() === right.trim().toLowerCase(),
  })
}

/** Tags one by one, never the whole set: that would drop what others have added meanwhile. */
function tagChange(contact: Contact, { add_tags = [], remove_tags = [] }: ContactEdit) {
  const { tags } = contact._embedded
  const named = (name: string) => tags.filter((tag) => isSameText(tag.name, name))
  return {
    add: tagsToAdd(add_tags.filter((name) => named(name).length === 0)),
    remove: remove_tags.flatMap(named).map(({ id }) => ({ id })),
  }
}
