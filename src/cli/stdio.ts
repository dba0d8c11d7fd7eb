import { environment } from '../config.ts'
import { readOptions } from './options.ts'
import { startApp } from './start.ts'

/** For what is still to be written down. */
const LAST_MS = 3_000

/** `mostik stdio`: one client over standard input and output, as the owner. */
export async function run(words: readonly string[]): Promise<number> {
  readOptions(words, {})
  const { app, state } = await startApp(environment)
  try {
    const { serveOverStdio } = await import('../mcp/sdk/stdio.ts')
    await serveOverStdio(await app.buildServer(app.owner), () => app.counts().running > 0)
  } finally {
    await state.close(LAST_MS)
  }
  return 0
}
