import type { default as Provider } from 'oidc-provider'
import type { Asking } from './authorization-server.ts'
import { findPinnedClient } from './pinned-clients.ts'
import { ownErrorIn } from './problem.ts'
import { isLoopback } from './redirects.ts'
import type { Resources } from './resources.ts'

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** An open authorization in the words of a page. */
export async function askingOf(
  library: Provider,
  resources: Resources,
  { uid, prompt, session, lastSubmission, params }: Interaction,
): Promise<Asking> {
  const id = String(params.client_id)
  const client = await library.Client.find(id).catch((error: unknown) => {
    throw ownErrorIn(error) ?? error
  })
  const mount = resources.mountAt(String(params.resource)) ?? resources.whole
  const asked = scopesIn(params)
  return {
    uid,
    prompt: prompt.name === 'consent' ? 'consent' : 'login',
    // An answer that was given takes the session out; who signed in for it stands beside it.
    personId:
      prompt.name === 'consent' ? (session?.accountId ?? lastSubmission?.login?.accountId) : undefined,
    client: {
      id,
      name: client?.clientName ?? 'unknown',
      vendor: findPinnedClient(id)?.vendor,
      documentHost: id.startsWith('https:') ? URL.parse(id)?.host : undefined,
    },
    redirect: redirectOf(String(params.redirect_uri)),
    mount: mount.path,
    scopes: resources.scopesOf(mount).filter((scope) => asked.has(scope)),
  }
}

export function scopesIn(params: Interaction['params']): ReadonlySet<string> {
  return new Set(String(params.scope ?? '').split(' '))
}

function redirectOf(redirect: string): Asking['redirect'] {
  const url = new URL(redirect)
  const isOfApp = url.protocol !== 'https:' && url.protocol !== 'http:'
  return isOfApp
    ? { origin: url.protocol, host: url.protocol, isLoopback: false }
    : { origin: url.origin, host: url.host, isLoopback: isLoopback(redirect) }
}
