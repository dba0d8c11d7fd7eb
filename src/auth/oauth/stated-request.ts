import { AppError } from '../../kernel/errors.ts'
import { digest } from './adapter.ts'
import type { OAuthStore } from './oauth-store.ts'
import type { Resources } from './resources.ts'

/** In characters. Whoever asks has not signed in yet, and what they say is kept for an hour. */
const LONGEST = 2_048
const LONGEST_TOGETHER = 6_000

/**
 * What a client left out or wrote in another way, as the library wants it. Changes the given parameters.
 * @throws AppError `invalid_input` when they are longer than anybody needs
 */
export function stateAuthorization(
  params: URLSearchParams,
  resources: Resources,
  defaultScopes: ReadonlySet<string>,
): void {
  refuseLong(params)
  stateResponseMode(params)
  stateResource(params, resources)
  const resource = params.get('resource')
  const mount = resource === null ? resources.whole : resources.mountAt(resource)
  // More than one is an error that the client is told about.
  if (mount === undefined || params.getAll('scope').length > 1) return
  const asked = (params.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  const possible = resources.scopesOf(mount)
  if (asked.some((scope) => possible.includes(scope))) return
  params.set('scope', [...asked, ...possible.filter((scope) => defaultScopes.has(scope))].join(' '))
}

/**
 * A refresh may name what was once asked for, although the person allowed less: it gets what they allowed.
 * @returns the connection that is refreshed, when its token is known here
 */
export async function stateToken(
  params: URLSearchParams,
  resources: Resources,
  store: Pick<OAuthStore, 'find'>,
): Promise<string | undefined> {
  stateResource(params, resources)
  const [scope, refreshToken] = [params.get('scope'), params.get('refresh_token')]
  if (params.get('grant_type') !== 'refresh_token' || refreshToken === null) return undefined
  const record = await store.find('RefreshToken', digest(refreshToken))
  if (scope === null || record === undefined) return record?.grantId
  const { scope: granted = '' }: { scope?: string } = JSON.parse(record.payload)
  const kept = scope.split(' ').filter((one) => granted.split(' ').includes(one))
  if (kept.length > 0) params.set('scope', kept.join(' '))
  return record.grantId
}

function refuseLong(params: URLSearchParams): void {
  const [long] = [...params].find(([, value]) => value.length > LONGEST) ?? []
  const together = [...params].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (long === undefined && together <= LONGEST_TOGETHER) return
  throw new AppError('invalid_input', 'The request of the program is longer than anything needs to be.')
}

/**
 * Answers go into the query of the redirect. The library would also serve a page of its own that posts the answer, with
 * a script in it and none of our headers; by this name it knows nothing, which is what it tells the client.
 */
function stateResponseMode(params: URLSearchParams): void {
  if (params.getAll('response_mode').some((mode) => mode !== '' && mode !== 'query')) {
    params.set('response_mode', 'unsupported')
  }
}

/** Every address of a mount is the same audience. */
function stateResource(params: URLSearchParams, resources: Resources): void {
  const asked = params.getAll('resource')
  const names = asked.map((resource) => {
    const mount = resources.mountAt(resource)
    return mount === undefined ? resource : resources.nameOf(mount)
  })
  params.delete('resource')
  for (const name of new Set(names)) params.append('resource', name)
}
