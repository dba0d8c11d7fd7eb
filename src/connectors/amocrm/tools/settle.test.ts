import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Tool } from '../../../kernel/tool.ts'
import type { AmocrmClient } from '../client/client.ts'
import { openStand, person } from '../testing/stand.ts'
import createLead from './create-lead.ts'
import createTask from './create-task.ts'
import updateContact from './update-contact.ts'

const stand = await openStand()
afterAll(stand.close)
afterEach(async () => {
  stand.refuse()
  await stand.control({ fail: null })
})

let serial = 0
const fresh = () => {
  serial += 1
  return { name: `Сделка ${serial}`, phone: `+7812000${String(4_000 + serial)}` }
}

/** A call whose answer is lost, after or before amoCRM has made what it asks for. */
async function cut<Input extends z.ZodObject, Output extends z.ZodObject>(
  when: 'after' | 'before',
  tool: Tool<AmocrmClient, Input, Output>,
  input: z.input<Input>,
): Promise<number> {
  const since = Date.now()
  await stand.control({ fail: { cut: when, count: 1 } })
  expect(await stand.failure(tool, input)).toMatchObject({ kind: 'unverified' })
  return since
}

const dealsOf = (name: string) => stand.list(`/leads?limit=250&query=${encodeURIComponent(name)}`, 'leads')
const idOf = (ref = '') => Number(ref.split(':')[1])

describe('a deal whose call was cut off', () => {
  it('is found as it would have been answered, and its note is added once', async () => {
    const { name } = fresh()
    const asked = { name, price: 700, note: 'Просил перезвонить', tags: ['важно'] }
    const since = await cut('after', createLead, asked)
    const settled = await stand.settle(createLead, asked, since)
    expect(settled).toMatchObject({ created: true, lead: { name, price: 700 }, note_added: true })
    expect(await stand.settle(createLead, asked, since)).toEqual(settled)
    const notes = await stand.list(`/leads/${settled?.lead.id}/notes`, 'notes')
    expect(notes.map(({ params }) => params.text)).toEqual(['Просил перезвонить'])
    const twin = await stand.call(createLead, { ...asked, name: fresh().name })
    expect(Object.keys(settled ?? {})).toEqual(Object.keys(twin))
  })

  it('is not found when none was made, whatever else is new', async () => {
    const { name } = fresh()
    const since = await cut('before', createLead, { name })
    await stand.call(createLead, { name: fresh().name })
    expect(await stand.settle(createLead, { name }, since)).toBeUndefined()
  })

  it('says that its contact was made with it, by phone and by name', async () => {
    for (const contact of [{ name: 'Ким Новая', phone: fresh().phone }, { name: `Только Имя ${serial}` }]) {
      const asked = { name: fresh().name, contact }
      const since = await cut('after', createLead, asked)
      const settled = await stand.settle(createLead, asked, since)
      expect(settled).toMatchObject({ created: true, contact: { name: contact.name, status: 'created' } })
      const linked = await stand.read(`/leads/${settled?.lead.id}?with=contacts`)
      expect(linked._embedded.contacts?.map(({ id }) => id)).toEqual([idOf(settled?.contact?.ref)])
    }
  })

  it('says that its contact was there, and what was not written on it', async () => {
    const { name, phone } = fresh()
    const id = await stand.make('/contacts', {
      ...person('Давно Здесь', { phone }),
      created_at: 1_700_000_000,
    })
    for (const contact of [{ phone, name: 'Другое Имя' }, { ref: `contact:${id}` }]) {
      const asked = { name, contact, allow_duplicate: true }
      const since = await cut('after', createLead, { ...asked, name: `${name} ${contact.phone}` })
      const settled = await stand.settle(createLead, { ...asked, name: `${name} ${contact.phone}` }, since)
      expect(settled?.contact).toEqual({ ref: `contact:${id}`, name: 'Давно Здесь', status: 'found' })
      expect(settled?.hint?.includes('not written')).toBe(contact.ref === undefined ? true : undefined)
    }
  })

  it.each([
    ['of another contact', { contact: { phone: '+7 812 000-49-01' } }],
    ['of another price', { price: 5 }],
    ['in another pipeline', { pipeline: 'Повторные продажи' }],
  ])('is not one of the same name %s', async (_, other) => {
    const { name, phone } = fresh()
    const asked = { name, price: 100, contact: { phone } }
    const since = await cut('before', createLead, asked)
    await stand.call(createLead, { ...asked, ...other, allow_duplicate: true })
    expect(await stand.settle(createLead, asked, since)).toBeUndefined()
  })

  it('is not one that is older, nor one of another user', async () => {
    const { name } = fresh()
    await stand.call(createLead, { name })
    await stand.make('/leads', { name, created_by: 9_481_206 })
    expect(await stand.settle(createLead, { name }, Date.now() + 60_000)).toBeUndefined()
    expect(await stand.settle(createLead, { name }, Date.now())).toMatchObject({ created: true })
  })

  it('is left to the person when two may be it', async () => {
    const { name } = fresh()
    const since = await cut('after', createLead, { name })
    await stand.call(createLead, { name })
    await expect(stand.settle(createLead, { name }, since)).rejects.toMatchObject({ kind: 'unverified' })
  })

  it('is left to the person when one like it was changed since', async () => {
    const { name } = fresh()
    const since = await cut('after', createLead, { name, price: 100 })
    const [deal] = await dealsOf(name)
    await stand.control({ clock: { advanceSeconds: 10 } })
    await stand.change(`/leads/${deal?.id}`, { price: 200 })
    await expect(stand.settle(createLead, { name, price: 100 }, since)).rejects.toMatchObject({
      kind: 'unverified',
    })
  })

  it('is found behind a page of cards that an import has dated back', { timeout: 60_000 }, async () => {
    const { name } = fresh()
    const since = await cut('after', createLead, { name })
    const old = { name: 'Из старой базы', created_at: 1_600_000_000 }
    for (let index = 0; index < 260; index++) await stand.make('/leads', old)
    expect(await stand.settle(createLead, { name }, since)).toMatchObject({ created: true, lead: { name } })
  })

  it('is found when it was moved to another stage meanwhile', async () => {
    const { name } = fresh()
    const since = await cut('after', createLead, { name })
    const [deal] = await dealsOf(name)
    await stand.control({ clock: { advanceSeconds: 10 } })
    await stand.change(`/leads/${deal?.id}`, { pipeline_id: deal?.pipeline_id, status_id: 142 })
    expect(await stand.settle(createLead, { name }, since)).toMatchObject({
      lead: { stage: 'Успешно реализовано' },
    })
  })

  it('cannot be looked for when amoCRM does not answer', async () => {
    const { name } = fresh()
    const since = await cut('after', createLead, { name })
    await stand.control({ fail: { status: 403, count: 20 } })
    await expect(stand.settle(createLead, { name }, since)).rejects.toMatchObject({
      kind: 'upstream_rejected',
    })
  })
})

describe('a task whose call was cut off', () => {
  it('is found as it would have been answered, in words said at that time', async () => {
    const asked = { text: `Перезвонить ${fresh().name}`, due: 'через 2 часа' }
    const since = await cut('after', createTask, asked)
    await stand.control({ clock: { advanceSeconds: 600 } })
    const settled = await stand.settle(createTask, asked, since)
    expect(settled).toMatchObject({ created: true, text: asked.text, type: 'Связаться' })
    expect(await stand.read(`/tasks/${settled?.id}`)).toMatchObject({ text: asked.text })
  })

  it('is not found when none was made, though there is one for another card or time', async () => {
    const [lead] = await stand.list('/leads?limit=1', 'leads')
    const asked = { text: `Договор ${fresh().name}`, due: '2031-03-05T15:00', on: `lead:${lead?.id}` }
    const since = await cut('before', createTask, asked)
    await stand.call(createTask, { ...asked, due: '2031-03-05T16:00' })
    await stand.call(createTask, { text: asked.text, due: asked.due })
    expect(await stand.settle(createTask, asked, since)).toBeUndefined()
    expect(await stand.call(createTask, asked)).toMatchObject({ created: true })
  })

  it('is found when it is done by now', async () => {
    const asked = { text: `Уже сделано ${fresh().name}`, due: '2031-03-06' }
    const since = await cut('after', createTask, asked)
    const tasks = await stand.list('/tasks?limit=250&order[id]=desc', 'tasks')
    const id = tasks.find(({ text }) => text === asked.text)?.id
    await stand.change(`/tasks/${id}`, { is_completed: true })
    expect(await stand.settle(createTask, asked, since)).toMatchObject({ created: true, id })
  })

  it('is left to the person when it was given to somebody else meanwhile', async () => {
    const asked = { text: `Передано ${fresh().name}`, due: '2031-03-07' }
    const since = await cut('after', createTask, asked)
    const tasks = await stand.list('/tasks?limit=250&order[id]=desc', 'tasks')
    const id = tasks.find(({ text }) => text === asked.text)?.id
    await stand.control({ clock: { advanceSeconds: 10 } })
    await stand.change(`/tasks/${id}`, { responsible_user_id: 9_481_206 })
    await expect(stand.settle(createTask, asked, since)).rejects.toMatchObject({ kind: 'unverified' })
  })
})

describe('a change of a contact whose call was cut off', () => {
  it('can be made again', async () => {
    const { phone } = fresh()
    const id = await stand.make('/contacts', person('Менялся', { phone }))
    const asked = { contact: phone, add_phone: '+7 812 000-48-01', position: 'Директор' }
    const since = await cut('after', updateContact, asked)
    expect(await stand.settle(updateContact, asked, since)).toBeUndefined()
    expect(await stand.call(updateContact, asked)).toMatchObject({ ref: `contact:${id}`, changed: [] })
  })

  it('is found by the phone that took the place of the one it was known by', async () => {
    const { phone } = fresh()
    const id = await stand.make('/contacts', person('Сменил номер', { phone }))
    const asked = { contact: phone.replace('+7', '8'), remove_phone: phone, add_phone: fresh().phone }
    const since = await cut('after', updateContact, asked)
    const settled = await stand.settle(updateContact, asked, since)
    expect(settled).toMatchObject({ ref: `contact:${id}`, hint: expect.stringContaining('first try') })
  })

  it('is left to the person when nothing tells the contact any more', async () => {
    const { phone } = fresh()
    await stand.make('/contacts', person('Без номера', { phone }))
    const asked = { contact: phone, remove_phone: phone }
    const since = await cut('after', updateContact, asked)
    await expect(stand.settle(updateContact, asked, since)).rejects.toMatchObject({ kind: 'unverified' })
  })
})
