import { randomBytes } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { describeClient } from './client-metadata.ts'
import type { Oidc } from './provider.ts'
import { isKnownRedirect } from './redirects.ts'

/** Dynamic registration (RFC 7591) for clients that send their answers to known places. */
export function registrationOf({ errors }: Oidc, allowedRedirects: ReadonlySet<string>) {
  return {
    enabled: true,
    initialAccessToken: false,
    issueRegistrationAccessToken: false,
    /** The hook between the body and the library's own judgement of it: what is registered is what is returned here. */
    idFactory(ctx: KoaContextWithOIDC): string {
      const description = describeClient(ctx.oidc.body ?? {}, true)
      if (description === undefined) {
        throw new errors.InvalidClientMetadata('redirect_uris must be one to ten plain addresses')
      }
      const unknown = description.redirect_uris.find(
        (redirect) => !isKnownRedirect(redirect, allowedRedirects),
      )
      if (unknown !== undefined) {
        throw new errors.InvalidClientMetadata(
          `redirect_uris may hold addresses of known programs and of this computer, which ${placeOf(unknown)} is not; the owner of the server may add it to ALLOWED_REDIRECTS`,
        )
      }
      Object.assign(ctx.oidc, { body: { ...description } })
      return randomBytes(16).toString('base64url')
    },
  }
}

function placeOf(redirect: string): string {
  const url = URL.parse(redirect)
  return url === null ? 'this' : url.host || url.protocol
}
