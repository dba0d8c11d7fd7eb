import { z } from 'zod'
import { type Tool, toolFor } from '../../kernel/tool.ts'
import type { AmocrmClient } from './client/client.ts'

/** For `search` and `fetch`, whose shapes are ChatGPT's: nothing is added. */
export const contractTool = toolFor<AmocrmClient>()

const demo = z
  .literal(true)
  .optional()
  .describe('The answer is from the built-in demo account, not from a real one.')

/** A tool of amoCRM; its answer may carry the mark of the demo account. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: Tool<AmocrmClient, Input, Output>,
): Tool<AmocrmClient, Input, Output> {
  // What `run` gives is unchanged: the mark is put on where answers leave.
  return { ...definition, output: definition.output.extend({ demo }) as z.ZodObject as Output }
}
