import { pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import * as all from '../connectors/index.ts'
import type { Connector } from '../kernel/connector.ts'
import type { Log } from '../kernel/log.ts'
import { isoTime } from './log-time.ts'

export const connectors: readonly Connector[] = Object.values(all)

/** The settings and the log of this process. @throws AppError `invalid_input` naming the variable that is wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>) {
  const config = readConfig(environment, connectors)
  return { config, log: createLog(config) }
}

/** One JSON line per event on standard error, since `stdio` speaks the protocol on standard output. */
function createLog({ LOG_LEVEL }: Config): Log {
  const destination = pino.destination({ dest: 2, sync: false })
  process.once('exit', () => destination.flushSync())
  return pino({ level: LOG_LEVEL, base: null, timestamp: isoTime() }, destination)
}
