import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import { cardUrl } from '../cards/url.ts'
import { updateContact } from '../client/contacts.ts'
import { accountDirectory } from '../client/directory.ts'
import { linkEntities } from '../client/links.ts'
import { requireCompany } from '../companies/one-company.ts'
import { tool } from '../define.ts'
import { fieldChanges, fieldsInput } from '../fields/changes.ts'
import { loadNaming } from '../names/naming.ts'
import { resolveUserToAssign } from '../names/users.ts'
import { contactAfterEdit } from '../people/contact-after-edit.ts'
import { contactInWords, differences } from '../people/contact-in-words.ts'
import { absentPoints, contactChange } from '../people/edit-contact.ts'
import { readContact, requireContact } from '../people/one-contact.ts'
import { shortText, tagNames } from '../short-text.ts'
import { afterChange, underLock } from '../work.ts'

export default tool({
  name: 'amocrm_update_contact',
  title: 'Change an amoCRM contact',
  description:
    'Change one contact; what is not given stays, phones and e-mails are added to those it has. Answers with before and after.',
  toolset: 'amocrm',
  access: 'write',
  aliases: ['update_contact'],
  idempotent: true,
  input: z.object({
    contact: shortText.min(1).describe('contact:<id>, card address, or a phone or e-mail only it has.'),
    name: z.string().trim().min(1).max(250).optional().describe('Full name.'),
    first_name: shortText.optional().describe('First name.'),
    last_name: shortText.optional().describe('Last name.'),
    add_phone: shortText.optional().describe('To add.'),
    remove_phone: shortText.optional().describe('To remove.'),
    add_email: shortText.optional().describe('To add.'),
    remove_email: shortText.optional().describe('To remove.'),
    position: shortText.optional().describe('Job title.'),
    company: shortText.optional().describe('company:<id> or exact name.'),
    responsible: shortText.optional().describe('User name or id.'),
    add_tags: tagNames.optional().describe('To add.'),
    remove_tags: tagNames.optional().describe('To remove.'),
    fields: fieldsInput.optional().describe('Custom fields: {label: value}, null clears.'),
  }),
  output: z.object({
    ref: z.string().describe('contact:<id>'),
    name: z.string().describe('Name now.'),
    url: z.string().describe('Card.'),
    changed: z
      .array(
        z.object({
          field: z.string().describe('What changed.'),
          before: z.string().describe('Empty: none.'),
          after: z.string().describe('Empty: none.'),
        }),
      )
      .describe('Empty: it was so already, or see hint.'),
    hint: z.string().optional().describe('What to do next.'),
  }),
  async run(input, work) {
    const { client, clock } = work
    const directory = accountDirectory(client, clock)
    const { zone, country } = await loadNaming(work)
    if (Object.values(input).filter((value) => value !== undefined).length < 2) throw nothingAsked()
    const responsibleId =
      input.responsible === undefined ? undefined : await resolveUserToAssign(directory, input.responsible)
    const asked = { ...input.fields, ...(input.position !== undefined && { POSITION: input.position }) }
    const fields = await fieldChanges(directory, 'contacts', asked, { now: clock.now(), zone })
    const company = input.company === undefined ? undefined : await requireCompany(work, input.company)
    // Again, and before anything is changed: the names may be newer than what was kept.
    const naming = await loadNaming(work)

    return underLock(work, async (work) => {
      const { signal } = work
      const contact = await requireContact(work, input.contact, country)
      const edit = { ...input, responsibleId, fields }
      const change = contactChange(contact, edit, country)
      const before = await contactInWords(work, contact, naming)
      const isEdited = Object.keys(change).length > 0
      const isMoved =
        company !== undefined && !contact._embedded.companies.some(({ id }) => id === company.id)
      if (isEdited) await updateContact(client, contact.id, change, { signal })
      const problem = isMoved ? await moveTo(company.id) : undefined
      const { value: after, problem: blind } =
        isEdited || isMoved
          ? await afterChange(readAgain())
          : { value: { name: contact.name, words: before } }
      const changed = after ? differences(before, after.words) : []
      const absent = absentPoints(contact, edit, country)
      const hint = [
        problem !== undefined && `The company was not changed: ${problem}`,
        blind !== undefined && `${BLIND} ${blind}`,
        absent.length > 0 && `Not on the card, so not taken off: ${clip(absent.join(', '), 300)}.`,
        changed.length === 0 && absent.length === 0 && !problem && !blind && 'All of it was so already.',
      ]
        .filter(Boolean)
        .join(' ')
      const ref = { kind: 'contact', id: contact.id } as const
      return {
        ref: formatRef(ref),
        name: clip(after?.name ?? change.name ?? contact.name, 250),
        url: cardUrl(client.baseUrl, ref),
        changed: changed.map((each) => ({
          field: each.field,
          before: clip(each.before, 500),
          after: clip(each.after, 500),
        })),
        ...(hint !== '' && { hint }),
      }

      /** Why it failed when other changes were made before it; alone it may throw. */
      async function moveTo(companyId: number): Promise<string | undefined> {
        const link = { to_entity_id: companyId, to_entity_type: 'companies' } as const
        const step = linkEntities(client, 'contacts', contact.id, [link], { signal })
        if (isEdited) return (await afterChange(step)).problem
        await step
        return undefined
      }

      async function readAgain() {
        const card = await readContact(work, contact.id)
        return { name: card.name, words: await contactInWords(work, card, naming) }
      }
    })
  },
  async settle(input, work, since) {
    const { country } = await loadNaming(work)
    const contact = await underLock(work, (mine) => contactAfterEdit(mine, input, country, since))
    if (contact === undefined) return undefined
    const ref = { kind: 'contact', id: contact.id } as const
    const url = cardUrl(work.client.baseUrl, ref)
    return { ref: formatRef(ref), name: clip(contact.name, 250), url, changed: [], hint: MADE_BEFORE }
  },
})

const MADE_BEFORE =
  'The change was made at the first try, whose answer got lost, so what it was before is not known; look with fetch.'

const BLIND =
  'The change was made, but the card could not be read back to show it; do not repeat the call, look with fetch:'

function nothingAsked(): AppError {
  return new AppError('invalid_input', 'Nothing to change was given.', {
    hint: 'Give at least one of the other arguments, for example add_phone.',
  })
}
