import { describe, expect, it } from 'vitest'
import { closestTaskAt } from '../cards/card-view.ts'
import { fieldTypes } from '../fields/field-types.ts'
import type { Contact, FieldValue } from '../records.ts'
import { isClosed, lostStatus } from '../settings/stages.ts'
import { exampleContact } from './example-contact.ts'
import { fieldNamed } from './fields.ts'
import { seedAccount } from './seed.ts'

const day = 86_400
const now = Date.parse('2026-11-20T14:00:00+03:00') / 1000
const account = seedAccount('http://127.0.0.1:1', now)

const leads = [...account.leads.values()].filter((lead) => !lead.is_deleted)
const open = leads.filter((lead) => !isClosed(lead.status_id))
const contacts = [...account.contacts.values()]
const tasks = [...account.tasks.values()]
const events = [...account.events.values()]

const valuesOf = (contact: Contact, name: string) =>
  (contact.fields.get(fieldNamed(account, 'contacts', name).id) ?? []).map(({ value }: FieldValue) =>
    String(value),
  )
const digits = (phone: string) => phone.replace(/\D/g, '').slice(-10)

describe('the demo account', () => {
  it('has the size of a small business', () => {
    expect(leads.length).toBeGreaterThan(300)
    expect(contacts.length).toBeGreaterThan(190)
    expect(contacts.length).toBeLessThan(250)
    expect(account.companies.size).toBeGreaterThan(40)
    expect(account.companies.size).toBeLessThan(80)
    const managers = [...account.users.values()].filter((user) => !user.is_admin)
    expect(managers.filter((user) => user.is_active)).toHaveLength(6)
    expect(managers.filter((user) => !user.is_active)).toHaveLength(1)
    expect([...account.pipelines.values()].map(({ name }) => name)).toEqual([
      'Воронка продаж',
      'Повторные продажи',
    ])
    expect(
      [...account.fields.values()].filter((field) => field.entity_type === 'leads').length,
    ).toBeGreaterThan(50)
  })

  it('is the same for the same moment', () => {
    const again = seedAccount('http://127.0.0.1:1', now)
    expect([...again.leads.values()]).toEqual([...account.leads.values()])
    expect([...again.contacts.values()]).toEqual(contacts)
    expect([...again.events.keys()]).toEqual([...account.events.keys()])
  })

  it('has deals of yesterday and today, overdue tasks, and deals that nobody works on', () => {
    const midnight = now - 14 * 3600
    expect(leads.filter((lead) => lead.created_at >= midnight).length).toBeGreaterThan(1)
    expect(
      leads.filter((lead) => lead.created_at >= midnight - day && lead.created_at < midnight).length,
    ).toBeGreaterThan(3)
    const overdue = tasks.filter((task) => !task.is_completed && task.complete_till < now)
    expect(overdue.length).toBeGreaterThan(10)
    expect(tasks.filter((task) => !task.is_completed && task.complete_till >= now).length).toBeGreaterThan(10)
    const alone = open.filter((lead) => closestTaskAt(account, 'leads', lead.id) === null)
    expect(alone.length).toBeGreaterThan(5)
    expect(open.length).toBeGreaterThan(60)
  })

  it('has nothing that happened in the future', () => {
    for (const record of [...leads, ...contacts, ...tasks, ...account.notes.values(), ...events]) {
      expect(record.created_at).toBeLessThanOrEqual(now)
    }
    for (const lead of leads) expect(lead.updated_at).toBeLessThanOrEqual(now)
  })

  it('tells a history that ends where each deal stands', () => {
    const moves = events
      .filter(({ type }) => type === 'lead_status_changed')
      .sort((a, b) => a.created_at - b.created_at || a.sequence - b.sequence)
    const stands = new Map(moves.map((event) => [event.entity_id, event.value_after]))
    for (const lead of leads) {
      const end = stands.get(lead.id)
      if (end) expect(end).toEqual([{ lead_status: { id: lead.status_id, pipeline_id: lead.pipeline_id } }])
    }
    const lost = leads.filter((lead) => lead.status_id === lostStatus)
    expect(lost.every((lead) => lead.loss_reason_id !== null && lead.closed_at !== null)).toBe(true)
    expect(leads.filter((lead) => lead.status_id === 142).length).toBeGreaterThan(40)
  })

  it('uses only phone numbers that cannot ring, and example addresses', () => {
    for (const contact of contacts) {
      for (const phone of valuesOf(contact, 'Телефон')) expect(digits(phone)).toMatch(/^(495|812)000\d{4}$/)
      for (const email of valuesOf(contact, 'Email')) expect(email.toLowerCase()).toMatch(/@example\.ru$/)
    }
  })

  it('has people twice: the same phone written otherwise, the same address in other letters', () => {
    const count = (keys: string[]) => keys.length - new Set(keys).size
    const phones = contacts.flatMap((contact) => valuesOf(contact, 'Телефон'))
    expect(count(phones.map(digits))).toBeGreaterThan(5)
    expect(count(phones)).toBe(0)
    expect(
      count(contacts.flatMap((contact) => valuesOf(contact, 'Email')).map((email) => email.toLowerCase())),
    ).toBeGreaterThan(1)
  })

  it('has the contact that the documentation speaks of, once, with a company and an open deal', () => {
    const named = contacts.filter(({ name }) => name.includes(exampleContact.name))
    expect(named).toHaveLength(1)
    const [contact] = named
    if (!contact) throw new Error('no such contact')
    const same = contacts.filter((one) =>
      valuesOf(one, 'Телефон').some((phone) => digits(phone) === digits(exampleContact.phone)),
    )
    expect(same).toEqual([contact])
    expect(valuesOf(contact, 'Email')).toEqual([exampleContact.email])
    const ref = { type: 'contacts', id: contact.id } as const
    expect(account.links.of(ref, 'companies').map(({ id }) => account.companies.get(id)?.name)).toEqual([
      exampleContact.company,
    ])
    const deals = account.links.of(ref, 'leads').map(({ id }) => account.leads.get(id))
    expect(deals.map((lead) => lead?.name)).toEqual([exampleContact.lead])
    expect(deals.every((lead) => lead && !isClosed(lead.status_id))).toBe(true)
  })

  it('has only field types and choices that the API can read back', () => {
    for (const field of account.fields.values()) expect(fieldTypes.has(field.type)).toBe(true)
    for (const card of [...leads, ...contacts]) {
      for (const [id, values] of card.fields) {
        const enums = account.fields.get(id)?.enums?.map((option) => option.id)
        for (const { enum_id: choice } of values) if (choice !== undefined) expect(enums).toContain(choice)
      }
    }
  })
})
