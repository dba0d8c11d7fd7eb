import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import { path } from './path.ts'
import { readAll } from './read.ts'
import { flag, listOf, text } from './shapes.ts'

const status = z.object({
  id: z.number(),
  name: text,
  sort: z.number().catch(0),
  pipeline_id: z.number(),
  color: text,
  /** 1: the stage of incoming leads, 0: any other. */
  type: z.number().catch(0),
  is_editable: flag,
})
export type Status = z.infer<typeof status>

const pipeline = z.object({
  id: z.number(),
  name: text,
  sort: z.number().catch(0),
  is_main: flag,
  is_unsorted_on: flag,
  is_archive: flag,
  _embedded: z.object({ statuses: listOf(status) }).prefault({}),
})
export type Pipeline = z.infer<typeof pipeline>

/** `GET /leads/pipelines`: all, each with its stages; 142 (won) and 143 (lost) stand in every one. */
export function listPipelines(client: AmocrmClient, options: CallOptions = {}): Promise<readonly Pipeline[]> {
  // The only list here that has no pages at all.
  const query = { page: undefined, limit: undefined }
  return readAll(client, {
    path: path`/leads/pipelines`,
    key: 'pipelines',
    item: pipeline,
    query,
    ...options,
  })
}
