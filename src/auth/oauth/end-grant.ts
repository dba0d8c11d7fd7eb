import type { Around } from './around.ts'

/** Ends a connection with all of its tokens, on every replica: something of it came twice, or its client gave it back. */
export async function endGrant(
  { connections, store, clock, log }: Around,
  grantId: string,
  reason: 'revoked' | 'replayed',
): Promise<void> {
  const connection = await connections.find(grantId)
  const isEnded =
    connection !== undefined && (await connections.end(grantId, connection.owner, reason, clock.now()))
  if (!isEnded) return store.removeGrant(grantId)
  const fields = { connection: grantId, person: connection.owner, reason }
  if (reason === 'replayed') log.warn(fields, 'connection ended: one of its tokens was used twice')
  else log.info(fields, 'connection ended by its client')
}
