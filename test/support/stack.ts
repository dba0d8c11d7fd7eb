import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { z } from 'zod'
import { type AppOptions, createApp } from '../../src/app/app.ts'
import { openState } from '../../src/app/state.ts'
import { readConfig } from '../../src/config.ts'
import type { Connector } from '../../src/kernel/connector.ts'
import { AppError } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { toolFor } from '../../src/kernel/tool.ts'

const tool = toolFor<unknown>()
const text = z.object({ text: z.string().describe('Any text.') })

/** Tools whose behaviour a protocol test can steer: they answer, wait, fail and report progress. */
const TOOLS = [
  tool({
    name: 'lab_get_echo',
    title: 'Echo',
    description: 'Gives the text back.',
    toolset: 'lab',
    access: 'read',
    aliases: ['echo'],
    input: text,
    output: text,
    run: async (input) => input,
  }),
  tool({
    name: 'lab_get_later',
    title: 'Echo later',
    description: 'Gives the text back after a while, and stops waiting when it is cancelled.',
    toolset: 'lab',
    access: 'read',
    input: text.extend({ ms: z.number().describe('How long to wait.') }),
    output: text.extend({ cancelled: z.boolean().describe('Whether the call was cancelled.') }),
    run: ({ text, ms }, { signal, progress }) =>
      new Promise((resolve) => {
        progress(0, ms, 'waiting')
        const timer = setTimeout(() => resolve({ text, cancelled: false }), ms)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve({ text, cancelled: true })
        })
      }),
  }),
  tool({
    name: 'lab_create_trouble',
    title: 'Fail',
    description: 'Fails in the way that is asked for.',
    toolset: 'trouble',
    access: 'write',
    idempotent: true,
    input: z.object({ how: z.enum(['explained', 'bug', 'limit']).describe('Which failure.') }),
    output: z.object({}),
    async run({ how }) {
      if (how === 'bug') throw new Error('secret internals')
      if (how === 'limit') throw new AppError('rate_limited', 'Too fast.', { retryAfterSeconds: 7 })
      throw new AppError('not_found', 'No such thing.', { hint: 'Look again.', candidates: ['a', 'b'] })
    },
  }),
]

export const lab: Connector = {
  id: 'lab',
  title: 'Lab',
  tools: TOOLS as unknown as Connector['tools'],
  variables: z.object({}),
  setup: [],
  form: [],
  words: {
    access: {},
    toolsets: { lab: { ru: 'Проба', en: 'Trial' }, trouble: { ru: 'Сбои', en: 'Trouble' } },
  },
  probe: 'lab_get_echo',
  link: () => ({ client: undefined, demo: false }),
}

export interface Stack {
  readonly url: string
  readonly port: number
  readonly app: Awaited<ReturnType<typeof createApp>>
  close(): Promise<void>
}

/** The product's whole HTTP stack on a free loopback port, with the lab's tools instead of a CRM's. */
export async function startStack(
  options: Partial<AppOptions> & { environment?: Record<string, string> } = {},
): Promise<Stack> {
  const { environment = {}, ...rest } = options
  const config = readConfig({ DEMO: 'off', CALL_LIMITS: 'read=0,write=0', ...environment })
  const { connectors = [lab], log = silentLog } = rest
  const state = await openState({ config, connectors, log })
  const app = await createApp({ config, ...state, connectors, log, ...rest })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  app.listensOn(url)
  return {
    url,
    port,
    app,
    async close() {
      await app.close(0)
      await state.close(1_000)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
