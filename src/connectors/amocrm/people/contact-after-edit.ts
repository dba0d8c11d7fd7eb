import { AppError } from '../../../kernel/errors.ts'
import { cannotTell, earliest } from '../cards/made-since.ts'
import type { Contact } from '../client/contacts.ts'
import type { Work } from '../work.ts'
import type { ContactEdit } from './edit-contact.ts'
import { emailKey } from './email.ts'
import { findContacts } from './find-contacts.ts'
import { requireContact } from './one-contact.ts'
import { toE164 } from './phone.ts'

type Asked = Pick<ContactEdit, 'add_phone' | 'remove_phone' | 'add_email' | 'remove_email'> & {
  readonly contact: string
}

/**
 * The contact that an edit which was cut off has changed, where it took off what the contact was known by; nothing
 * where the edit can simply be made again.
 * @throws AppError `unverified` when the contact is known by nothing else
 */
export async function contactAfterEdit(
  work: Work,
  { contact: asked, ...edit }: Asked,
  country: string,
  since: number,
): Promise<Contact | undefined> {
  const isTakenOff =
    (edit.remove_phone !== undefined && isSamePoint(toE164, asked, edit.remove_phone, country)) ||
    (edit.remove_email !== undefined && isSamePoint(emailKey, asked, edit.remove_email, country))
  if (!isTakenOff || (await isKnown(work, asked, country))) return undefined
  const points = [edit.add_phone, edit.add_email].filter((point) => point !== undefined)
  for (const point of points) {
    const { contacts } = await findContacts(work, point, country)
    const [changed, ...others] = contacts.filter(({ updated_at }) => updated_at >= earliest(since))
    if (changed && others.length === 0) return changed
  }
  throw cannotTell()
}

async function isKnown(work: Work, asked: string, country: string): Promise<boolean> {
  try {
    await requireContact(work, asked, country)
    return true
  } catch (error) {
    // Anything else the edit itself says, when it is made again.
    if (error instanceof AppError && error.kind === 'not_found') return false
    if (error instanceof AppError && error.kind === 'invalid_input') return true
    throw error
  }
}

function isSamePoint(
  read: (text: string, country: string) => string | undefined,
  left: string,
  right: string,
  country: string,
): boolean {
  const point = read(left, country)
  return point !== undefined && point === read(right, country)
}
