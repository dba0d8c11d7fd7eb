import { afterAll, describe, expect, it } from 'vitest'
import { clip, cut, oneLine } from './cards/clip.ts'
import { parseRef } from './cards/ref.ts'
import { fieldsInWords } from './fields/in-words.ts'
import { valuesToWrite } from './fields/values.ts'
import { fold, isSameText, stem, toLatin, words } from './names/fold.ts'
import { isSameName, matchName } from './names/match.ts'
import { named, resolveName } from './names/resolve.ts'
import { resolveTaskType } from './names/task-types.ts'
import { readAskedPerson } from './people/asked-person.ts'
import { emailsOf, phonesOf } from './people/contact-points.ts'
import { emailKey } from './people/email.ts'
import { nameQueries } from './people/name-queries.ts'
import { isSamePhone, looksLikePhone, phoneQueries, toE164 } from './people/phone.ts'
import { hasEmail, hasPhone } from './people/reach.ts'
import { isWholeName, kindOf, shareOfTerms, spellingsOf, termsOf } from './search/terms.ts'
import { openStand } from './testing/stand.ts'
import { noteInWords } from './texts/note-in-words.ts'
import { comingDay } from './time/day.ts'
import { parseMoment } from './time/moment.ts'
import createLead from './tools/create-lead.ts'
import createTask from './tools/create-task.ts'
import fetchCard from './tools/fetch.ts'
import getPipelines from './tools/get-pipelines.ts'
import search from './tools/search.ts'
import searchContacts from './tools/search-contacts.ts'
import updateContact from './tools/update-contact.ts'

/** What takes the square of its length, or more, in a matcher that was not made for it. */
const LENGTH = 200_000
const texts = new Map(
  Object.entries({
    blanks: ' ',
    'line breaks': ' \n',
    letters: 'а',
    'letters with a mark': 'е',
    'Latin letters': 'a',
    digits: '4',
    'digits and blanks': '4 ',
    commas: ',',
    'commas and blanks': ', ',
    semicolons: '1;',
    signs: '#',
    dots: 'a.',
    'address signs': 'a@',
    words: 'а б ',
    'long words': 'сделками ',
    'marks out of order': '\u0301\u0316',
    emoji: '🔥',
    'half an emoji': '\ud83d',
    slashes: '/leads',
    extensions: 'доб ',
  }).map(([name, piece]) => [name, `8${piece.repeat(LENGTH / piece.length)}4`]),
)

const here = { now: Date.parse('2026-11-20T10:00:00+03:00'), zone: 'Europe/Moscow' }
const today = { year: 2026, month: 11, day: 20, hour: 0, minute: 0 }
const home = 'https://example.amocrm.ru'
const ordinary = ['Новая заявка', 'Договор', 'а', '8 495 000-12-34', 'anna@example.com']

const refusalOr = (step: () => unknown) => {
  try {
    return step()
  } catch (error) {
    return error
  }
}

function cardWith(value: string) {
  const values = [{ value }]
  return {
    custom_fields_values: [
      { field_id: 1, field_name: value, field_code: 'PHONE', field_type: 'multitext', values },
      { field_id: 2, field_name: value, field_code: 'EMAIL', field_type: 'multitext', values },
      { field_id: 3, field_name: value, field_type: 'text', values },
    ],
  }
}

function fieldOf(type: string, choice: string) {
  return {
    id: 1,
    name: 'Поле',
    type,
    sort: 0,
    is_api_only: false,
    is_computed: false,
    is_predefined: false,
    enums: [{ id: 1, value: choice, sort: 0 }],
    required_statuses: [],
  }
}

const FIELD_TYPES = ['text', 'numeric', 'checkbox', 'select', 'multiselect', 'date', 'birthday', 'date_time']

/** Everything that reads a text from a card or from a call, in both places where there are two. */
const steps: Record<string, (text: string) => unknown> = {
  oneLine,
  clip: (text) => clip(text, 500),
  cut: (text) => cut(text, 500),
  parseRef: (text) => [
    parseRef(text, home),
    refusalOr(() => parseRef(`https://${text}/leads/detail/1`, home)),
  ],
  fieldsInWords: (text) => fieldsInWords(cardWith(text).custom_fields_values, here.zone),
  valuesToWrite: (text) =>
    FIELD_TYPES.map((type) => [
      refusalOr(() => valuesToWrite(fieldOf(type, 'Окна'), text, here)),
      refusalOr(() => valuesToWrite(fieldOf(type, text), 'Окна', here)),
    ]),
  words,
  fold,
  toLatin,
  stem: (text) => [stem(text), ...words(text).map(stem)],
  isSameText: (text) => isSameText(text, `${text}!`),
  isSameName: (text) => isSameName(text, `${text}!`),
  matchName: (text) => [
    matchName(text, ordinary, String),
    ...ordinary.map((asked) => matchName(asked, [text], String)),
  ],
  resolveName: (text) => {
    const choice = named('stage', [{ id: 1, name: text }, ...ordinary.map((name, id) => ({ id, name }))])
    return [text, 'Договр'].map((asked) => refusalOr(() => resolveName(asked, choice, 'write')))
  },
  resolveTaskType: (text) =>
    refusalOr(() => resolveTaskType([{ id: 1, name: text, code: null }], `${text}!`)),
  readAskedPerson,
  looksLikePhone,
  toE164: (text) => toE164(text, 'RU'),
  phoneQueries,
  isSamePhone: (text) =>
    ordinary.map((each) => [isSamePhone(each, text, 'RU'), isSamePhone(text, each, 'RU')]),
  'two phones': (text) => isSamePhone(text, `${text}4`, 'RU'),
  emailKey: (text) => [emailKey(text), emailKey(`a@${text}`), emailKey(`${text}@example.com,`)],
  'phones and e-mails of a card': (text) => [
    phonesOf(cardWith(text), 'RU'),
    emailsOf(cardWith(text)),
    hasPhone(cardWith(text), '+74950001234', 'RU'),
    hasEmail(cardWith(text), 'anna@example.com'),
  ],
  nameQueries,
  termsOf,
  kindOf,
  isWholeName: (text) => isWholeName(text, `${text}!`),
  shareOfTerms: (text) => shareOfTerms(termsOf(text.slice(0, 500)), text),
  spellingsOf,
  parseMoment: (text) => [
    parseMoment(text, here, comingDay),
    parseMoment(`завтра ${text}`, here),
    parseMoment(`через ${text}`, here),
  ],
  noteInWords: (text) =>
    noteInWords({ ...NOTE, note_type: text, params: { text, phone: text, duration: text } }),
}

const NOTE = {
  id: 1,
  entity_id: 1,
  responsible_user_id: 0,
  created_by: 0,
  updated_by: 0,
  created_at: 0,
  updated_at: 0,
}

describe.each(Object.entries(steps))('%s', (_name, step) => {
  it.each([...texts])('reads two hundred thousand %s at once', { timeout: 1_000 }, (_kind, text) => {
    expect(() => step(text)).not.toThrow()
  })
})

it('reads a day of words that are long', { timeout: 1_000 }, () => {
  expect([...texts.values()].map((text) => comingDay(text, today))).toEqual([...texts].map(() => undefined))
})

describe('a tool', async () => {
  const stand = await openStand()
  afterAll(stand.close)
  const id = await stand.make('/contacts', { name: 'Долгий Текст' })
  const lead = { name: 'Сделка' }
  const task = { text: 'Задача', due: 'завтра' }
  const change = { contact: `contact:${id}` }
  const calls: Record<string, (text: string) => Promise<unknown>> = {
    fetch: (text) => stand.call(fetchCard, { id: text }),
    search: (query) => stand.call(search, { query }),
    'search_contacts.query': (query) => stand.call(searchContacts, { query }),
    'search_contacts.cursor': (cursor) => stand.call(searchContacts, { query: 'Иван', cursor }),
    get_pipelines: (pipeline) => stand.call(getPipelines, { pipeline }),
    ...Object.fromEntries(
      ['name', 'price', 'pipeline', 'stage', 'responsible', 'note', 'contact', 'allow_duplicate'].map(
        (key) => [`create_lead.${key}`, (text) => stand.call(createLead, { ...lead, [key]: text })],
      ),
    ),
    ...Object.fromEntries(
      ['ref', 'name', 'phone', 'email'].map((key) => [
        `create_lead.contact.${key}`,
        (text) => stand.call(createLead, { ...lead, contact: { [key]: text } }),
      ]),
    ),
    'create_lead.tags': (text) => stand.call(createLead, { ...lead, tags: [text] }),
    'create_lead.fields label': (text) => stand.call(createLead, { ...lead, fields: { [text]: 'Сайт' } }),
    'create_lead.fields value': (text) => stand.call(createLead, { ...lead, fields: { Источник: text } }),
    'create_lead.fields list': (text) => stand.call(createLead, { ...lead, fields: { Источник: [text] } }),
    ...Object.fromEntries(
      ['text', 'due', 'on', 'type', 'responsible'].map((key) => [
        `create_task.${key}`,
        (text) => stand.call(createTask, { ...task, [key]: text }),
      ]),
    ),
    ...Object.fromEntries(
      Object.keys(updateContact.input.shape).map((key) => [
        `update_contact.${key}`,
        (text) => stand.call(updateContact, { ...change, [key]: key.endsWith('tags') ? [text] : text }),
      ]),
    ),
  }

  it.each(Object.entries(calls))(
    'refuses texts of any size in %s',
    { timeout: 2_000 },
    async (_name, call) => {
      for (const text of texts.values()) {
        const outcome = await call(text).then(
          () => 'done',
          (error: Error) => error.name,
        )
        expect(['AppError', 'ZodError']).toContain(outcome)
      }
    },
  )

  it.each([
    ['tags', { tags: Array.from({ length: 5_000 }, (_, index) => `тег ${index}`) }],
    ['fields', { fields: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`п${index}`, 1])) }],
    ['values of a list', { fields: { Источник: Array.from({ length: 5_000 }, (_, index) => `${index}`) } }],
    ['values in a text', { fields: { Продукт: 'Окна!,'.repeat(10) + '?Окна,'.repeat(10_000) } }],
  ])('refuses thousands of %s', { timeout: 2_000 }, async (_name, part) => {
    expect((await stand.failure(createLead, { ...lead, ...part })).kind).toMatch(/invalid_input|not_found/)
  })
})
