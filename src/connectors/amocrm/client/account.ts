import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import { path } from './path.ts'
import { parseReply } from './reply.ts'
import { flag, listOf, text } from './shapes.ts'

const taskType = z.object({ id: z.number(), name: text, code: z.nullish(z.string()) })
export type TaskType = z.infer<typeof taskType>

const account = z.object({
  id: z.number(),
  name: text,
  subdomain: text,
  country: text,
  /** ISO 4217. */
  currency: text,
  currency_symbol: text,
  current_user_id: z.nullish(z.number()),
  is_unsorted_on: flag,
  is_loss_reason_enabled: flag,
  /** unavailable, disabled, segments, dynamic or periodicity. */
  customers_mode: text,
  /** Undefined unless asked for. False: filters of leads, contacts and companies may be ignored. */
  is_api_filter_enabled: z.nullish(z.boolean()),
  /** How the account calls its leads, by language; undefined unless asked for. */
  entity_names: z.unknown().optional(),
  _embedded: z
    .object({
      task_types: listOf(taskType),
      users_groups: listOf(z.object({ id: z.number(), name: text })),
      datetime_settings: z.nullish(
        z.object({
          timezone: text,
          timezone_offset: z.nullish(z.string()),
          date_format: text,
          time_format: text,
        }),
      ),
    })
    .prefault({}),
})
export type AccountInfo = z.infer<typeof account>

type AccountExtra =
  | 'amojo_id'
  | 'users_groups'
  | 'task_types'
  | 'version'
  | 'entity_names'
  | 'datetime_settings'
  | 'drive_url'
  | 'is_api_filter_enabled'

/** `GET /account`. Needs no rights. */
export async function getAccount(
  client: AmocrmClient,
  { with: extras, ...options }: CallOptions & { with?: readonly AccountExtra[] } = {},
): Promise<AccountInfo> {
  const json = await client.request({
    method: 'GET',
    path: path`/account`,
    query: { with: extras },
    ...options,
  })
  return parseReply(account, json)
}
