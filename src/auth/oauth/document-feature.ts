import type { IncomingMessage } from 'node:http'
import type { ClientDocuments } from './client-documents.ts'
import { isPlain } from './client-metadata.ts'
import type { Oidc } from './provider.ts'
import type { Limits } from './request-limits.ts'
import { originalOf } from './restated-request.ts'

/** Client documents, as the library asks for them. */
export function documentFeatureOf({ errors }: Oidc, documents: ClientDocuments, limits: Limits) {
  return {
    enabled: true,
    ack: 'draft-02',
    cacheDuration: { min: 300, max: 86_400 },
    /** Asked only for what the library does not remember. */
    async allowFetch(ctx: { req: IncomingMessage } | undefined, clientId: string): Promise<boolean> {
      if (!isPlain(clientId)) return false
      try {
        documents.mayFetch(clientId)
        const host = documents.hostToAsk(clientId)
        if (host !== undefined) await limits.document(host, ctx && originalOf(ctx.req))
        return true
      } catch (cause) {
        throw new errors.InvalidClient('the program is not allowed here', { cause })
      }
    },
  }
}

/** The library's only way to the outside. */
export function fetchOf(documents: ClientDocuments) {
  return async (input: string | URL | Request): Promise<Response> => {
    const { document, cacheControl } = await documents.fetch(
      input instanceof Request ? input.url : String(input),
    )
    return Response.json(document, { headers: { 'cache-control': cacheControl } })
  }
}
