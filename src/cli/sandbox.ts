import { AppError } from '../kernel/errors.ts'
import { startAmocrmSandbox } from '../sandbox/amocrm/server.ts'
import { readOptions, readPort } from './options.ts'
import { stopSignal } from './stop-signal.ts'

/** `mostik sandbox amocrm`: a simulated account on loopback, until SIGINT or SIGTERM. */
export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(words, { port: { type: 'string' }, json: { type: 'boolean' } })
  if (positionals.length !== 1 || positionals[0] !== 'amocrm') {
    throw new AppError('invalid_input', 'The sandbox to run is missing or not known.', {
      hint: 'Run: mostik sandbox amocrm --port 9090 --json',
    })
  }
  const port = readPort(values.port)
  const { close, ...account } = await startAmocrmSandbox({ port }).catch((cause: unknown) => {
    throw new AppError('invalid_input', `The sandbox cannot listen on port ${port}.`, {
      hint: 'Another program has it; name another one with --port.',
      cause,
    })
  })
  process.stdout.write(values.json === true ? `${JSON.stringify(account)}\n` : inWords(account))
  await stopSignal()
  await close()
  return 0
}

function inWords({ baseUrl, accessToken, controlUrl }: Record<string, string>): string {
  return [
    `A simulated amoCRM account listens on ${baseUrl}`,
    '',
    `  AMOCRM_BASE_URL=${baseUrl}`,
    `  AMOCRM_ACCESS_TOKEN=${accessToken}`,
    `  switches: ${controlUrl}`,
    '',
  ].join('\n')
}
