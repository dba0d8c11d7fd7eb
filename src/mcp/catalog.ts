import { z } from 'zod'
import type { Connector } from '../kernel/connector.ts'
import type { Access, Tool } from '../kernel/tool.ts'
import type { Subject } from '../policy/decide.ts'
import { accountArgument, keyArgument, takesAccount } from './shared-arguments.ts'

type JsonSchema = Record<string, unknown>

/** One tool as clients see it, made once at start. */
export interface Listing {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
  readonly annotations: Readonly<Record<string, boolean>>
  /** Only for a client that can ask for scopes. */
  readonly securitySchemes?: readonly { readonly type: string; readonly scopes: readonly string[] }[]
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** One tool with all that a call of it needs. */
export interface Entry {
  readonly tool: Tool
  readonly subject: Subject
  readonly listing: Listing
  /** The tool's input and what every tool takes beside it, closed: an unknown argument is refused, not dropped. */
  readonly input: z.ZodObject
  /** Whether the call may name the account to work in; listed only for a caller who has several. */
  readonly takesAccount: boolean
  /** Whether an answer has room for the `demo` mark. */
  readonly marksDemo: boolean
}

export interface Catalog {
  /** In the order of connectors and file names: the order of `tools/list`. */
  readonly entries: readonly Entry[]
  readonly toolsets: ReadonlySet<string>
  /** By name or alias. */
  find(name: string): Entry | undefined
}

/** All tools of all connectors. Throws when two of them claim one name. */
export function createCatalog(connectors: readonly Connector[]): Catalog {
  const entries = connectors.flatMap(({ id, tools }) => tools.map((tool) => createEntry(id, tool)))
  const byName = new Map<string, Entry>()
  for (const entry of entries) {
    for (const name of [entry.tool.name, ...(entry.tool.aliases ?? [])]) {
      if (byName.has(name)) throw new TypeError(`Two tools claim the name ${name}`)
      byName.set(name, entry)
    }
  }
  const toolsets = new Set(entries.map(({ tool }) => tool.toolset))
  return { entries, toolsets, find: (name) => byName.get(name) }
}

function createEntry(connector: string, tool: Tool): Entry {
  const { name, title, description, toolset, access, output } = tool
  const isPerAccount = takesAccount(connector, tool)
  const listed = access === 'read' ? tool.input : tool.input.extend({ idempotency_key: keyArgument })
  const annotations = annotationsOf(access, tool.idempotent ?? false)
  return {
    tool,
    subject: { connector, name, toolset, access },
    input: (isPerAccount ? listed.extend({ account: accountArgument }) : listed).strict(),
    takesAccount: isPerAccount,
    listing: {
      name,
      title,
      description,
      inputSchema: jsonSchema(listed.strict(), 'input'),
      outputSchema: jsonSchema(output, 'output'),
      annotations,
    },
    marksDemo: 'demo' in output.shape,
  }
}

/** MCP tool annotations: one access word decides them all, so they cannot contradict the policy. */
function annotationsOf(access: Access, idempotent: boolean) {
  return {
    readOnlyHint: access === 'read',
    destructiveHint: access === 'destroy',
    idempotentHint: access === 'read' || idempotent,
    openWorldHint: access === 'send',
  }
}

/** JSON Schema 2020-12, the default of MCP, without the parts that say nothing and cost tokens. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      // Names of properties are always strings, and a client has no use for a closed answer.
      delete jsonSchema.propertyNames
      if (io === 'output') delete jsonSchema.additionalProperties
    },
  })
  return rest
}
