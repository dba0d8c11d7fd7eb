import { expect, it } from 'vitest'
import { z } from 'zod'
import { contractTool, tool } from './define.ts'

const definition = {
  name: 'amocrm_get_number',
  title: 'Number',
  description: 'A number.',
  toolset: 'crm',
  access: 'read',
  input: z.object({}),
  output: z.strictObject({ number: z.number() }),
  run: async () => ({ number: 1 }),
} as const

it('lets an answer carry the mark of the demo account, and nothing else', () => {
  const { output } = tool(definition)
  expect(output.parse({ number: 1 })).toEqual({ number: 1 })
  expect(output.parse({ number: 1, demo: true })).toEqual({ number: 1, demo: true })
  expect(output.safeParse({ number: 1, demo: false }).success).toBe(false)
  expect(output.safeParse({ number: 1, more: 1 }).success).toBe(false)
})

it("leaves the shape of ChatGPT's own tools as it is", () => {
  expect(contractTool(definition).output).toBe(definition.output)
})
