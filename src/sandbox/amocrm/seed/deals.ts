import { createCard, updateCard } from '../cards/card-write.ts'
import { companyKind } from '../cards/companies.ts'
import { contactKind } from '../cards/contacts.ts'
import { leadKind } from '../cards/leads.ts'
import { linkCards } from '../cards/linking.ts'
import type { Contact, Lead, Pipeline } from '../records.ts'
import { isClosed, lostStatus, stagesInOrder, wonStatus } from '../settings/stages.ts'
import type { Account } from '../state.ts'
import { valuesOf } from './deal-fields.ts'
import { exampleContact } from './example-contact.ts'
import { orders } from './names.ts'
import type { Random } from './random.ts'
import { activeManagerIds, managerIds } from './team.ts'

const day = 86_400

/** One deal with its history up to now. `source` is who wrote it down: a manager, or a robot (0). */
export function seedDeal(
  account: Account,
  random: Random,
  { pipeline, contact, at, now }: { pipeline: Pipeline; contact: Contact; at: number; now: number },
): Lead {
  const old = now - at > 120 * day
  const manager = random.pick(old ? managerIds : activeManagerIds)
  const by = random.chance(0.35) ? 0 : manager
  const order = random.pick(orders)
  const lead = createCard(
    leadKind,
    {
      name: random.chance(0.6) ? `${order}, ${contact.name}` : order,
      price: random.chance(0.1) ? 0 : random.between(18, 640) * 500,
      pipeline_id: pipeline.id,
      responsible_user_id: manager,
      created_by: by,
      created_at: at,
      custom_fields_values: valuesOf(account, random, at),
      tags_to_add: random.chance(0.3)
        ? [{ name: random.pick(['Срочно', 'Рассрочка', 'Опт', 'Повторный']) }]
        : [],
    },
    account,
    manager,
    at,
  )
  const ref = { type: 'leads', id: lead.id } as const
  linkCards(account, ref, { type: 'contacts', id: contact.id }, true, { by, at })
  const [company] = account.links.of({ type: 'contacts', id: contact.id }, 'companies')
  if (company) linkCards(account, ref, { type: 'companies', id: company.id }, false, { by, at })
  walk(account, random, lead, now)
  return lead
}

/** The deal of the example contact: open, at a known stage, with a company. */
export function seedExample(account: Account, pipeline: Pipeline, now: number): Lead {
  const by = activeManagerIds[0] ?? 0
  const at = now - 9 * day
  const common = { created_by: by, responsible_user_id: by, created_at: at }
  const [, digits = ''] = exampleContact.phone.replace(/\D/g, '').match(/^7(\d{10})$/) ?? []
  const company = createCard(companyKind, { ...common, name: exampleContact.company }, account, by, at)
  const contact = createCard(
    contactKind,
    {
      ...common,
      first_name: 'Иван',
      last_name: 'Петров',
      custom_fields_values: [
        { field_code: 'PHONE', values: [{ value: `+7${digits}`, enum_code: 'MOB' }] },
        { field_code: 'EMAIL', values: [{ value: exampleContact.email }] },
        { field_code: 'POSITION', values: [{ value: 'Собственник' }] },
      ],
    },
    account,
    by,
    at,
  )
  const lead = createCard(leadKind, { ...common, name: exampleContact.lead, price: 184_000 }, account, by, at)
  const refs = {
    lead: { type: 'leads', id: lead.id },
    contact: { type: 'contacts', id: contact.id },
    company: { type: 'companies', id: company.id },
  } as const
  linkCards(account, refs.contact, refs.company, false, { by, at })
  linkCards(account, refs.lead, refs.contact, true, { by, at })
  linkCards(account, refs.lead, refs.company, false, { by, at })
  const stages = openStages(pipeline)
  for (const [index, stage] of stages.slice(1, 4).entries()) {
    const moved = at + (index + 1) * 2 * day
    updateCard(leadKind, lead, { status_id: stage, updated_by: by, updated_at: moved }, account, by, moved)
  }
  return lead
}

const openStages = (pipeline: Pipeline) =>
  stagesInOrder(pipeline)
    .filter((status) => status.type === 0 && !isClosed(status.id))
    .map(({ id }) => id)

/** Moves a deal stage by stage, as real ones go: most old deals are closed, some got stuck. */
function walk(account: Account, random: Random, lead: Lead, now: number): void {
  const pipeline = account.pipelines.get(lead.pipeline_id)
  if (!pipeline) return
  const stages = openStages(pipeline)
  const stuckAt = random.chance(0.12) ? random.between(0, stages.length - 1) : stages.length
  const lostAt = random.chance(0.48) ? random.between(0, stages.length - 2) : stages.length
  let time = lead.created_at
  for (let index = 0; index < stuckAt; index++) {
    time += random.between(1, 9) * day + random.between(-4, 4) * 3600
    if (time >= now - 600) return
    if (index === lostAt) {
      const reason = random.pick([...account.lossReasons.keys()])
      move(account, lead, { status_id: lostStatus, loss_reason_id: reason }, time)
      return
    }
    move(account, lead, { status_id: stages[index + 1] ?? wonStatus }, time)
  }
}

function move(account: Account, lead: Lead, change: object, at: number): void {
  const by = lead.responsible_user_id
  updateCard(leadKind, lead, { ...change, updated_by: by, updated_at: at }, account, by, at)
}
