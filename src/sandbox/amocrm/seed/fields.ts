import type { CardType, CustomField } from '../records.ts'
import { makeField } from '../settings/custom-field-write.ts'
import type { Account } from '../state.ts'

/** Adds every custom field of the demo account, and the tabs they stand on. */
export function seedFields(account: Account): void {
  for (const type of ['leads', 'contacts', 'companies'] as const) {
    addGroup(account, type, 'default', 'Основное', 0)
    if (type === 'leads') addGroup(account, type, 'statistic', 'Статистика', 1)
    for (const [index, row] of fields[type].entries()) addField(account, type, row, 500 + index)
  }
}

/** The field of that name; the seed refers to fields by what people call them. */
export function fieldNamed(account: Account, type: CardType, name: string): CustomField {
  for (const field of account.fields.values()) {
    if (field.entity_type === type && field.name === name) return field
  }
  throw new Error(`no field named ${name}`)
}

interface Row {
  readonly name: string
  readonly type: string
  readonly code?: string
  readonly choices?: readonly string[]
  readonly group?: string
}

const phoneKinds = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER']
const emailKinds = ['WORK', 'PRIV', 'OTHER']

const phone: Row = { name: 'Телефон', type: 'multitext', code: 'PHONE', choices: phoneKinds }
const email: Row = { name: 'Email', type: 'multitext', code: 'EMAIL', choices: emailKinds }

const select = (name: string, ...choices: string[]): Row => ({ name, type: 'select', choices })
const plain = (type: string, ...names: string[]): Row[] => names.map((name) => ({ name, type }))
const tracking = (...codes: string[]): Row[] =>
  codes.map((code) => ({ name: code.toLowerCase(), type: 'tracking_data', code, group: 'statistic' }))

const fields: Readonly<Record<CardType, readonly Row[]>> = {
  leads: [
    select(
      'Источник',
      'Сайт',
      'Звонок',
      'Рекомендация',
      'Авито',
      'Яндекс Директ',
      'Выставка',
      'Повторное обращение',
    ),
    ...plain('date', 'Дата замера'),
    ...plain('text', 'Адрес объекта'),
    ...plain('numeric', 'Площадь, м²'),
    ...plain('checkbox', 'Скидка'),
    select('Тип объекта', 'Квартира', 'Частный дом', 'Балкон', 'Офис', 'Новостройка'),
    select('Профиль', 'Эконом', 'Стандарт', 'Премиум', 'Алюминий'),
    {
      name: 'Что заказывают',
      type: 'multiselect',
      choices: ['Окна', 'Двери', 'Балкон', 'Откосы', 'Подоконники', 'Москитные сетки'],
    },
    { name: 'Гарантия', type: 'radiobutton', choices: ['1 год', '3 года', '5 лет'] },
    ...plain('numeric', 'Количество окон', 'Количество дверей', 'Этаж', 'Предоплата', 'Оценка клиента'),
    ...plain('date_time', 'Дата монтажа'),
    ...plain('textarea', 'Комментарий замерщика', 'Пожелания клиента'),
    select('Замерщик', 'Бригада 1', 'Бригада 2', 'Подрядчик'),
    select('Бригада монтажа', 'Север', 'Юг', 'Запад', 'Восток'),
    select('Способ оплаты', 'Наличные', 'Карта', 'Счёт', 'Рассрочка'),
    select('Срочность', 'Обычная', 'Срочно', 'Очень срочно'),
    select('Цвет', 'Белый', 'Дуб', 'Антрацит', 'По образцу'),
    ...plain('url', 'Ссылка на проект'),
    ...plain('text', 'Номер договора', 'Номер заказа на заводе', 'Конкурент', 'Промокод', 'Домофон'),
    ...plain('date', 'Дата договора', 'Дата оплаты', 'Дата готовности', 'Гарантия до'),
    ...plain('checkbox', 'Есть лифт', 'Вывоз старых окон', 'Нужна доставка', 'Акт подписан'),
    ...plain('streetaddress', 'Адрес доставки'),
    ...tracking('UTM_SOURCE', 'UTM_MEDIUM', 'UTM_CAMPAIGN', 'UTM_CONTENT', 'UTM_TERM', 'UTM_REFERRER'),
    ...tracking(
      'REFERRER',
      'ROISTAT',
      'OPENSTAT_SERVICE',
      'OPENSTAT_CAMPAIGN',
      'OPENSTAT_AD',
      'OPENSTAT_SOURCE',
    ),
    ...tracking('FROM', 'GCLIENTID', '_YM_UID', '_YM_COUNTER', 'GCLID', 'YCLID', 'FBCLID'),
  ],
  contacts: [
    { name: 'Должность', type: 'text', code: 'POSITION' },
    phone,
    email,
    { name: 'Telegram', type: 'text' },
    { name: 'День рождения', type: 'birthday' },
    { name: 'Пользовательское соглашение', type: 'checkbox', code: 'USER_AGREEMENT' },
    select('Откуда узнал', 'Реклама', 'Знакомые', 'Проходил мимо'),
    ...plain('smart_address', 'Домашний адрес'),
  ],
  companies: [
    phone,
    email,
    { name: 'Web', type: 'url', code: 'WEB' },
    { name: 'Адрес', type: 'textarea', code: 'ADDRESS' },
    { name: 'ИНН', type: 'text' },
    select('Вид компании', 'Застройщик', 'Управляющая компания', 'Дизайн-студия', 'Офис', 'Магазин'),
    ...plain('legal_entity', 'Юридическое лицо'),
  ],
}

function addField(account: Account, type: CardType, row: Row, sort: number): void {
  const enums = row.choices?.map((value, index) => ({ value, sort: (index + 1) * 2 }))
  const field = makeField({ ...row, sort, group_id: row.group ?? null, enums }, account, type)
  const { code } = row
  if (code === undefined) return
  account.fields.set(field.id, { ...field, code, is_predefined: type !== 'leads', is_deletable: false })
}

function addGroup(account: Account, type: CardType, id: string, name: string, sort: number): void {
  account.fieldGroups.set(`${type}/${id}`, {
    id,
    entity_type: type,
    type: id === 'default' ? 'custom_field_group' : 'linked_group',
    is_predefined: true,
    name,
    sort,
  })
}
