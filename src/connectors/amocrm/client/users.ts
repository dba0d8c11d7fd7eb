import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readOne, readPage } from './read.ts'
import { flag, listOf, text } from './shapes.ts'

const user = z.object({
  id: z.number(),
  name: text,
  email: text,
  lang: text,
  rights: z
    .object({
      is_admin: flag,
      is_free: flag,
      is_active: z.nullish(z.boolean()).transform((value) => value ?? true),
      group_id: z.nullish(z.number()),
      role_id: z.nullish(z.number()),
    })
    .prefault({}),
  _embedded: z
    .object({
      roles: listOf(z.object({ id: z.number(), name: text })),
      groups: listOf(z.object({ id: z.number(), name: text })),
    })
    .prefault({}),
})
export type User = z.infer<typeof user>

type UserExtra = 'role' | 'group' | 'uuid' | 'amojo_id' | 'user_rank' | 'phone_number'

/** `GET /users`. For administrators: others get `upstream_rejected` with status 403. */
export function listUsers(
  client: AmocrmClient,
  { with: extras, ...options }: PageOptions & { with?: readonly UserExtra[] } = {},
): Promise<Page<User>> {
  return readPage(client, {
    path: path`/users`,
    key: 'users',
    item: user,
    query: { with: extras },
    ...options,
  })
}

/** `GET /users/{id}`. For administrators. */
export function getUser(
  client: AmocrmClient,
  id: number,
  { with: extras, ...options }: CallOptions & { with?: readonly UserExtra[] } = {},
): Promise<User | undefined> {
  return readOne(client, { path: path`/users/${id}`, item: user, with: extras, ...options })
}
