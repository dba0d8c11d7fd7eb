/** Who is behind one request, after auth and before policy. */
export interface Caller {
  /** The person. */
  readonly userId: string
  /** The program that acts for the person; sessions are bound to the pair. */
  readonly clientId: string
  /** What the connection may do: `<connector>:<access>`, for example `amocrm:write`. */
  readonly scopes: ReadonlySet<string>
}

/** One string for "the same person through the same client"; equal keys may share a session. */
export function callerKey({ userId, clientId }: Caller): string {
  return `${userId.length}:${userId}${clientId}`
}
