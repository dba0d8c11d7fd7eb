import type { TaskType } from '../client/account.ts'
import { fold } from './fold.ts'
import { matchName } from './match.ts'
import { named, resolveName } from './resolve.ts'

/** «Связаться», which every account has. */
const FOLLOW_UP = 1
const MEETING = 2

/** The id of a task type by its name; the two that every account has also by what people call them. */
export function resolveTaskType(types: readonly TaskType[], asked: string | undefined): number {
  if (asked === undefined) return FOLLOW_UP
  const preset = PRESETS.get(fold(asked))
  const isNamed = matchName(asked, types, ({ name }) => name).sure
  if (!isNamed && preset !== undefined && types.some(({ id }) => id === preset)) return preset
  return resolveName(asked, named('task type', types), 'write').id
}

const PRESETS = new Map([
  ...['связаться', 'звонок', 'позвонить', 'call', 'follow up'].map((word) => [word, FOLLOW_UP] as const),
  ...['встреча', 'встретиться', 'meeting'].map((word) => [word, MEETING] as const),
])
