import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'

type Tool = Connector['tools'][number]

/**
 * Takes tools away for everybody, before any grant is looked at; a tool goes with all its names.
 * @throws AppError `invalid_input` for a name that no tool has: it would leave a tool on that was meant to be off
 */
export function withoutDisabled(connectors: readonly Connector[], disabled: readonly string[]): Connector[] {
  const all = connectors.flatMap(({ tools }) => tools)
  const unknown = disabled.find((name) => !all.some((tool) => hasName(tool, name)))
  if (unknown !== undefined) {
    throw new AppError('invalid_input', `DISABLE_TOOLS names ${unknown}, and there is no such tool.`, {
      hint: `The tools are: ${all.map(({ name }) => name).join(', ')}.`,
    })
  }
  const isOn = (tool: Tool) => !disabled.some((name) => hasName(tool, name))
  return connectors.map((connector) => ({ ...connector, tools: connector.tools.filter(isOn) }))
}

function hasName({ name, aliases = [] }: Tool, asked: string): boolean {
  return name === asked || aliases.includes(asked)
}
