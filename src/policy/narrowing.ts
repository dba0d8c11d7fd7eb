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
 * Reads the narrowing of an address. It fails closed: what looks like a narrowing and is not understood is refused.
 * @throws AppError `invalid_input` saying what the address may have
 */
export function readNarrowing(
  connector: string | undefined,
  query: URLSearchParams,
  knownToolsets: ReadonlySet<string>,
): Narrowing {
  for (const name of query.keys()) checkSpelling(name)
  return { connector, toolsets: readToolsets(query, knownToolsets), readOnly: readReadOnly(query) }
}

function checkSpelling(name: string): void {
  const folded = name.toLowerCase().replace(/[^a-z]/g, '')
  const meant = { toolset: 'toolsets', toolsets: 'toolsets', readonly: 'read_only' }[folded]
  if (meant === undefined || meant === name) return
  throw new AppError('invalid_input', 'The address has a parameter that is almost one of ours.', {
    hint: `Write ?${meant}=, exactly so, or leave it out.`,
  })
}

function readToolsets(query: URLSearchParams, known: ReadonlySet<string>): ReadonlySet<string> | undefined {
  if (!query.has('toolsets')) return undefined
  const names = query.getAll('toolsets').flatMap((value) => value.split(',').map((name) => name.trim()))
  const wanted = names.filter(Boolean)
  if (wanted.length > 0 && wanted.every((name) => known.has(name))) return new Set(wanted)
  const message = 'The address names no toolset, or one that does not exist.'
  throw new AppError('invalid_input', message, {
    hint: `Use ?toolsets= with names from this list, separated by commas: ${[...known].sort().join(', ')}.`,
  })
}

function readReadOnly(query: URLSearchParams): boolean {
  const values = query.getAll('read_only')
  if (values.every((value) => ['', '0', '1', 'false', 'true'].includes(value))) {
    return values.some((value) => value !== '0' && value !== 'false')
  }
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
