import { parseArgs } from 'node:util'
import { AppError } from '../kernel/errors.ts'

type OptionTypes = Record<string, { readonly type: 'string' | 'boolean' }>

/** The options of a command. @throws AppError `invalid_input` for one that it does not have */
export function readOptions(words: readonly string[], options: OptionTypes) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (cause) {
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new AppError(
      'invalid_input',
      'The command has an option it does not know, or one without its value.',
      {
        hint:
          known.length > 0 ? `It takes ${known.join(', ')}.` : 'It takes none; run with --help for the list.',
        cause,
      },
    )
  }
}

/** @throws AppError `invalid_input` unless the value is a port number */
export function readPort(value: unknown): number {
  if (value === undefined) return 0
  const port = Number(value)
  if (/^\d{1,5}$/.test(String(value)) && port <= 65_535) return port
  throw new AppError('invalid_input', '--port must be a whole number from 0 to 65535.')
}
