import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import { path } from './path.ts'
import { readAll } from './read.ts'
import { text } from './shapes.ts'

const lossReason = z.object({ id: z.number(), name: text, sort: z.number().catch(0) })
export type LossReason = z.infer<typeof lossReason>

/** `GET /leads/loss_reasons`: all. */
export function listLossReasons(
  client: AmocrmClient,
  options: CallOptions = {},
): Promise<readonly LossReason[]> {
  return readAll(client, {
    path: path`/leads/loss_reasons`,
    key: 'loss_reasons',
    item: lossReason,
    ...options,
  })
}
