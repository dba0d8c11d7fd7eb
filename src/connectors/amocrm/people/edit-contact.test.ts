import { expect, it } from 'vitest'
import type { Contact } from '../client/contacts.ts'
import { absentPoints, contactChange } from './edit-contact.ts'

const contact: Contact = {
  id: 1,
  name: 'Анна Смирнова',
  first_name: 'Анна',
  last_name: 'Смирнова',
  responsible_user_id: 777,
  created_by: 1,
  updated_by: 1,
  created_at: 1,
  updated_at: 1,
  closest_task_at: null,
  is_deleted: false,
  is_unsorted: false,
  custom_fields_values: [
    {
      field_id: 5,
      field_name: 'Телефон',
      field_code: 'PHONE',
      field_type: 'multitext',
      values: [
        { value: '8 (812) 000-12-34', enum_id: 11, enum_code: 'MOB' },
        { value: '8120001235', enum_id: null, enum_code: null },
      ],
    },
  ],
  _embedded: { tags: [{ id: 9, name: 'Опт', color: null }], companies: [] },
}

const change = (edit: object) => contactChange(contact, { fields: [], ...edit }, 'RU')

it('sends nothing for what is so already, the manager who may have left included', () => {
  const same = {
    name: ' Анна Смирнова ',
    first_name: 'Анна',
    responsibleId: 777,
    add_phone: '+78120001234',
    add_tags: ['опт', ''],
    remove_tags: ['нет такого'],
    remove_phone: '+74950009999',
    remove_email: 'nobody@example.com',
  }
  expect(change(same)).toEqual({})
})

it('sends the name alone when only the name changes', () => {
  expect(change({ last_name: 'Иванова' })).toEqual({ last_name: 'Иванова' })
})

it('sends the phones that stay together with the new one, each with its kind', () => {
  expect(change({ add_phone: '8 495 000 11 22' }).custom_fields_values).toEqual([
    {
      field_code: 'PHONE',
      values: [
        { value: '8 (812) 000-12-34', enum_id: 11 },
        { value: '8120001235', enum_code: 'WORK' },
        { value: '+74950001122', enum_code: 'WORK' },
      ],
    },
  ])
})

it('names what was to be taken off and is not there', () => {
  const edit = {
    fields: [],
    remove_phone: '+7 495 000-99-99',
    remove_email: 'nobody@example.com',
    remove_tags: ['опт', 'розница'],
  }
  expect(absentPoints(contact, edit, 'RU')).toEqual([
    'remove_phone (+7 495 000-99-99)',
    'remove_email (nobody@example.com)',
    'remove_tags (розница)',
  ])
  expect(absentPoints(contact, { fields: [], remove_phone: '8 812 000 12 34' }, 'RU')).toEqual([])
})

it('takes a tag off by its id, whatever the case of the name', () => {
  expect(change({ remove_tags: ['ОПТ'], add_tags: ['розница', 'розница'] })).toEqual({
    tags_to_add: [{ name: 'розница' }],
    tags_to_delete: [{ id: 9 }],
  })
})

it('does not take one emoji tag for another', () => {
  expect(change({ add_tags: ['🔥', '⭐'] }).tags_to_add).toEqual([{ name: '🔥' }, { name: '⭐' }])
})

it('takes a broken phone off as it stands, and never by an ending', () => {
  expect(change({ remove_phone: '1234' })).toEqual({})
  expect(change({ remove_phone: '8120001235' }).custom_fields_values?.[0]?.values).toHaveLength(1)
})

it.each([{ add_phone: '12' }, { add_email: 'anna@' }, { remove_email: 'нет' }])('refuses %j', (edit) => {
  expect(() => change(edit)).toThrow(/not/)
})
