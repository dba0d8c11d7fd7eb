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
import { contactInWords, differences } from '../people/contact-in-words.ts'
import { contactChange } from '../people/edit-contact.ts'
import { readContact, requireContact } from '../people/one-contact.ts'
import { inTurn, reasonOfFailure } from '../work.ts'

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
    contact: z
      .string()
      .trim()
      .min(1)
      .describe('contact:<id>, card address, or a phone or e-mail only it has.'),
    name: z.string().trim().min(1).max(250).optional().describe('Full name.'),
    first_name: z.string().optional().describe('First name.'),
    last_name: z.string().optional().describe('Last name.'),
    add_phone: z.string().optional().describe('To add.'),
    remove_phone: z.string().optional().describe('To remove.'),
    add_email: z.string().optional().describe('To add.'),
    remove_email: z.string().optional().describe('To remove.'),
    position: z.string().optional().describe('Job title.'),
    company: z.string().optional().describe('company:<id> or exact name.'),
    responsible: z.string().optional().describe('User name or id.'),
    add_tags: z.array(z.string()).optional().describe('To add.'),
    remove_tags: z.array(z.string()).optional().describe('To remove.'),
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
      .describe('Empty: it was so already.'),
    hint: z.string().optional().describe('What to do next.'),
  }),
  run: (input, work) =>
    inTurn(work, async () => {
      const { client, clock, signal } = work
      const directory = accountDirectory(client, clock)
      const naming = await loadNaming(work)
      if (Object.values(input).filter((value) => value !== undefined).length < 2) throw nothingAsked()

      const contact = await requireContact(work, input.contact, naming.country)
      const responsibleId =
        input.responsible === undefined ? undefined : await resolveUserToAssign(directory, input.responsible)
      const asked = { ...input.fields, ...(input.position !== undefined && { POSITION: input.position }) }
      const fields = await fieldChanges(directory, 'contacts', asked, { now: clock.now(), zone: naming.zone })
      const company = input.company === undefined ? undefined : await requireCompany(work, input.company)
      const change = contactChange(contact, { ...input, responsibleId, fields }, naming.country)
      const before = await contactInWords(work, contact, naming)

      const isEdited = Object.keys(change).length > 0
      if (isEdited) await updateContact(client, contact.id, change, { signal })
      const isMoved = company && !contact._embedded.companies.some(({ id }) => id === company.id)
      const problem = isMoved && (await linkCompany(contact.id, company.id))
      const after = await readContact(work, contact.id)
      const changed = differences(before, await contactInWords(work, after, await loadNaming(work)))
      const hint = problem
        ? `The company was not changed: ${problem}`
        : changed.length === 0 && 'All of it was so already.'
      const ref = { kind: 'contact', id: contact.id } as const
      return {
        ref: formatRef(ref),
        name: clip(after.name, 250),
        url: cardUrl(client.baseUrl, ref),
        changed: changed.map((each) => ({
          field: each.field,
          before: clip(each.before, 500),
          after: clip(each.after, 500),
        })),
        ...(hint && { hint }),
      }

      /** After other changes were made, a failure here must not hide them. */
      async function linkCompany(from: number, to: number): Promise<string | undefined> {
        const link = linkEntities(
          client,
          'contacts',
          from,
          [{ to_entity_id: to, to_entity_type: 'companies' }],
          { signal },
        )
        if (isEdited) return reasonOfFailure(link)
        await link
        return undefined
      }
    }),
})

function nothingAsked(): AppError {
  return new AppError('invalid_input', 'Nothing to change was given.', {
    hint: 'Give at least one of the other arguments, for example add_phone.',
  })
}
