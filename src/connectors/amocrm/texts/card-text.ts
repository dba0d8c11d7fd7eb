import { clip, cut } from '../cards/clip.ts'
import type { Card } from '../cards/read-card.ts'
import { cardTitle } from '../cards/title.ts'
import type { Company } from '../client/companies.ts'
import type { Contact } from '../client/contacts.ts'
import type { Lead } from '../client/leads.ts'
import { fieldsInWords } from '../fields/in-words.ts'
import { inWords } from '../money/amount.ts'
import type { Naming } from '../names/naming.ts'
import type { StageKind } from '../names/stages.ts'
import { emailsOf, phonesOf } from '../people/contact-points.ts'
import { isoInZone } from '../time/zone.ts'
import type { Work } from '../work.ts'
import { dealLines } from './deal-lines.ts'
import { companyLine, contactLines } from './people-lines.ts'
import { line, section } from './section.ts'
import { timelineInWords } from './timeline.ts'

/** What ChatGPT keeps of one document, with room to spare. */
const MOST_LETTERS = 8000

/** The whole card as a readable Russian text: what it is, who is on it, what is planned and what has happened. */
export async function cardText(work: Work, read: Card, naming: Naming): Promise<string> {
  const [own, timeline] = await Promise.all([
    ownLines(work, read, naming),
    timelineInWords(work, { kind: read.kind, id: read.card.id }, naming),
  ])
  const lines = [...own, ...fieldLines(read.card, naming), ...timeline]
  return cut(lines.join('\n'), MOST_LETTERS)
}

function ownLines(work: Work, read: Card, naming: Naming): Promise<string[]> {
  switch (read.kind) {
    case 'lead':
      return dealOwnLines(work, read.card, naming)
    case 'contact':
      return contactOwnLines(work, read.card, naming)
    case 'company':
      return companyOwnLines(work, read.card, naming)
  }
}

async function dealOwnLines(work: Work, deal: Lead, naming: Naming): Promise<string[]> {
  const { stage, pipeline, kind } = naming.stage(deal.pipeline_id, deal.status_id)
  const contacts = (deal._embedded.contacts ?? []).toSorted(
    (left, right) => Number(right.is_main) - Number(left.is_main),
  )
  return [
    cardTitle({ kind: 'lead', card: deal }, naming),
    `Воронка: ${pipeline}`,
    `Этап: ${stage} (${STATE[kind]})`,
    `Бюджет: ${inWords(deal.price, naming.account.currency_symbol)}`,
    ...line('Причина отказа', deal._embedded.loss_reason?.[0]?.name),
    ...aboutLines(deal, naming),
    ...line('Закрыта', deal.closed_at === null ? undefined : isoInZone(deal.closed_at, naming.zone)),
    ...line('Компания', await companyLine(work, deal._embedded.companies, naming)),
    ...section('Контакты', await contactLines(work, contacts, naming)),
  ]
}

const STATE: Record<StageKind, string> = {
  incoming: 'неразобранное',
  open: 'в работе',
  won: 'успешно',
  lost: 'проиграна',
}

async function contactOwnLines(work: Work, contact: Contact, naming: Naming): Promise<string[]> {
  return [
    cardTitle({ kind: 'contact', card: contact }, naming),
    ...reachLines(contact, naming),
    ...aboutLines(contact, naming),
    ...line('Компания', await companyLine(work, contact._embedded.companies, naming)),
    ...section('Сделки', await dealLines(work, contact._embedded.leads ?? [], naming)),
  ]
}

async function companyOwnLines(work: Work, company: Company, naming: Naming): Promise<string[]> {
  const { contacts = [], leads = [] } = company._embedded
  return [
    cardTitle({ kind: 'company', card: company }, naming),
    ...reachLines(company, naming),
    ...aboutLines(company, naming),
    ...section('Контакты', await contactLines(work, contacts, naming)),
    ...section('Сделки', await dealLines(work, leads, naming)),
  ]
}

function reachLines(card: Contact | Company, naming: Naming): string[] {
  return [
    ...line('Телефоны', phonesOf(card, naming.country).join(', ')),
    ...line('E-mail', emailsOf(card).join(', ')),
  ]
}

function aboutLines(card: Lead | Contact | Company, naming: Naming): string[] {
  return [
    ...line('Ответственный', naming.user(card.responsible_user_id)),
    ...line('Теги', card._embedded.tags.map(({ name }) => name).join(', ')),
    ...line('Создано', isoInZone(card.created_at, naming.zone)),
    ...line('Изменено', isoInZone(card.updated_at, naming.zone)),
  ]
}

function fieldLines(card: Lead | Contact | Company, naming: Naming): string[] {
  const fields = fieldsInWords(card.custom_fields_values, naming.zone)
  return section(
    'Поля',
    [...fields].map(([label, value]) => `${clip(label, 80)}: ${clip(value, 300)}`),
  )
}
