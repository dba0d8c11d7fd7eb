import { z } from 'zod'
import { clip } from '../cards/clip.ts'
import { type Card, ENTITY, readCard } from '../cards/read-card.ts'
import { formatRef, isRefLike, requireRef } from '../cards/ref.ts'
import { cardUrl } from '../cards/url.ts'
import { accountDirectory } from '../client/directory.ts'
import { tool } from '../define.ts'
import { loadNaming } from '../names/naming.ts'
import { resolveTaskType } from '../names/task-types.ts'
import { resolveUserToAssign } from '../names/users.ts'
import { readAskedPerson } from '../people/asked-person.ts'
import { requireContact } from '../people/one-contact.ts'
import { shortText } from '../short-text.ts'
import { createTaskOnce, findMadeTask } from '../tasks/create-once.ts'
import { parseDue } from '../time/due.ts'
import { isoInZone } from '../time/zone.ts'
import { underLock, type Work } from '../work.ts'

export default tool({
  name: 'amocrm_create_task',
  title: 'Create an amoCRM task',
  description:
    'Create a task on a deal, contact or company, for its manager unless another is named. The same open task is reported, not doubled.',
  toolset: 'amocrm',
  access: 'write',
  aliases: ['create_task'],
  input: z.object({
    text: z.string().trim().min(1).max(5000).describe('What to do.'),
    due: shortText.describe('ISO 8601, a date (its end), «завтра 15:00», «через 2 часа».'),
    on: shortText
      .optional()
      .describe('lead:<id>, contact:<id>, company:<id>, card address, or phone of a contact.'),
    type: shortText.optional().describe('Name; default «Связаться».'),
    responsible: shortText.optional().describe('User name or id.'),
  }),
  output: z.object({
    created: z.boolean().describe('False: it was there already.'),
    id: z.number().describe('Task id.'),
    text: z.string().describe('What to do.'),
    type: z.string().describe('Task type.'),
    due: shortText.describe('In account zone.'),
    responsible: z.string().optional().describe('Who does it.'),
    on: z.string().optional().describe('Ref of the card.'),
    on_name: z.string().optional().describe('Its name.'),
    url: z.string().describe('Card or task list.'),
    hint: z.string().optional().describe('What to know.'),
  }),
  async run(input, work) {
    const plan = await planTask(input, work, work.clock.now())
    const {
      id,
      created,
      userId = 0,
    } = await underLock(work, (mine) => createTaskOnce(mine, plan.task, plan.people))
    return plan.answer({ id, created, userId })
  },
  async settle(input, work, since) {
    // «через час» was said then.
    const plan = await planTask(input, work, since)
    const made = await underLock(work, (mine) =>
      findMadeTask(mine, plan.task, plan.people, { since, userId: plan.me }),
    )
    return made && plan.answer({ id: made.id, created: true, userId: made.responsible_user_id })
  },
})

interface AskedTask {
  readonly text: string
  readonly due: string
  readonly on?: string | undefined
  readonly type?: string | undefined
  readonly responsible?: string | undefined
}

/** The task with every name resolved, before anything is written, and how to tell of it. */
async function planTask({ text, due, on, type, responsible }: AskedTask, work: Work, now: number) {
  const { client, clock } = work
  const directory = accountDirectory(client, clock)
  const { account, country, zone } = await loadNaming(work)
  const completeTill = parseDue(due, { now, zone })
  const typeId = resolveTaskType(await directory.taskTypes(), type)
  const target = on === undefined ? undefined : await readTarget(work, on, country)
  const me = account.current_user_id ?? 0
  const owner = target?.card.responsible_user_id ?? me
  const asked = responsible === undefined ? undefined : await resolveUserToAssign(directory, responsible)
  // Again, and before anything is made: the user may be newer than what was kept, and what follows must not fail.
  const naming = await loadNaming(work)
  const heirs = naming.isActive(owner) ? [owner, me] : [me]
  const people = asked === undefined ? [...new Set(heirs)].filter((id) => id !== 0) : [asked]
  const task = {
    text,
    complete_till: completeTill,
    task_type_id: typeId,
    ...(target && { entity_id: target.card.id, entity_type: ENTITY[target.kind] }),
  }
  const ref = target && { kind: target.kind, id: target.card.id }
  return {
    me,
    people,
    task,
    answer({ id, created, userId }: { id: number; created: boolean; userId: number }) {
      const who = naming.user(userId)
      const isInherited = asked === undefined && owner !== 0 && userId !== owner
      return {
        created,
        id,
        text: clip(text, 500),
        type: naming.taskType(typeId),
        due: isoInZone(completeTill, zone),
        ...(who !== undefined && { responsible: who }),
        ...(ref && { on: formatRef(ref), on_name: clip(target.card.name, 120) }),
        url: ref ? cardUrl(client.baseUrl, ref) : new URL('/todo/list/', client.baseUrl).href,
        ...(isInherited && { hint: OWNER_GONE }),
      }
    },
  }
}

const OWNER_GONE =
  'The manager of the card is deactivated, so the task is for the user behind this connection.'

async function readTarget(work: Work, on: string, country: string): Promise<Card> {
  const home = work.client.baseUrl
  const isPerson = !isRefLike(on, home) && readAskedPerson(on).by !== 'name' && !/^#?\d{1,9}$/.test(on.trim())
  if (isPerson) return { kind: 'contact', card: await requireContact(work, on, country) }
  return readCard(work, requireRef(on, home))
}
