import { fieldTypes } from '../fields/field-types.ts'
import { fieldMissing, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { CardType, CustomField, FieldEnum, StatusRef } from '../records.ts'
import { type Account, nextId } from '../state.ts'
import {
  array,
  boolean,
  checkKeys,
  choiceOf,
  type Item,
  integer,
  isItem,
  nullOr,
  numberIn,
  type Rules,
  text,
  textIn,
} from '../validation.ts'

/** What is wrong with one field definition. `field` is the one that would change. */
export function checkField(item: Item, account: Account, type: CardType, field?: CustomField): Issue[] {
  return [
    ...checkKeys(item, rules, account),
    ...checkCode(item, account, type, field),
    ...checkEnums(item, field),
  ]
}

/** Types that a caller can make: phones and e-mails come with the account. */
export const creatableTypes = [...fieldTypes.keys()].filter((type) => type !== 'price')

export function makeField(item: Item, account: Account, type: CardType): CustomField {
  const field: CustomField = {
    id: nextId(account, 'fields'),
    entity_type: type,
    type: textIn(item, 'type') ?? 'text',
    name: textIn(item, 'name') ?? '',
    code: textIn(item, 'code') ?? null,
    sort: numberIn(item, 'sort') ?? 500,
    group_id: null,
    enums: null,
    is_api_only: false,
    is_predefined: false,
    is_deletable: true,
    required_statuses: [],
    hidden_statuses: [],
    remind: null,
    currency: null,
    tracking_callback: null,
  }
  account.fields.set(field.id, field)
  changeField(field, item, account)
  return field
}

/** Choices that are not sent back with their ids are dropped, and with them the values that hold them. */
export function changeField(field: CustomField, item: Item, account: Account): void {
  field.name = textIn(item, 'name') ?? field.name
  field.code = textIn(item, 'code') ?? field.code
  field.sort = numberIn(item, 'sort') ?? field.sort
  if (item.group_id !== undefined) field.group_id = textIn(item, 'group_id') ?? null
  if (typeof item.is_api_only === 'boolean') field.is_api_only = item.is_api_only
  if (item.remind !== undefined) field.remind = textIn(item, 'remind') ?? null
  if (item.currency !== undefined) field.currency = textIn(item, 'currency') ?? null
  if (item.tracking_callback !== undefined)
    field.tracking_callback = textIn(item, 'tracking_callback') ?? null
  field.required_statuses = statusesIn(item.required_statuses) ?? field.required_statuses
  field.hidden_statuses = statusesIn(item.hidden_statuses) ?? field.hidden_statuses
  const { enums } = item
  if (!Array.isArray(enums)) return
  const before = new Map(field.enums?.map((option) => [option.id, option]))
  field.enums = enums.filter(isItem).map((option, index) => enumOf(option, index, account, before))
  dropLostChoices(field, account)
}

/** Removes a field together with its values. */
export function removeField(field: CustomField, account: Account): void {
  account.fields.delete(field.id)
  for (const card of account[field.entity_type].values()) card.fields.delete(field.id)
}

const rules: Rules = {
  name: text,
  code: nullOr(text),
  sort: integer,
  group_id: nullOr(text),
  is_api_only: boolean,
  enums: nullOr(array),
  required_statuses: nullOr(array),
  hidden_statuses: nullOr(array),
  remind: nullOr(choiceOf(['never', 'day', 'week', 'month'])),
  currency: nullOr(text),
}

function checkCode(item: Item, account: Account, type: CardType, field?: CustomField): Issue[] {
  const code = textIn(item, 'code')
  if (code === undefined) return []
  const taken = [...account.fields.values()].some(
    (one) => one !== field && one.entity_type === type && one.code === code,
  )
  return taken ? [notSupportedChoice('code')] : []
}

function checkEnums(item: Item, field?: CustomField): Issue[] {
  const type = field?.type ?? textIn(item, 'type')
  const { enums } = item
  const needed = fieldTypes.get(type ?? '')?.choices === true
  if (enums == null) return needed && !field ? [fieldMissing('enums')] : []
  if (!Array.isArray(enums)) return []
  const known = new Set(field?.enums?.map(({ id }) => id))
  return enums.flatMap((option: unknown, index): Issue[] => {
    if (!isItem(option)) return [invalidType(`enums.${index}`, 'array')]
    const { id, value } = option
    if (id != null && !known.has(numberIn(option, 'id') ?? 0))
      return [notSupportedChoice(`enums.${index}.id`)]
    if (typeof value === 'string' || id != null) return []
    return [fieldMissing(`enums.${index}.value`)]
  })
}

function enumOf(
  option: Item,
  index: number,
  account: Account,
  before: ReadonlyMap<number, FieldEnum>,
): FieldEnum {
  const old = before.get(numberIn(option, 'id') ?? 0)
  return {
    id: old?.id ?? nextId(account, 'enums'),
    value: textIn(option, 'value') ?? old?.value ?? '',
    sort: numberIn(option, 'sort') ?? old?.sort ?? index,
    code: textIn(option, 'code') ?? old?.code ?? null,
  }
}

function dropLostChoices(field: CustomField, account: Account): void {
  const known = new Set<unknown>(field.enums?.map(({ id }) => id))
  for (const card of account[field.entity_type].values()) {
    const kept = card.fields.get(field.id)?.filter((value) => known.has(value.enum_id))
    if (kept?.length === 0) card.fields.delete(field.id)
    else if (kept) card.fields.set(field.id, kept)
  }
}

function statusesIn(list: unknown): StatusRef[] | undefined {
  if (list === null) return []
  if (!Array.isArray(list)) return undefined
  return list.filter(isItem).map((status) => ({
    status_id: numberIn(status, 'status_id') ?? 0,
    pipeline_id: numberIn(status, 'pipeline_id') ?? 0,
  }))
}
