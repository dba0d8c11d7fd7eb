import type { McpServerFactory } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

/** Serves one client over standard input and output, both eras. Resolves when the client closes its end. */
export function serveOverStdio(buildServer: McpServerFactory): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  serveStdio(buildServer)
  process.stdin.once('end', resolve)
  process.stdin.once('close', resolve)
  return promise
}
