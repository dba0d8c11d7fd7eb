// Plain JavaScript: a server that has no TypeScript of its own must not pay for stripping ours at its start.

/** One kilobyte: what `echo` answers on every server, as text and as structure. */
export const KILOBYTE = 'The quick brown fox jumps over the lazy dog. '.repeat(23).slice(0, 1024)

/**
 * @typedef {object} BenchTool
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {Record<string, import('zod').ZodType>} input
 * @property {Record<string, import('zod').ZodType>} output
 */

/**
 * The same tools for every server: `echo`, then tools of the usual size, up to `count`.
 *
 * @param {typeof import('zod').z} z the server's own copy of zod, so that each is measured with the one it brings
 * @param {number} count
 * @returns {BenchTool[]}
 */
export function benchTools(z, count) {
  const shapes = usualShapes(z)
  const tools = [echoTool(z)]
  while (tools.length < count) {
    const index = tools.length
    const [verb, description, input] = shapes[index % shapes.length] ?? ['ping', 'Answers.', {}]
    tools.push({
      name: `bench_${verb}_${index}`,
      title: `Bench ${verb.replaceAll('_', ' ')} ${index}`,
      description,
      input,
      output: { text: z.string().describe('What was done, in words.') },
    })
  }
  return tools
}

/**
 * The name that stands last in `tools/list`, to tell a whole answer from a part of one.
 *
 * @param {number} count
 * @returns {string}
 */
export function lastToolName(count) {
  return count === 1 ? 'echo' : `_${count - 1}"`
}

/** @param {typeof import('zod').z} z
 * @returns {BenchTool} */
function echoTool(z) {
  return {
    name: 'echo',
    title: 'Echo',
    description: 'Returns one kilobyte of text for any text.',
    input: {
      text: z.string().max(4096).describe('Any text.'),
      language: z.enum(['ru', 'en']).optional().describe('Language of the answer.'),
    },
    output: { text: z.string().describe('One kilobyte of text.') },
  }
}

/** @param {typeof import('zod').z} z
 * @returns {[string, string, Record<string, import('zod').ZodType>][]} */
function usualShapes(z) {
  const id = (/** @type {string} */ what) => z.number().int().min(1).describe(`Number of the ${what}.`)
  return [
    [
      'list_deals',
      'Lists deals of the account by pipeline, stage, responsible user and time of creation, newest first.',
      {
        pipeline: z.string().optional().describe('Pipeline by name.'),
        stages: z.array(z.string()).max(50).optional().describe('Stages by name.'),
        user: z.string().optional().describe('Responsible user by name.'),
        created_from: z.string().optional().describe('Earliest time, ISO 8601 with offset.'),
        created_to: z.string().optional().describe('Latest time, ISO 8601 with offset.'),
        limit: z.number().int().min(1).max(100).default(10).describe('How many rows.'),
      },
    ],
    [
      'update_deal',
      'Changes the named fields of one deal and leaves the others as they are.',
      {
        deal: id('deal'),
        name: z.string().max(255).optional().describe('New name.'),
        price: z.number().int().min(0).optional().describe('New price in whole units.'),
        stage: z.string().optional().describe('New stage by name.'),
        fields: z
          .array(
            z.object({ field: z.string(), values: z.array(z.union([z.string(), z.number(), z.boolean()])) }),
          )
          .optional()
          .describe('Custom fields by name.'),
      },
    ],
    [
      'add_note',
      'Adds a note to a deal, a contact or a company.',
      {
        kind: z.enum(['deal', 'contact', 'company']).describe('Where the note goes.'),
        id: id('card'),
        text: z.string().min(1).max(10_000).describe('Text of the note.'),
      },
    ],
    [
      'search_contacts',
      'Searches contacts by name, phone or e-mail and gives the best matches first.',
      {
        query: z.string().min(2).max(200).describe('Name, phone or e-mail.'),
        limit: z.number().int().min(1).max(50).default(10).describe('How many rows.'),
      },
    ],
    [
      'create_task',
      'Creates a task for a person with a due time.',
      {
        text: z.string().min(1).max(1000).describe('What to do.'),
        due: z.string().describe('Due time, ISO 8601 with offset.'),
        user: z.string().optional().describe('Who does it, by name.'),
        deal: id('deal').optional(),
      },
    ],
  ]
}
