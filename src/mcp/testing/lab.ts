import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { openState } from '../../app/state.ts'
import { readConfig } from '../../config.ts'
import type { Caller } from '../../kernel/caller.ts'
import { systemClock as clock } from '../../kernel/clock.ts'
import type { Connector } from '../../kernel/connector.ts'
import { silentLog as log } from '../../kernel/log.ts'
import type { Access } from '../../kernel/tool.ts'
import { type Narrowing, wholeSurface } from '../../policy/narrowing.ts'
import { createToolCalls } from '../call-tool.ts'
import { createCatalog } from '../catalog.ts'
import { createDispatcher } from '../dispatcher.ts'
import { createMcpEndpoint } from '../endpoint.ts'
import { createFallback } from '../sdk/fallback.ts'
import { createSdkServer } from '../sdk/server.ts'
import { serverCard } from '../server-card.ts'
import { createViews } from '../views.ts'

export interface LabTool {
  readonly connector: string
  readonly toolset: string
  readonly access: Access
}

export const nameOf = ({ connector, toolset, access }: LabTool) => `${connector}_get_${toolset}${access}`

/** Connectors of these tools, which do nothing and answer with their own names. */
function labConnectors(tools: readonly LabTool[]): Connector[] {
  return [...new Set(tools.map(({ connector }) => connector))].map((id) => ({
    id,
    title: id,
    variables: z.object({}),
    setup: [],
    probe: '',
    form: [],
    words: { access: {}, toolsets: {} },
    link: () => ({ client: {}, demo: false, address: `https://${id}.example.com` }),
    tools: tools
      .filter(({ connector }) => connector === id)
      .map((tool) => ({
        name: nameOf(tool),
        title: 'Lab',
        description: 'A tool of the laboratory.',
        toolset: tool.toolset,
        access: tool.access,
        input: z.object({}),
        output: z.object({ name: z.string() }),
        run: async () => ({ name: nameOf(tool) }),
      })),
  }))
}

/** Everything between the gate and the tools, with what the journal hears. */
export async function openLab(tools: readonly LabTool[], ceiling: ReadonlySet<string>) {
  const connectors = labConnectors(tools)
  const catalog = createCatalog(connectors)
  const state = await openState({ config: readConfig({ DEMO: 'off' }), connectors, log })
  onTestFinished(() => state.close(0))
  const noted: { tool: string; decision: string; outcome: string }[] = []
  const journal = {
    ...state.journal,
    record({ tool }: { tool: string }, { decision, outcome }: { decision: string; outcome: string }) {
      noted.push({ tool, decision, outcome })
    },
  }
  const calls = createToolCalls({ ...state, journal, ceiling, clock, log })
  const viewOf = createViews(catalog, state.accounts.several)
  return { catalog, calls, viewOf, noted }
}

/** The MCP endpoints at an address, for whatever caller the header `x-caller` names. */
export async function serveLab(
  lab: Awaited<ReturnType<typeof openLab>>,
  callers: Readonly<Record<string, Caller>>,
  narrowing: Narrowing = wholeSurface,
) {
  const card = serverCard('0.0.0')
  const endpoint = createMcpEndpoint({
    card,
    dispatcher: createDispatcher({ card, ...lab }),
    loadFallback: async (keepAliveMs) =>
      createFallback({ buildServer: () => () => createSdkServer({ card, ...lab }), keepAliveMs }),
    clock,
    log,
  })
  const server = createServer(async (request, response) => {
    const caller = callers[String(request.headers['x-caller'])]
    if (caller === undefined) throw new Error('nobody calls')
    const identity = { caller, narrowing }
    const path = request.url?.split('?', 1)[0]
    const answer =
      path === '/sse'
        ? endpoint.sse(request, response, identity, '/messages')
        : path === '/messages'
          ? await endpoint.messages(request, response, identity)
          : await endpoint.streamable(request, response, identity, '/messages')
    if (answer === undefined) return
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await endpoint.close()
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
