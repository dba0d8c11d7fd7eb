import type { Card, CustomField, FieldValue, Lead } from '../records.ts'
import type { Account } from '../state.ts'

/** Unix seconds as the account's people read them: `20.11.2026, 15:00`. */
export function momentInWords(seconds: number, { timezone }: Account): string {
  return inZone(seconds, timezone, { dateStyle: 'short', timeStyle: 'short' })
}

export function moneyInWords(amount: number): string {
  return `${new Intl.NumberFormat('ru-RU').format(amount)} ₽`
}

export function userName(id: number, account: Account): string {
  return account.users.get(id)?.name ?? 'Робот'
}

/** `Переговоры (Воронка продаж)` */
export function stageName({ pipeline_id: pipelineId, status_id: id }: Lead, account: Account): string {
  const pipeline = account.pipelines.get(pipelineId)
  const stage = pipeline?.statuses.find((status) => status.id === id)
  return `${stage?.name ?? id} (${pipeline?.name ?? pipelineId})`
}

/** The filled custom fields, in the order of the account's settings. */
export function fieldsInWords(card: Card, account: Account): [label: string, value: string][] {
  return [...card.fields]
    .flatMap(([id, values]) => {
      const field = account.fields.get(id)
      return field ? [{ field, values }] : []
    })
    .sort((left, right) => left.field.sort - right.field.sort)
    .map(({ field, values }) => [
      field.name,
      values.map((value) => valueInWords(field, value, account)).join(', '),
    ])
}

function valueInWords({ type }: CustomField, { value }: FieldValue, account: Account): string {
  if (typeof value === 'boolean') return value ? 'да' : 'нет'
  if (typeof value === 'object' && value !== null) return Object.values(value).join(', ')
  if (typeof value !== 'number') return String(value)
  return inZone(value, account.timezone, {
    dateStyle: 'short',
    ...(type === 'date_time' && { timeStyle: 'short' }),
  })
}

/** Whatever was written: a time beyond the calendar is shown as the number that it is. */
function inZone(seconds: number, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return String(seconds)
  return new Intl.DateTimeFormat('ru-RU', { ...style, timeZone }).format(date)
}
