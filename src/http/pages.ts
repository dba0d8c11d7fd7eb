import { assetAt } from '../console/assets.ts'
import type { HomeConnector } from '../console/connector-card.ts'
import { docsPage } from '../console/docs-page.ts'
import { homePage } from '../console/home-page.ts'
import { languageOf } from '../console/language.ts'
import { pageHeaders } from '../console/page-headers.ts'
import { openApiDocument, type RestTool } from './openapi.ts'
import type { Pages } from './routes.ts'

export interface Facts {
  readonly version: string
  /** Where clients reach the server, without a slash at the end; known once it listens. */
  publicUrl(): string
  readonly auth: 'oauth' | 'token' | 'none'
  /** Whether other computers reach the server. */
  readonly exposed: boolean
  connectors(publicUrl: string): readonly HomeConnector[]
  /** What the owner may call, narrowed by the query as it is for calls. */
  toolsFor(query: URLSearchParams): readonly RestTool[]
}

/** The pages that anybody may read: what runs here, how to connect to it, what its tools are. */
export function createPages(facts: Facts): Pages {
  const { version, auth, exposed, toolsFor } = facts
  const secured = auth !== 'none'
  const endpointsOf = (publicUrl: string) => ({
    mcp: `${publicUrl}/mcp`,
    sse: `${publicUrl}/sse`,
    openapi: `${publicUrl}/openapi.json`,
    tools: `${publicUrl}/api/tools`,
  })

  return {
    home(request) {
      const publicUrl = facts.publicUrl()
      const connectors = facts.connectors(publicUrl)
      const endpoints = endpointsOf(publicUrl)
      if (!request.headers.get('accept')?.includes('text/html')) {
        const states = connectors.map(({ id, title, state }) => ({
          id,
          title,
          ...(state !== 'private' && { state }),
        }))
        const docs = `${publicUrl}/docs`
        return Response.json(
          {
            name: 'mostik',
            version,
            status: 'ok',
            auth,
            connectors: states,
            endpoints: { ...endpoints, docs },
          },
          { headers: { vary: 'Accept, Origin' } },
        )
      }
      const lang = languageOfRequest(request)
      return page(homePage({ version, publicUrl, auth, exposed, connectors, endpoints, lang }))
    },
    docs(request) {
      const publicUrl = facts.publicUrl()
      const tools = toolsFor(new URLSearchParams())
      const demo = facts.connectors(publicUrl).some(({ state }) => state === 'demo')
      return page(docsPage({ tools, auth, lang: languageOfRequest(request), publicUrl, exposed, demo }))
    },
    openapi: (request) => {
      const tools = toolsFor(new URL(request.url).searchParams)
      return Response.json(openApiDocument({ tools, version, publicUrl: facts.publicUrl(), secured }))
    },
    asset(path) {
      const asset = assetAt(path)
      if (asset === undefined) return undefined
      const headers = { 'content-type': asset.type, 'cache-control': 'public, max-age=31536000, immutable' }
      return new Response(asset.body, { headers: { ...headers, 'x-content-type-options': 'nosniff' } })
    },
  }
}

function languageOfRequest(request: Request) {
  const query = new URL(request.url).searchParams.get('lang') ?? undefined
  return languageOf(query, request.headers.get('accept-language') ?? undefined)
}

async function page(html: ReturnType<typeof homePage>): Promise<Response> {
  const headers = { 'content-type': 'text/html; charset=utf-8', ...pageHeaders }
  return new Response(String(await html), { headers })
}
