import { AppError } from '../kernel/errors.ts'

/** How one connection narrowed what it sees: by its address and by `?toolsets=` and `?read_only=`. Never widens. */
export interface Narrowing {
  /** The only connector of this address, as in `/amocrm/mcp`. */
  readonly connector: string | undefined
  readonly toolsets: ReadonlySet<string> | undefined
  readonly readOnly: boolean
}

export const wholeSurface: Narrowing = { connector: undefined, toolsets: undefined, readOnly: false }

/**
 * Reads the narrowing of an address.
 * @throws AppError `invalid_input` for a toolset that does not exist and for a value that is not yes or no
 */
export function readNarrowing(
  connector: string | undefined,
  query: URLSearchParams,
  knownToolsets: ReadonlySet<string>,
): Narrowing {
  return {
    connector,
    toolsets: readToolsets(query.get('toolsets'), knownToolsets),
    readOnly: readReadOnly(query),
  }
}

function readToolsets(value: string | null, known: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const names = value?.split(',').map((name) => name.trim()) ?? []
  const wanted = names.filter(Boolean)
  if (wanted.length === 0) return undefined
  if (wanted.every((name) => known.has(name))) return new Set(wanted)
  throw new AppError('invalid_input', 'The address names a toolset that does not exist.', {
    hint: `Use ?toolsets= with names from this list, separated by commas: ${[...known].sort().join(', ')}.`,
  })
}

function readReadOnly(query: URLSearchParams): boolean {
  const value = query.get('read_only')
  if (value === null || value === '0' || value === 'false') return false
  if (value === '' || value === '1' || value === 'true') return true
  throw new AppError('invalid_input', 'The address has a read_only value that is neither 1 nor 0.', {
    hint: 'Use ?read_only=1, or leave it out.',
  })
}

/** Reads the narrowing of request addresses; an address that repeats is read once. */
export function createNarrow(
  knownToolsets: ReadonlySet<string>,
): (connector: string | undefined, url: string) => Narrowing {
  const seen = new Map<string, Narrowing>()
  return (connector, url) => {
    const question = url.indexOf('?')
    if (question === -1 && connector === undefined) return wholeSurface
    const query = question === -1 ? '' : url.slice(question)
    const key = `${connector ?? ''}${query}`
    let narrowing = seen.get(key)
    if (narrowing === undefined) {
      narrowing = readNarrowing(connector, new URLSearchParams(query), knownToolsets)
      if (seen.size >= 256) seen.clear()
      seen.set(key, narrowing)
    }
    return narrowing
  }
}
