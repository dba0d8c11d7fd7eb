/** The id of the person whose server it is. */
export const OWNER = 'owner'

/** Who is behind one request, after auth and before policy. */
export interface Caller {
  /** The person. */
  readonly userId: string
  /** The program that acts for the person; sessions are bound to the pair. */
  readonly clientId: string
  /** What the connection may do: `<connector>:<access>`, for example `amocrm:write`. */
  readonly scopes: ReadonlySet<string>
  /** The only toolsets of the connection; without it all. */
  readonly toolsets?: ReadonlySet<string>
  /** The only accounts of the connection, as `accountRef` writes them; without it all that the person has. */
  readonly accounts?: ReadonlySet<string>
  /** Where the client reads how to ask for more scopes (RFC 9728); without it the client cannot ask. */
  readonly resourceMetadata?: string
}

/** How a connection names an account: its connector and address. The embedded demo moves from port to port. */
export function accountRef(
  connector: string,
  { address = '', demo = false }: { address?: string; demo?: boolean },
) {
  return `${connector}:${demo ? 'demo' : address}`
}

/** One string for "the same person through the same client"; equal keys may share a session. */
export function callerKey({ userId, clientId }: Caller): string {
  return `${userId.length}:${userId}${clientId}`
}
