import { linkStore } from '../links.ts'
import { recordEvent } from '../log/record-event.ts'
import type { Contact } from '../records.ts'
import type { Account } from '../state.ts'
import { clientsOf } from './clients.ts'
import { seedDeal, seedExample } from './deals.ts'
import { seedDuplicates } from './duplicates.ts'
import { seedFields } from './fields.ts'
import { seedPipelines } from './pipelines.ts'
import { type Random, randomOf } from './random.ts'
import { activeManagerIds, directorId, groups, users } from './team.ts'
import { seedWork } from './work.ts'

/**
 * The demo account: an invented firm that sells windows and doors. The same account for the same `now`
 * (Unix seconds); its calls, tasks and deals lie around that moment.
 */
export function seedAccount(baseUrl: string, now: number): Account {
  const account = emptyAccount(baseUrl, now - 800 * day)
  const random = randomOf(20_200_417)
  for (const user of users) account.users.set(user.id, user)
  const { sales, repeat } = seedPipelines(account)
  seedFields(account)
  const clients = clientsOf(account, random)
  const people: Contact[] = []
  for (const at of momentsOf(random, account, now)) {
    const manager = random.pick(activeManagerIds)
    const isNew = people.length < 20 || random.chance(0.5)
    const contact = isNew ? clients.contact(at, manager) : random.pick(people)
    if (isNew) people.push(contact)
    const pipeline = !isNew && random.chance(0.6) ? repeat : sales
    seedWork(account, random, seedDeal(account, random, { pipeline, contact, at, now }), now)
  }
  seedWork(account, random, seedExample(account, sales, now), now)
  seedDuplicates(account, random, now)
  binSome(account, now)
  return account
}

const day = 86_400
const deals = 360

/** When deals came in: working hours of the last 400 days, more of them lately, some yesterday and today. */
function momentsOf(random: Random, { zoneOffsetSeconds: zone }: Account, now: number): number[] {
  const midnight = Math.floor((now + zone) / day) * day - zone
  const past = Array.from({ length: deals }, () => {
    const daysAgo = 2 + Math.floor(398 * random.next() ** 1.6)
    return midnight - daysAgo * day + random.between(9 * 60, 19 * 60) * 60
  })
  const yesterday = [10, 12, 15, 17].map((hour) => midnight - day + hour * 3600 + random.between(0, 40) * 60)
  const today = [random.between(20, 50), random.between(60, 110)].map((minutes) => now - minutes * 60)
  return [...past, ...yesterday, ...today].sort((a, b) => a - b)
}

/** A few spam deals lie in the bin. */
function binSome(account: Account, now: number): void {
  for (const lead of [...account.leads.values()].filter((_, index) => index % 90 === 45)) {
    const at = Math.min(lead.updated_at + day, now - 3600)
    Object.assign(lead, { is_deleted: true, updated_at: at, updated_by: account.ownerId })
    recordEvent(account, { type: 'lead_deleted', entity: 'lead', id: lead.id, by: account.ownerId, at })
  }
}

function emptyAccount(baseUrl: string, createdAt: number): Account {
  return {
    id: 31_415_926,
    name: 'Окна и Двери',
    subdomain: 'oknaidveri',
    uuid: '2f6b1c74-9d3e-4b8a-a1f5-6c0d7e8f9a10',
    amojoId: '8d0b3c11-52a7-4e69-b3c8-1f2e3d4c5b6a',
    createdAt,
    timezone: 'Europe/Moscow',
    zoneOffsetSeconds: 3 * 3600,
    baseUrl,
    ownerId: directorId,
    filterMode: 'basic',
    users: new Map(),
    groups,
    pipelines: new Map(),
    lossReasons: new Map(),
    leads: new Map(),
    contacts: new Map(),
    companies: new Map(),
    tasks: new Map(),
    tasksOf: new Map(),
    notes: new Map(),
    tags: { leads: new Map(), contacts: new Map(), companies: new Map() },
    fields: new Map(),
    fieldGroups: new Map(),
    links: linkStore(),
    events: new Map(),
    lastIds: new Map(),
  }
}
