import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** A document that another server published, and how long it may be kept. */
export interface FetchedDocument {
  readonly text: string
  readonly cacheControl: string | undefined
}

/** Fetches a document whose address a stranger chose. @throws Error in our own words, for the log and the reader */
export type GuardedFetch = (address: string) => Promise<FetchedDocument>

interface Reach {
  readonly lookup?: LookupAll
  /** Whether a connection to this address may be opened. */
  readonly mayReach?: (address: string) => boolean
  readonly port?: number
  /** A certificate authority beside the usual ones. */
  readonly ca?: string
}

type LookupAll = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

const BYTES = 5 * 1024
const PATIENCE_MS = 3_000

/**
 * https on the usual port, no redirects, 5 KB of JSON in 3 seconds, and connections to public addresses alone. The
 * addresses that were checked are the ones that are connected to, so that a name cannot change its mind in between.
 */
export function createGuardedFetch(reach: Reach = {}): GuardedFetch {
  const { lookup = systemLookup as LookupAll, mayReach = isPublicAddress, port = 443, ca } = reach

  const guardedLookup: LookupFunction = (host, options, done) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0)
      const [first] = addresses
      const isBad = first === undefined || !addresses.every(({ address }) => mayReach(address))
      if (isBad) return done(new Error('its address is not public'), '', 0)
      if (options.all) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }

  return (address) =>
    new Promise((resolve, reject) => {
      const url = URL.parse(address)
      if (url?.protocol !== 'https:' || url.port !== '' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
        return reject(new Error('it is not an https address with a name and no port'))
      }
      const asked = request(
        url,
        {
          port,
          // A connection of its own: a pooled one has been checked for somebody else.
          agent: false,
          lookup: guardedLookup,
          headers: { accept: 'application/json', 'accept-encoding': 'identity' },
          signal: AbortSignal.timeout(PATIENCE_MS),
          ...(ca !== undefined && { ca }),
        },
        (answer) => {
          readDocument(answer, mayReach)
            .then(resolve, reject)
            .finally(() => asked.destroy())
        },
      )
      asked.on('error', (cause) => reject(inWords(cause)))
      asked.end()
    })
}

async function readDocument(answer: IncomingMessage, mayReach: (address: string) => boolean) {
  const { statusCode, headers, socket } = answer
  if (!mayReach(socket.remoteAddress ?? '')) throw new Error('its address is not public')
  if (statusCode !== 200) throw new Error(`it answers with the status ${statusCode}`)
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Error('it is not JSON')
  }
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of answer) {
      length += chunk.length
      if (length > BYTES) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw inWords(cause)
  }
  if (length > BYTES) throw new Error('it is longer than 5 KB')
  return { text: Buffer.concat(chunks).toString(), cacheControl: headers['cache-control'] }
}

/** What other servers and libraries say stays in the cause. */
function inWords(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error('it cannot be fetched', { cause })
  if (cause.message.startsWith('its address')) return cause
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') {
    return new Error('it does not answer within 3 seconds', { cause })
  }
  return new Error('it cannot be fetched', { cause })
}
