import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
})
afterAll(() => sandbox.close())

const eventsOf = (entity: string, id: number) =>
  api.list(`/events?filter[entity]=${entity}&filter[entity_id]=${id}`)

/** The newest event of a type on a deal. */
async function last(id: number, type: string) {
  return (await eventsOf('lead', id)).find((event) => event.type === type)
}

describe('the change log', () => {
  it('is newest first, 100 a page at most, with ids of 26 letters', async () => {
    const events = await api.list('/events?limit=250')
    expect(events).toHaveLength(100)
    const times = events.map(({ created_at }) => created_at)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    for (const { id } of events) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/)
    const [event] = events
    expect((await api.get(`/events/${event.id}`)).body).toEqual(event)
    expect((await api.get('/events/01aaaaaaaaaaaaaaaaaaaaaaaa')).status).toBe(204)
  })

  it('tells what was before and after each change of a deal', async () => {
    const [pipeline] = await api.list('/leads/pipelines')
    const [, from, to] = pipeline._embedded.statuses
    const [me, other] = (await api.list('/users')).filter((user) => user.rights.is_active)
    const [source] = (await api.list('/leads/custom_fields')).filter(({ name }) => name === 'Источник')
    const [choice] = source.enums
    const id = await api.make('/leads', { name: 'А', price: 1, created_by: 0 })
    expect(await last(id, 'lead_added')).toMatchObject({
      created_by: 0,
      entity_type: 'lead',
      value_after: [],
      value_before: [],
    })

    await api.patch(`/leads/${id}`, {
      name: 'Б',
      price: 2,
      status_id: to.id,
      responsible_user_id: other.id,
      tags_to_add: [{ name: 'метка' }],
      custom_fields_values: [{ field_id: source.id, values: [{ enum_id: choice.id }] }],
    })
    const stage = (status: { id: number }) => [{ lead_status: { id: status.id, pipeline_id: pipeline.id } }]
    const expected: [string, object[], object[]][] = [
      ['name_field_changed', [{ name_field_value: { name: 'А' } }], [{ name_field_value: { name: 'Б' } }]],
      ['sale_field_changed', [{ sale_field_value: { sale: 1 } }], [{ sale_field_value: { sale: 2 } }]],
      ['lead_status_changed', stage(from), stage(to)],
      [
        'entity_responsible_changed',
        [{ responsible_user: { id: me.id } }],
        [{ responsible_user: { id: other.id } }],
      ],
      ['entity_tag_added', [], [{ tag: { name: 'метка' } }]],
      [
        `custom_field_${source.id}_value_changed`,
        [],
        [
          {
            custom_field_value: {
              field_id: source.id,
              field_type: 4,
              enum_id: choice.id,
              text: choice.value,
            },
          },
        ],
      ],
    ]
    for (const [type, before, after] of expected) {
      expect(await last(id, type)).toMatchObject({
        created_by: me.id,
        value_before: before,
        value_after: after,
      })
    }
  })

  it('says nothing of a change that changes nothing', async () => {
    const id = await api.make('/leads', { name: 'А', price: 1 })
    await api.patch(`/leads/${id}`, { name: 'А', price: 1 })
    expect(await eventsOf('lead', id)).toHaveLength(1)
  })

  it('knows tasks, notes, calls and links', async () => {
    const id = await api.make('/leads', {})
    const task = await api.make('/tasks', {
      text: 'т',
      complete_till: 1_900_000_000,
      entity_id: id,
      entity_type: 'leads',
    })
    await api.patch(`/tasks/${task}`, {
      text: 'у',
      complete_till: 1_900_000_100,
      is_completed: true,
      result: { text: 'да' },
    })
    const ofTask = (await eventsOf('task', task)).map(({ type }) => type)
    expect(ofTask.sort()).toEqual(
      [
        'task_added',
        'task_completed',
        'task_deadline_changed',
        'task_result_added',
        'task_text_changed',
      ].sort(),
    )
    const note = await api.make(`/leads/${id}/notes`, {
      note_type: 'call_in',
      params: { duration: 5, source: 'АТС', phone: '+74950009000' },
    })
    expect(await last(id, 'incoming_call')).toMatchObject({ value_after: [{ note: { id: note } }] })
    const withNote = await api.list(
      `/events?with=note&filter[entity]=lead&filter[entity_id]=${id}&filter[type]=incoming_call`,
    )
    expect(withNote[0].value_after[0].note).toMatchObject({ id: note, note_type: 'call_in' })
    const contact = await api.make('/contacts', { name: 'К' })
    const link = [{ to_entity_id: contact, to_entity_type: 'contacts' }]
    await api.post(`/leads/${id}/link`, link)
    await api.post(`/leads/${id}/unlink`, link)
    expect(await last(id, 'entity_linked')).toMatchObject({
      value_after: [{ link: { entity: { type: 'contact', id: contact } } }],
    })
    expect(await last(id, 'entity_unlinked')).toMatchObject({
      value_after: [{ unlink: { entity: { type: 'contact', id: contact } } }],
    })
  })
})

describe('filters of the change log', () => {
  it('by type, author, time and value', async () => {
    const moves = await api.list('/events?limit=100&filter[type][]=lead_status_changed')
    expect(moves.every(({ type }) => type === 'lead_status_changed')).toBe(true)
    const [{ created_by, created_at, value_after }] = moves
    const stage = value_after[0].lead_status
    const query = `filter[type]=lead_status_changed,lead_added&filter[created_by][]=${created_by}&filter[created_at][from]=${created_at}`
    const status = `filter[value_after][leads_statuses][0][pipeline_id]=${stage.pipeline_id}&filter[value_after][leads_statuses][0][status_id]=${stage.id}`
    const rows = await api.list(`/events?${query}&${status}`)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row).toMatchObject({ created_by, value_after: [{ lead_status: stage }] })
      expect(row.created_at).toBeGreaterThanOrEqual(created_at)
    }
  })

  it('by entity id need exactly one kind of entity', async () => {
    const [{ id }] = await api.list('/leads')
    expect(await api.list(`/events?filter[entity_id][]=${id}`)).toEqual([])
    expect(
      await api.list(`/events?filter[entity][]=lead&filter[entity][]=task&filter[entity_id][]=${id}`),
    ).toEqual([])
    const named = await api.list(`/events?filter[entity][]=lead&filter[entity_id][]=${id}&with=lead_name`)
    expect(named[0]._embedded.entity).toMatchObject({
      id,
      name: expect.any(String),
      _links: expect.any(Object),
    })
  })

  it('the types are listed with their Russian names', async () => {
    const types = await api.list('/events/types?language_code=ru')
    expect(types).toContainEqual({ key: 'lead_added', type: 1, lang: 'Новая сделка' })
    expect(types.some(({ key }) => /^custom_field_\d+_value_changed$/.test(key))).toBe(true)
    expect(await api.list('/events/types')).toEqual(types)
  })

  it('the types have English names when those are asked for', async () => {
    const types = await api.list('/events/types?language_code=en')
    expect(types).toContainEqual({ key: 'lead_added', type: 1, lang: 'New lead' })
    expect(types.filter(({ lang }) => /[а-я]/i.test(lang) && !lang.startsWith('Field “'))).toEqual([])
  })
})
