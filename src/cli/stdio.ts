import { environment } from '../config.ts'
import { readOptions } from './options.ts'
import { startApp } from './start.ts'
import { stopSignal } from './stop-signal.ts'

/** A program that tells its server to stop does not wait long before it kills it. */
const GRACE_MS = 1_000
/** For what is still to be written down. */
const STATE_MS = 1_000
const LAST_MS = 300

/** `mostik stdio`: one client over standard input and output, as the owner, until it closes its end or says stop. */
export async function run(words: readonly string[]): Promise<number> {
  readOptions(words, {})
  const { app, state } = await startApp(environment)
  const stopped = stopSignal()
  try {
    const { serveOverStdio } = await import('../mcp/sdk/stdio.ts')
    const buildServer = await app.buildServer(app.owner)
    await Promise.race([serveOverStdio(buildServer, () => app.counts().running > 0), stopped])
  } finally {
    await app.close(GRACE_MS)
    await state.close(STATE_MS)
  }
  // After a signal standard input is still open.
  setTimeout(() => process.exit(), LAST_MS).unref()
  return 0
}
