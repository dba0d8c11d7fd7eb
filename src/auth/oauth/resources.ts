/** One place in the address space with its own MCP endpoints: empty for the whole surface, else `/amocrm`. */
export interface ProtectedMount {
  readonly path: string
  /** The only connector of the mount; none for the whole surface. */
  readonly connector: string | undefined
}

/** What tokens are for: each mount is one audience, whichever of its addresses a client was given. */
export interface Resources {
  /** The name of a mount in tokens: its first address. */
  nameOf(mount: ProtectedMount): string
  /** The mount that an address belongs to; nothing for what is not an address of this server. */
  mountAt(address: string): ProtectedMount | undefined
  /** What can be asked for at a mount. */
  scopesOf(mount: ProtectedMount): readonly string[]
  /** The full address of an endpoint by its path, with the query as it was asked for; nothing when there is no such endpoint. */
  endpointAt(pathAndQuery: string): { readonly address: string; readonly mount: ProtectedMount } | undefined
  readonly whole: ProtectedMount
}

/** The endpoints of every mount, the first of which names it. */
const ENDPOINTS = ['/mcp', '/sse', '/mcp/sse']

/** @param scopes all that connections to this server may have: its ceiling */
export function createResources(
  publicUrl: string,
  mounts: readonly ProtectedMount[],
  scopes: ReadonlySet<string>,
): Resources {
  const base = new URL(publicUrl)
  const prefix = base.pathname.replace(/\/$/, '')
  const whole = mounts.find(({ path }) => path === '') ?? { path: '', connector: undefined }
  const byPath = new Map(
    mounts.flatMap((mount) => ENDPOINTS.map((endpoint) => [mount.path + endpoint, mount] as const)),
  )

  return {
    whole,
    nameOf: (mount) => base.origin + prefix + mount.path + ENDPOINTS[0],
    mountAt(address) {
      const url = URL.parse(address)
      if (url === null || url.origin !== base.origin || hasMore(url)) return undefined
      const path = url.pathname.replace(/\/$/, '')
      // Clients of the first MCP revisions name the server and nothing else.
      if (path === prefix) return whole
      return path.startsWith(`${prefix}/`) ? byPath.get(path.slice(prefix.length)) : undefined
    },
    scopesOf: ({ connector }) =>
      [...scopes].filter((scope) => connector === undefined || scope.startsWith(`${connector}:`)),
    endpointAt(pathAndQuery) {
      const url = URL.parse(pathAndQuery, base.origin)
      const mount = url === null || url.origin !== base.origin ? undefined : byPath.get(url.pathname)
      return url === null || mount === undefined
        ? undefined
        : { mount, address: base.origin + prefix + url.pathname + url.search }
    },
  }
}

function hasMore({ username, password, hash }: URL): boolean {
  return username !== '' || password !== '' || hash !== ''
}
