import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

/**
 * Serves one client over standard input and output, both eras. Resolves when the client has closed its end and what
 * it asked for is answered: the SDK would cut running calls off at the end of its input, so it hears of it later.
 */
export async function serveOverStdio(buildServer: McpServerFactory, isBusy: () => boolean): Promise<void> {
  const input = new PassThrough()
  process.stdin.pipe(input, { end: false })
  const handle = serveStdio(buildServer, { transport: new StdioServerTransport(input, process.stdout) })
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
  })
  // One look is not enough: a message that has just been read becomes a call a moment later.
  for (let quiet = 0; quiet < 3; quiet = isBusy() ? 0 : quiet + 1) await pause(20)
  await handle.close()
}
