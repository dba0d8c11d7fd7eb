import type { Call } from '../http/routing.ts'
import type { WallStamp } from './stage-write.ts'

/** Who calls, and the time on the account's wall clock. */
export function wallStampOf({ account, now, userId }: Call): WallStamp {
  const local = new Date((now + account.zoneOffsetSeconds) * 1000)
  return { by: userId, wall: local.toISOString().slice(0, 19).replace('T', ' ') }
}
