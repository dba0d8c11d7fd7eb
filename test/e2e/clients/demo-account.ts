import { expect } from 'vitest'
import { z } from 'zod'

/** The part of a client that every official one has. */
export interface Client {
  listTools(): Promise<{ tools: readonly { name: string }[] }>
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
}

/** What the welcome tells a newcomer to try, by any client that speaks MCP. `deal` is a name nobody has used yet. */
export async function expectDemoAccount(client: Client, deal: string): Promise<void> {
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['amocrm_get_account', 'amocrm_search_contacts', 'amocrm_create_lead']),
  )

  const account = await callTool(client, 'amocrm_get_account', {})
  expect(account).toMatchObject({ currency: 'RUB', time_zone: 'Europe/Moscow', demo: true })

  const phone = '+74950001234'
  const found = await callTool(client, 'amocrm_search_contacts', { query: '8 (495) 000-12-34' })
  expect(found).toMatchObject({ matched_on: 'phone', contacts: [{ phones: [phone] }], demo: true })

  const created = await callTool(client, 'amocrm_create_lead', { name: deal, price: 50_000 })
  expect(created).toMatchObject({ created: true, lead: { name: deal, price: 50_000 }, demo: true })
}

/** What a client of the stdio transport starts. */
export const stdioProgram = {
  command: process.execPath,
  args: ['src/main.ts', 'stdio'],
  env: { LOG_LEVEL: 'error' },
}

/** The clients of a file run at once and some start processes of their own: a busy machine needs its time. */
export const patienceMs = 60_000

async function callTool(client: Client, name: string, input: Record<string, unknown>): Promise<object> {
  const answer = await client.callTool({ name, arguments: input })
  const { structuredContent, content, isError = false } = result.parse(answer)
  expect({ isError, content }).toMatchObject({ isError: false })
  expect(JSON.parse(content[0].text)).toEqual(structuredContent)
  return structuredContent
}

const result = z.object({
  structuredContent: z.looseObject({}),
  content: z.tuple([z.object({ type: z.literal('text'), text: z.string() })]),
  isError: z.boolean().optional(),
})
