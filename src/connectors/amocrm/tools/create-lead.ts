import { z } from 'zod'
import { getLead } from '../client/leads.ts'
import { addFirstNote, addMissingNote } from '../deals/add-note.ts'
import { contactAnswer, unwrittenHint } from '../deals/contact-answer.ts'
import { createDeal } from '../deals/create-deal.ts'
import { dealAnswer, toDealAnswer } from '../deals/deal-answer.ts'
import { findMadeDeal } from '../deals/made-deal.ts'
import { planDeal } from '../deals/plan-deal.ts'
import { findTwinDeal } from '../deals/twin-deal.ts'
import { tool } from '../define.ts'
import { fieldsInput } from '../fields/changes.ts'
import { loadNaming } from '../names/naming.ts'
import { matchContact } from '../people/match-contact.ts'
import { shortText, tagNames } from '../short-text.ts'
import { afterChange, underLock } from '../work.ts'

const WHOLE = 'Expected a whole number, in units of the currency and not in hundredths'

export default tool({
  name: 'amocrm_create_lead',
  title: 'Create an amoCRM deal',
  description:
    'Create a deal (lead); its contact is found by phone or e-mail, or created. An open deal of the same contact in the same pipeline is reported, not doubled.',
  toolset: 'amocrm',
  access: 'write',
  aliases: ['create_lead'],
  input: z.object({
    name: z.string().trim().min(1).max(250).describe('Deal name.'),
    price: z.int(WHOLE).min(0).max(1e12).default(0).describe('In account currency.'),
    contact: z
      .object({
        ref: shortText.optional().describe('contact:<id>'),
        name: shortText.optional().describe('Name for a new one.'),
        phone: shortText.optional().describe('Any form.'),
        email: shortText.optional().describe('E-mail.'),
      })
      .optional()
      .describe('Whose deal.'),
    pipeline: shortText.optional().describe('Name or id; default: main.'),
    stage: shortText.optional().describe('Name or id; default: first.'),
    responsible: shortText.optional().describe('User name or id.'),
    tags: tagNames.optional().describe('Tags.'),
    fields: fieldsInput.optional().describe('Custom fields: {label: value}.'),
    note: z.string().trim().min(1).max(10_000).optional().describe('Note on it.'),
    allow_duplicate: z.boolean().default(false).describe('Only when the person insists on one more.'),
  }),
  output: z.object({
    created: z.boolean().describe('False: `lead` was there already.'),
    lead: dealAnswer.describe('The deal.'),
    contact: z
      .object({
        ref: z.string().describe('contact:<id>'),
        name: z.string().describe('Name.'),
        status: z.enum(['created', 'found']).describe('Made now or before.'),
      })
      .optional()
      .describe('Its contact.'),
    note_added: z.boolean().optional().describe('Note written.'),
    hint: z.string().optional().describe('What to do next.'),
  }),
  async run(input, work) {
    const plan = await planDeal(work, input, await loadNaming(work))
    // Again, and from memory: the plan may have met names that are newer than what was kept.
    const naming = await loadNaming(work)
    const match = { country: naming.country, allowNamesake: input.allow_duplicate }
    return underLock(work, async (work) => {
      const { client, signal } = work
      const contact = input.contact && (await matchContact(work, input.contact, match))
      const twin = input.allow_duplicate
        ? undefined
        : await findTwinDeal(work, contact, plan.pipeline_id, naming)
      if (twin) {
        return {
          created: false,
          lead: toDealAnswer(twin, naming, client.baseUrl),
          ...contactAnswer(contact),
          ...(input.note !== undefined && { note_added: false }),
          hint: inOneLine(HOW_TO_INSIST, unwrittenHint(contact)),
        }
      }
      const { id, contactId, merged } = await createDeal(work, plan, contact)
      const problem = input.note === undefined ? undefined : await addFirstNote(work, id, input.note)
      const existing = merged ? await afterChange(getLead(client, id, { signal })) : undefined
      const responsible = plan.responsible_user_id ?? naming.account.current_user_id ?? 0
      const made = { ...plan, id, responsible_user_id: responsible }
      const hint = inOneLine(
        merged && MERGED,
        existing?.problem !== undefined && `${NOT_READ} ${existing.problem}`,
        problem !== undefined && `${NO_NOTE} ${problem}`,
        unwrittenHint(contact),
      )
      return {
        created: !merged,
        lead: toDealAnswer(existing?.value ?? made, naming, client.baseUrl),
        ...contactAnswer(contact, contactId, merged),
        ...(input.note !== undefined && { note_added: problem === undefined }),
        ...(hint !== '' && { hint }),
      }
    })
  },
  async settle(input, work, since) {
    const naming = await loadNaming(work)
    return underLock(work, async (work) => {
      const made = await findMadeDeal(work, input, naming, since)
      if (made === undefined) return undefined
      const { deal, contact, contactId } = made
      const problem = input.note === undefined ? undefined : await addMissingNote(work, deal.id, input.note)
      const hint = inOneLine(problem !== undefined && `${NO_NOTE} ${problem}`, unwrittenHint(contact))
      return {
        created: true,
        lead: toDealAnswer(deal, naming, work.client.baseUrl),
        ...contactAnswer(contact, contactId),
        ...(input.note !== undefined && { note_added: problem === undefined }),
        ...(hint !== '' && { hint }),
      }
    })
  },
})

const HOW_TO_INSIST =
  'There is an open deal like this already, so none was created. Tell the person; to make one more, repeat the call with allow_duplicate: true.'
const MERGED = "amoCRM's duplicate control joined it to a deal that was already there."
const NOT_READ = 'That deal could not be read, so `lead` shows what was asked for, not what it has:'
const NO_NOTE = 'The deal is there, its note is not:'

function inOneLine(...sentences: (string | false | undefined)[]): string {
  return sentences.filter(Boolean).join(' ')
}
