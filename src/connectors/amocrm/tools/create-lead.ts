import { z } from 'zod'
import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import { getLead } from '../client/leads.ts'
import { addFirstNote } from '../deals/add-note.ts'
import { createDeal } from '../deals/create-deal.ts'
import { dealAnswer, toDealAnswer } from '../deals/deal-answer.ts'
import { planDeal } from '../deals/plan-deal.ts'
import { findTwinDeal } from '../deals/twin-deal.ts'
import { tool } from '../define.ts'
import { fieldsInput } from '../fields/changes.ts'
import { loadNaming } from '../names/naming.ts'
import type { MatchedContact } from '../people/match-contact.ts'
import { inTurn } from '../work.ts'

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
    price: z.int().min(0).max(1e12).default(0).describe('In account currency.'),
    contact: z
      .object({
        ref: z.string().optional().describe('contact:<id>'),
        name: z.string().optional().describe('Name for a new one.'),
        phone: z.string().optional().describe('Any form.'),
        email: z.string().optional().describe('E-mail.'),
      })
      .optional()
      .describe('Whose deal.'),
    pipeline: z.string().optional().describe('Name or id; default: main.'),
    stage: z.string().optional().describe('Name or id; default: first.'),
    responsible: z.string().optional().describe('User name or id.'),
    tags: z.array(z.string()).optional().describe('Tags.'),
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
  run: (input, work) =>
    inTurn(work, async () => {
      const { client, signal } = work
      const plan = await planDeal(work, input, await loadNaming(work))
      // Again, and from memory: the plan may have met names that are newer than what was kept.
      const naming = await loadNaming(work)
      const twin = input.allow_duplicate ? undefined : await findTwinDeal(work, plan, naming)
      if (twin) {
        return {
          created: false,
          lead: toDealAnswer(twin, naming, client.baseUrl),
          ...contactAnswer(plan.contact),
          ...(input.note !== undefined && { note_added: false }),
          hint: HOW_TO_INSIST,
        }
      }
      const { id, contactId, merged } = await createDeal(work, plan)
      const problem = input.note === undefined ? undefined : await addFirstNote(work, id, input.note)
      const existing = merged ? await getLead(client, id, { signal }) : undefined
      const responsible = plan.deal.responsible_user_id ?? naming.account.current_user_id ?? 0
      const made = { ...plan.deal, id, responsible_user_id: responsible }
      const hint = [merged ? MERGED : '', problem === undefined ? '' : `${NO_NOTE} ${problem}`]
        .join(' ')
        .trim()
      return {
        created: !merged,
        lead: toDealAnswer(existing ?? made, naming, client.baseUrl),
        ...contactAnswer(plan.contact, contactId, merged),
        ...(input.note !== undefined && { note_added: problem === undefined }),
        ...(hint !== '' && { hint }),
      }
    }),
})

const HOW_TO_INSIST =
  'There is an open deal like this already, so none was created. Tell the person; to make one more, repeat the call with allow_duplicate: true.'
const MERGED = "amoCRM's duplicate control joined it to a deal that was already there."
const NO_NOTE = 'The deal is there, its note is not:'

function contactAnswer(contact: MatchedContact | undefined, createdId?: number, merged = false) {
  if (!contact) return {}
  const isFound = 'found' in contact
  const id = isFound ? contact.found.id : createdId
  if (id === undefined) return {}
  const { name } = isFound ? contact.found : contact.missing
  const status = isFound || merged ? ('found' as const) : ('created' as const)
  return { contact: { ref: formatRef({ kind: 'contact', id }), name: clip(name, 120), status } }
}
