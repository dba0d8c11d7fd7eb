import { parseArgs } from 'node:util'
import { isLoopback } from '../../src/config/addresses.ts'

export interface ServeOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

/** The fixtures answer anybody and change nothing real, so they may stand only where nobody from outside can reach. */
export function readServeOptions(
  args: readonly string[],
  { NODE_ENV, HOST = '127.0.0.1' }: NodeJS.ProcessEnv,
): ServeOptions | { readonly refusal: string } {
  if (NODE_ENV === 'production') {
    return {
      refusal: 'The conformance server has no authentication and does not start with NODE_ENV=production.',
    }
  }
  if (!isLoopback(HOST)) {
    return {
      refusal: 'The conformance server has no authentication and listens on loopback only: unset HOST.',
    }
  }
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string', default: '0' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return { refusal: `--port takes a number from 0 to 65535, and not "${values.port}".` }
  }
  return { host: HOST, port }
}
