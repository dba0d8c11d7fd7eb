/** What one simulated account stores, under the names the API gives them. All times are Unix seconds. */

/** The entities that have cards: fields, tags, links, notes and tasks. */
export type CardType = 'leads' | 'contacts' | 'companies'

/** One stored value of a custom field, in the form in which it is read back. */
export type FieldValue = Readonly<Record<string, unknown>>

export interface Card {
  readonly id: number
  name: string
  responsible_user_id: number
  group_id: number
  created_by: number
  updated_by: number
  created_at: number
  updated_at: number
  is_deleted: boolean
  /** Tag ids, in the order they were given. */
  tags: number[]
  /** By field id; a field without a value has no entry. */
  fields: Map<number, readonly FieldValue[]>
}

export interface Lead extends Card {
  price: number
  status_id: number
  pipeline_id: number
  loss_reason_id: number | null
  source_id: number | null
  closed_at: number | null
  score: number | null
  labor_cost: number | null
}

export interface Contact extends Card {
  first_name: string
  last_name: string
  /** Waits in the unsorted list; the sections do not show it yet. */
  is_unsorted: boolean
}

export type Company = Card

export interface Task {
  readonly id: number
  created_by: number
  updated_by: number
  created_at: number
  updated_at: number
  responsible_user_id: number
  group_id: number
  entity_id: number | null
  entity_type: CardType | null
  duration: number
  is_completed: boolean
  task_type_id: number
  text: string
  /** Empty when the task has no result. */
  result: string
  complete_till: number
}

export interface Note {
  readonly id: number
  readonly entity_type: CardType
  readonly entity_id: number
  created_by: number
  updated_by: number
  created_at: number
  updated_at: number
  responsible_user_id: number
  group_id: number
  note_type: string
  params: Readonly<Record<string, unknown>>
  is_pinned: boolean
}

export interface Tag {
  readonly id: number
  name: string
  color: string | null
}

export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly is_admin: boolean
  readonly is_active: boolean
  readonly group_id: number
  readonly role_id: number | null
  readonly uuid: string
  readonly phone_number: string | null
  readonly rank: string | null
}

export interface Group {
  readonly id: number
  readonly name: string
  readonly uuid: string | null
}

export interface Status {
  readonly id: number
  name: string
  sort: number
  color: string
  /** 1 is the unsorted stage, 0 any other. */
  readonly type: 0 | 1
  descriptions: StatusDescription[]
}

export interface StatusDescription {
  readonly id: number
  level: string
  description: string
  /** `Y-m-d H:i:s` in the account's zone. */
  readonly created_at: string
  updated_at: string
  readonly created_by: number
  updated_by: number | null
}

export interface Pipeline {
  readonly id: number
  name: string
  sort: number
  is_main: boolean
  is_unsorted_on: boolean
  is_archive: boolean
  statuses: Status[]
}

export interface LossReason {
  readonly id: number
  name: string
  sort: number
  readonly created_at: number
  updated_at: number
}

export interface FieldEnum {
  readonly id: number
  value: string
  sort: number
  code: string | null
}

export interface CustomField {
  readonly id: number
  readonly entity_type: CardType
  readonly type: string
  name: string
  code: string | null
  sort: number
  group_id: string | null
  enums: FieldEnum[] | null
  is_api_only: boolean
  readonly is_predefined: boolean
  readonly is_deletable: boolean
  required_statuses: StatusRef[]
  hidden_statuses: StatusRef[]
  remind: string | null
  currency: string | null
  tracking_callback: string | null
}

export interface StatusRef {
  readonly status_id: number
  readonly pipeline_id: number
}

export interface FieldGroup {
  readonly id: string
  readonly entity_type: CardType
  readonly type: 'custom_field_group' | 'linked_group'
  readonly is_predefined: boolean
  name: string
  sort: number
}
