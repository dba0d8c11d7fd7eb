import type { LinkStore } from './links.ts'
import type { EventRecord } from './log/record-event.ts'
import type {
  CardType,
  Company,
  Contact,
  CustomField,
  FieldGroup,
  Group,
  Lead,
  LossReason,
  Note,
  Pipeline,
  Tag,
  Task,
  User,
} from './records.ts'

/** `none`: entity filters are ignored; `basic`: those by custom fields are; `full`: all work. */
export type FilterMode = 'none' | 'basic' | 'full'

/** Everything one simulated account holds. Replaced as a whole by a reset. */
export interface Account {
  readonly id: number
  readonly name: string
  readonly subdomain: string
  readonly uuid: string
  readonly amojoId: string
  readonly createdAt: number
  readonly timezone: string
  /** Whole-day fields and all-day tasks are cut at the account's midnight. */
  readonly zoneOffsetSeconds: number
  /** Root of every link in replies: `http://127.0.0.1:1234`. */
  readonly baseUrl: string
  readonly ownerId: number
  filterMode: FilterMode

  readonly users: Map<number, User>
  readonly groups: readonly Group[]
  readonly pipelines: Map<number, Pipeline>
  readonly lossReasons: Map<number, LossReason>
  readonly leads: Map<number, Lead>
  readonly contacts: Map<number, Contact>
  readonly companies: Map<number, Company>
  readonly tasks: Map<number, Task>
  /** Task ids by `leads:1`, so that the closest task of a card needs no scan. */
  readonly tasksOf: Map<string, Set<number>>
  readonly notes: Map<number, Note>
  readonly tags: Readonly<Record<CardType, Map<number, Tag>>>
  readonly fields: Map<number, CustomField>
  readonly fieldGroups: Map<string, FieldGroup>
  readonly links: LinkStore
  readonly events: Map<string, EventRecord>
  /** The last id given out, by kind of record. */
  readonly lastIds: Map<IdKind, number>
}

export type IdKind = keyof typeof firstIds

/** Ids grow by two, as on a real account whose shards take turns. */
export function nextId(account: Account, kind: IdKind): number {
  const next = (account.lastIds.get(kind) ?? firstIds[kind]) + 2
  account.lastIds.set(kind, next)
  return next
}

/** The card of a type and id, deleted ones included. */
export function cardOf(account: Account, type: CardType, id: number) {
  return account[type].get(id)
}

const firstIds = {
  pipelines: 7_214_500,
  statuses: 61_420_700,
  lossReasons: 14_260_100,
  leads: 31_250_400,
  /** Contacts and companies share one sequence. */
  cards: 45_870_200,
  tasks: 22_713_000,
  notes: 118_405_100,
  tags: 412_600,
  fields: 1_296_300,
  enums: 3_118_500,
  fieldGroups: 58_412_630,
  descriptions: 48_900,
  events: 0,
} as const
