import type { Account, Around, Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'

/**
 * Asks the account for itself with the connector's own probe, as a tool call would.
 * @throws AppError of the kind that the upstream's answer has, saying that nothing was stored
 */
export async function prove(
  { id, tools, probe }: Connector,
  { client }: Account,
  { owner, link, signal }: { owner: string; link: Pick<Around, 'clock'>; signal: AbortSignal },
): Promise<void> {
  const tool = tools.find(({ name }) => name === probe)
  if (tool === undefined) throw new TypeError(`the connector ${id} has no tool ${probe}`)
  const caller = { userId: owner, clientId: 'command-line', scopes: new Set([`${id}:read`]) }
  const context = { caller, client: client as never, clock: link.clock, signal, progress() {} }
  try {
    await tool.run(tool.input.parse({}), context)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { kind, message, retryAfterSeconds, cause } = error
    // The hint of a call speaks of settings that a linked account does not have.
    const hint = kind === 'not_linked' ? REFUSED : error.hint
    throw new AppError(kind, `Nothing was linked. ${message}`, {
      ...(hint !== undefined && { hint }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      cause,
    })
  }
}

const REFUSED = 'Check the address, make a new token in that account, and run the command again.'
