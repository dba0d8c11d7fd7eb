import {
  ApiProblem,
  fieldMissing,
  type Issue,
  invalidType,
  notSupportedChoice,
  tooLong,
  validationProblem,
} from './http/problem.ts'
import type { Account } from './state.ts'

/** One element of a body: an object whose keys are not checked yet. */
export type Item = Readonly<Record<string, unknown>>

/** What a key's value must be. `path` is where it stands in the element. */
export type Rule = (value: unknown, path: string, account: Account) => Issue | undefined

/** Rules by key. Keys without a rule are ignored: libraries send whole models back. */
export type Rules = Readonly<Record<string, Rule>>

export const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The body of a collection call: an array of objects, not empty, not longer than `most`. */
export function itemsIn(body: unknown, most = 250): Item[] {
  if (!Array.isArray(body)) {
    throw validationProblem([{ requestId: '0', issues: [invalidType('', 'array')] }])
  }
  if (body.length === 0) throw new ApiProblem(400, 'Request body is empty')
  if (body.length > most) {
    throw new ApiProblem(400, `The number of entities in one request must not exceed ${most}`)
  }
  const failures = body.flatMap((item, index) =>
    isItem(item) ? [] : [{ requestId: String(index), issues: [invalidType('', 'array')] }],
  )
  if (failures.length > 0) throw validationProblem(failures)
  return body
}

/** The body of a call to one thing. */
export function itemIn(body: unknown): Item {
  if (isItem(body)) return body
  throw validationProblem([{ requestId: '0', issues: [invalidType('', 'object')] }])
}

/** Refuses the whole batch when one element has an issue. */
export function refuseInvalid(items: readonly Item[], check: (item: Item, index: number) => Issue[]): void {
  const failures = items
    .map((item, index) => ({ requestId: requestIdOf(item, index), issues: check(item, index) }))
    .filter(({ issues }) => issues.length > 0)
  if (failures.length > 0) throw validationProblem(failures)
}

/** What the caller sent, else the element's place in the array. */
export function requestIdOf(item: Item, index: number): string {
  const { request_id: sent } = item
  return typeof sent === 'string' || typeof sent === 'number' ? String(sent) : String(index)
}

export function checkKeys(item: Item, rules: Rules, account: Account, path = ''): Issue[] {
  return Object.entries(rules).flatMap(([key, rule]) => {
    if (item[key] === undefined) return []
    return rule(item[key], path + key, account) ?? []
  })
}

export function checkRequired(item: Item, keys: readonly string[], path = ''): Issue[] {
  return keys.filter((key) => item[key] === undefined).map((key) => fieldMissing(path + key))
}

/** The `id` that an element of an update must name. */
export function checkId(item: Item, account: Account): Issue[] {
  return [...checkRequired(item, ['id']), ...checkKeys(item, { id: integer }, account)]
}

export const text: Rule = (value, path) =>
  typeof value === 'string' ? undefined : invalidType(path, 'string')

const mostInName = 255

/** The name of a card, or a part of it. */
export const cardName: Rule = (value, path, account) =>
  text(value, path, account) ??
  ([...String(value)].length > mostInName ? tooLong(path, mostInName) : undefined)

export const boolean: Rule = (value, path) =>
  typeof value === 'boolean' ? undefined : invalidType(path, 'bool')

export const integer: Rule = (value, path) =>
  Number.isSafeInteger(value) ? undefined : invalidType(path, 'int')

/** Money. Fractions are taken since 2026, when libraries began to send them; a string is still refused. */
export const amount: Rule = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(Math.round(value)) ? undefined : invalidType(path, 'int')

export const array: Rule = (value, path) => (Array.isArray(value) ? undefined : invalidType(path, 'array'))

export const nullOr =
  (rule: Rule): Rule =>
  (value, path, account) =>
    value === null ? undefined : rule(value, path, account)

/** Somebody work can be given to: a deactivated user cannot. */
export const activeUser: Rule = (value, path, account) =>
  integer(value, path, account) ??
  (account.users.get(Number(value))?.is_active ? undefined : notSupportedChoice(path))

/** Who did it: any user of the account, or 0 for a robot. */
export const author: Rule = (value, path, account) =>
  integer(value, path, account) ??
  (value === 0 || account.users.has(Number(value)) ? undefined : notSupportedChoice(path))

export const choiceOf =
  (choices: readonly unknown[]): Rule =>
  (value, path) =>
    choices.includes(value) ? undefined : notSupportedChoice(path)

/** The value of a key that a rule has passed, or `otherwise`. */
export function numberIn(item: Item, key: string): number | undefined {
  const value = item[key]
  return typeof value === 'number' ? value : undefined
}

export function textIn(item: Item, key: string): string | undefined {
  const value = item[key]
  return typeof value === 'string' ? value : undefined
}
