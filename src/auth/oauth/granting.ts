import type { default as Provider } from 'oidc-provider'
import { AppError } from '../../kernel/errors.ts'
import type { Connection, ConnectionStore } from '../connection.ts'
import { digest } from './adapter.ts'
import type { Around } from './around.ts'
import { type Interaction, scopesIn } from './asking.ts'
import type { Asking, Choice } from './authorization-server.ts'
import { interactionOver } from './interaction-over.ts'
import { IDENTITY_SCOPES } from './metadata.ts'
import type { Resources } from './resources.ts'

/**
 * Makes the grant of a consent and the connection of the same id; once its id is back, both survive a power loss. The id
 * comes of the interaction, so that a consent that is sent several times at once makes one connection.
 */
export async function grantOf(
  library: Provider,
  { connections, store, clock }: Around,
  resources: Resources,
  { params, uid }: Interaction,
  { client, redirect, mount: mountPath, scopes: asked, personId = '' }: Asking,
  { scopes: chosen, accounts, toolsets, expiresAt }: Choice,
): Promise<string> {
  const granted = asked.filter((scope) => chosen.includes(scope))
  if (granted.length === 0) throw refused('Nothing was allowed.', 'nothing_chosen')
  const createdAt = clock.now()
  if (expiresAt !== undefined && expiresAt <= createdAt) throw refused('The end has passed.', 'bad_end')

  const id = digest(`grant of ${uid}`)
  const grant = new library.Grant({ accountId: personId, clientId: client.id })
  grant.jti = id
  const rejected = [...scopesIn(params)].filter(
    (scope) => !granted.includes(scope) && !IDENTITY_SCOPES.includes(scope),
  )
  const identity = IDENTITY_SCOPES.filter((scope) => scopesIn(params).has(scope))
  const resource = String(params.resource ?? resources.nameOf(resources.whole))
  grant.addOIDCScope([...identity, ...granted])
  grant.addResourceScope(resource, [...identity, ...granted])
  if (rejected.length > 0) {
    // Asked and answered: without this the library asks again.
    grant.rejectOIDCScope(rejected)
    grant.rejectResourceScope(resource, rejected)
  }
  if (expiresAt !== undefined) grant.exp = Math.floor(expiresAt / 1000)
  await grant.save()

  const connection: Connection = {
    id,
    kind: 'oauth',
    owner: personId,
    clientId: client.id,
    name: client.name,
    vendor: client.vendor,
    host: redirect.host,
    mount: mountPath,
    scopes: granted,
    accounts,
    toolsets,
    createdAt,
    expiresAt,
    usedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
  }
  if (await addOnce(connections, connection)) return id
  await store.removeGrant(id)
  throw interactionOver()
}

/** Whether the connection lives: the same consent may have made it before, and its person ended it since. */
async function addOnce(connections: ConnectionStore, connection: Connection): Promise<boolean> {
  try {
    await connections.add(connection)
    return true
  } catch (error) {
    const other = await connections.find(connection.id)
    if (other === undefined) throw error
    return other.endedAt === undefined
  }
}

function refused(message: string, reason: string): AppError {
  return new AppError('invalid_input', message, { hint: 'Choose again, or refuse.', cause: { reason } })
}
