import { z } from 'zod'
import { type Tool, toolFor } from '../../kernel/tool.ts'
import type { AmocrmClient } from './client/client.ts'
import { readLoosely } from './loose-input.ts'

/** For `search` and `fetch`, whose shapes are ChatGPT's: nothing is added. */
export const contractTool = toolFor<AmocrmClient>()

const demo = z.literal(true).optional().describe('From the built-in demo account, not a real one.')

/**
 * A tool of amoCRM. Its answer may carry the mark of the demo account; its arguments are read with patience for the
 * ways in which clients leave one out or write a number.
 */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: Tool<AmocrmClient, Input, Output>,
): Tool<AmocrmClient, Input, Output> {
  // What `run` takes and gives is unchanged: the mark is put on where answers leave.
  return {
    ...definition,
    input: readLoosely(definition.input) as z.ZodObject as Input,
    output: definition.output.extend({ demo }) as z.ZodObject as Output,
  }
}
