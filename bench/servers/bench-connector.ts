import { z } from 'zod'
import type { Connector } from '../../src/kernel/connector.ts'
import { toolFor } from '../../src/kernel/tool.ts'
import { benchTools, KILOBYTE } from './tools.mjs'

const tool = toolFor<unknown>()

/** The bench's tools as a connector: the owner has an account by the environment, others link one. */
export function benchConnector(count: number): Connector {
  const tools = benchTools(z, count).map(({ name, title, description, input, output }) =>
    tool({
      name,
      title,
      description,
      toolset: 'bench',
      access: 'read',
      input: z.object(input),
      output: z.object(output),
      run: async () => ({ text: KILOBYTE }),
    }),
  )
  return {
    id: 'bench',
    title: 'Bench',
    tools: tools as unknown as Connector['tools'],
    variables: z.object({ BENCH_ACCOUNT: z.string().optional() }),
    setup: [],
    form: [],
    words: { access: {}, toolsets: {} },
    probe: 'echo',
    link: ({ BENCH_ACCOUNT: account }) =>
      account === undefined
        ? { client: undefined, demo: false }
        : {
            client: undefined,
            demo: false,
            address: `https://${account}.example.com`,
            name: String(account),
          },
  }
}
