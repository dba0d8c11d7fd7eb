/** What a request is for. `other`: nothing that this server says it has. */
export type RequestedRoute =
  | 'authorize'
  | 'authorize/:uid'
  | 'token'
  | 'register'
  | 'revoke'
  | 'jwks'
  | 'other'

/**
 * The route of a path, and the one way to write that path: routers take slashes at the end and capitals for the same,
 * and whoever compares paths as text lets the other spellings pass by every rule.
 */
export function requestedRoute(pathname: string): { route: RequestedRoute; path: string } {
  const path = pathname.replace(/\/+$/, '')
  const [, name = ''] = /^\/oauth\/([^/]+)$/i.exec(path) ?? []
  const known = KNOWN.find((one) => one === name.toLowerCase())
  if (known !== undefined) return { route: known, path: `/oauth/${known}` }
  const [, uid] = /^\/oauth\/authorize\/([^/]+)$/i.exec(path) ?? []
  if (uid !== undefined) return { route: 'authorize/:uid', path: `/oauth/authorize/${uid}` }
  return { route: 'other', path: path || '/' }
}

const KNOWN = ['authorize', 'token', 'register', 'revoke', 'jwks'] as const
