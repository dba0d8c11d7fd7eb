import type { Account } from '../state.ts'
import { fieldNamed } from './fields.ts'
import { streets } from './names.ts'
import type { Random } from './random.ts'

/** Field values a new deal comes with; some are missing, as always. */
export function valuesOf(account: Account, random: Random, at: number): object[] {
  const field = (name: string) => fieldNamed(account, 'leads', name)
  const one = (name: string, value: unknown) => ({ field_id: field(name).id, values: [{ value }] })
  const choice = (name: string) => {
    const { id, enums } = field(name)
    return { field_id: id, values: [{ enum_id: random.pick(enums ?? []).id }] }
  }
  const maybe = (share: number, make: () => object) => (random.chance(share) ? [make()] : [])
  return [
    ...maybe(0.85, () => choice('Источник')),
    ...maybe(0.6, () => one('Дата замера', at + random.between(1, 12) * 86_400)),
    ...maybe(0.7, () => one('Адрес объекта', `${random.pick(streets)}, д. ${random.between(1, 90)}`)),
    ...maybe(0.5, () => one('Площадь, м²', random.between(8, 240) / 4)),
    ...maybe(0.3, () => one('Скидка', random.chance(0.6))),
    ...maybe(0.5, () => choice('Тип объекта')),
    ...maybe(0.4, () => choice('Профиль')),
    ...maybe(0.5, () => choice('Что заказывают')),
    ...maybe(0.4, () => one('Количество окон', random.between(1, 12))),
    ...maybe(0.35, () => one('utm_source', random.pick(['yandex', 'google', 'avito', 'vk']))),
    ...maybe(0.25, () => one('utm_medium', random.pick(['cpc', 'organic', 'banner']))),
  ]
}
