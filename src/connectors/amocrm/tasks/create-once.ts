import { cannotTell, madeSince } from '../cards/made-since.ts'
import { statusOf } from '../client/errors.ts'
import { createTasks, listTasks, type NewTask, type Task } from '../client/tasks.ts'
import { isSameText } from '../names/fold.ts'
import type { Work } from '../work.ts'

interface CreatedTask {
  readonly id: number
  readonly created: boolean
  /** Whose it is; nothing when nobody was named. */
  readonly userId: number | undefined
}

/**
 * Creates the task, unless the same open one is there already: the same call made twice.
 * @param people ids of users it may be for, best first. amoCRM refuses one who has left, and does not always tell
 * this connection beforehand who has; then it is for the next.
 */
export async function createTaskOnce(
  work: Work,
  task: Omit<NewTask, 'responsible_user_id'>,
  people: readonly number[],
): Promise<CreatedTask> {
  const [userId, ...others] = people
  const mine: NewTask = { ...task, ...(userId !== undefined && { responsible_user_id: userId }) }
  const twin = await findTwinTask(work, mine)
  if (twin !== undefined) return { id: twin, created: false, userId }
  const ids = await createTasks(work.client, [mine], { signal: work.signal }).catch((error: unknown) => {
    // 400 says that nothing was made.
    if (others.length > 0 && statusOf(error) === 400) return undefined
    throw error
  })
  if (ids === undefined) return createTaskOnce(work, task, others)
  const [id] = ids
  if (id === undefined) throw new Error('One task was asked for and none came back.')
  return { id, created: true, userId }
}

/** An open task with the same words, on the same card or on none, for the same person, less than a minute apart. */
async function findTwinTask({ client, signal }: Work, task: NewTask): Promise<number | undefined> {
  const { entity_id, entity_type, responsible_user_id: userId } = task
  const place =
    entity_id === undefined || entity_type === undefined
      ? { ...(userId !== undefined && { responsible_user_id: [userId] }) }
      : { entity_type, entity_id: [entity_id] }
  const { items } = await listTasks(client, {
    filter: { is_completed: false, ...place },
    // What is repeated was made a short while ago.
    order: { id: 'desc' },
    limit: 250,
    signal,
  })
  const isMine = (each: Task) => each.responsible_user_id === (userId ?? each.responsible_user_id)
  return items.find((each) => !each.is_completed && isMine(each) && isSameTask(each, task))?.id
}

/**
 * The task that a call which was cut off has made, done by now or not; nothing when it surely made none.
 * @throws AppError `unverified` when there is one like it that was changed since
 * @param people whom it may be for
 */
export async function findMadeTask(
  { client, signal }: Work,
  task: Omit<NewTask, 'responsible_user_id'>,
  people: readonly number[],
  made: { readonly since: number; readonly userId: number },
): Promise<Task | undefined> {
  const { entity_id, entity_type } = task
  const place =
    entity_id !== undefined && entity_type !== undefined ? { entity_type, entity_id: [entity_id] } : {}
  const fresh = await madeSince(
    (window) => listTasks(client, { ...window, filter: place, order: { id: 'desc' }, signal }),
    made,
  )
  const isTheirs = ({ responsible_user_id: id }: Task) => people.length === 0 || people.includes(id)
  const same = fresh.filter((each) => isSameTask(each, task))
  const found = same.find(isTheirs)
  // It may have been theirs.
  if (found === undefined && same.some((each) => each.updated_at > each.created_at)) throw cannotTell()
  return found
}

/** The same words, on the same card or on none, less than a minute apart. */
function isSameTask(each: Task, { entity_id, entity_type, complete_till, text }: NewTask): boolean {
  return (
    (each.entity_id || undefined) === entity_id &&
    (each.entity_id ? each.entity_type === entity_type : true) &&
    Math.abs(each.complete_till - complete_till) < MINUTE &&
    isSameText(each.text, text)
  )
}

/** «через час» said twice is not the same second. */
const MINUTE = 60
