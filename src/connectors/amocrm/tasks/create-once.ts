import { createTasks, listTasks, type NewTask } from '../client/tasks.ts'
import { isSameText } from '../names/fold.ts'
import type { Work } from '../work.ts'

/** Creates the task, unless the same open one is on the card already: the same call made twice. */
export async function createTaskOnce(work: Work, task: NewTask): Promise<{ id: number; created: boolean }> {
  const twin = await findTwinTask(work, task)
  if (twin !== undefined) return { id: twin, created: false }
  const [id] = await createTasks(work.client, [task], { signal: work.signal })
  if (id === undefined) throw new Error('One task was asked for and none came back.')
  return { id, created: true }
}

/** An open task with the same words, on the same card, for the same person and minute. */
async function findTwinTask({ client, signal }: Work, task: NewTask): Promise<number | undefined> {
  if (task.entity_id === undefined || task.entity_type === undefined) return undefined
  const { items } = await listTasks(client, {
    filter: { is_completed: false, entity_type: task.entity_type, entity_id: [task.entity_id] },
    limit: 250,
    signal,
  })
  const twin = items.find(
    (each) =>
      !each.is_completed &&
      each.entity_id === task.entity_id &&
      each.entity_type === task.entity_type &&
      each.complete_till === task.complete_till &&
      each.responsible_user_id === (task.responsible_user_id ?? each.responsible_user_id) &&
      isSameText(each.text, task.text),
  )
  return twin?.id
}
