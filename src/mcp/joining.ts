import type { Fallback, Peer } from './fallback.ts'
import { INITIALIZED } from './handshake.ts'
import type { Identity, Inbound } from './inbound.ts'
import type { Session } from './sessions.ts'

/** A message of a session that the dispatcher declined: the SDK joins the session and answers. */
export async function answerWithSdk(
  fallback: Fallback,
  session: Session,
  inbound: Inbound,
): Promise<Response> {
  session.peer ??= join(fallback, session, inbound).catch((error) => {
    delete session.peer
    throw error
  })
  const peer = await session.peer
  // Some clients run several conversations over one session with the same ids. The SDK routes answers by id, so a
  // request whose id is taken is served on its own.
  const messages = Array.isArray(inbound.body) ? inbound.body : [inbound.body]
  return peer.isTaken(messages) ? fallback.serveOnce(inbound) : peer.post(inbound)
}

/** In the mode without a dispatcher the SDK hears the client's own `initialize`. */
export async function startWithSdk(
  fallback: Fallback,
  session: Session,
  inbound: Inbound,
): Promise<Response> {
  session.joined = await fallback.openPeer(session.id)
  session.peer = Promise.resolve(session.joined)
  return session.joined.post(inbound)
}

/** The SDK joins a running session by hearing what its client said at the start. */
async function join(fallback: Fallback, session: Session, identity: Identity): Promise<Peer> {
  const peer = await fallback.openPeer(session.id)
  await say(peer, session.initialize, identity, {})
  await say(peer, INITIALIZED, identity, { 'mcp-session-id': session.id })
  session.joined = peer
  // The client opens its stream again, and meets the SDK's.
  session.stream?.end()
  return peer
}

async function say(
  peer: Peer,
  body: object,
  { caller, narrowing }: Identity,
  headers: Record<string, string>,
): Promise<void> {
  const answer = await peer.post({
    caller,
    narrowing,
    url: '/mcp',
    headers: { 'content-type': 'application/json', ...headers },
    text: JSON.stringify(body),
    body,
    signal: () => new AbortController().signal,
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the SDK did not join the session: ${answer.status} ${text.slice(0, 200)}`)
}
