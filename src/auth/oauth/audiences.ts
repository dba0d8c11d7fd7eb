import type { KoaContextWithOIDC } from 'oidc-provider'
import { IDENTITY_SCOPES } from './metadata.ts'
import type { Oidc } from './provider.ts'
import type { Resources } from './resources.ts'

/** Tokens are for one mount each (RFC 8707); who names none gets the whole surface. */
export function audiencesOf({ errors }: Oidc, resources: Resources) {
  return {
    enabled: true,
    defaultResource: async () => resources.nameOf(resources.whole),
    useGrantedResource: async () => true,
    async getResourceServerInfo({ oidc }: KoaContextWithOIDC, resource: string) {
      const mount = resources.mountAt(resource)
      const asked = oidc.params?.resource
      if (mount === undefined || (Array.isArray(asked) && asked.length > 1)) throw new errors.InvalidTarget()
      const identity = IDENTITY_SCOPES.filter((scope) => scope !== 'offline_access')
      return {
        scope: [...identity, ...resources.scopesOf(mount)].join(' '),
        audience: resources.nameOf(mount),
        accessTokenFormat: 'opaque' as const,
      }
    },
  }
}
