/** A refusal, to be answered as 401 with `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1). */
export interface Challenge {
  readonly status: 401
  /** The value of the header. */
  readonly challenge: string
  readonly message: string
  readonly hint: string
}

/** What is asked for at one mount: for a client that brings no token, and for one that brings a wrong one. */
export interface Challenges {
  missing(ask: { mount: string; path: string }): Challenge
  wrong(ask: { mount: string; path: string }): Challenge
}

/** The challenges of a server whose only tokens come from its owner. */
export function plainChallenges(): Challenges {
  const missing = challengeOf(MISSING, 'Bearer realm="mostik"', BY_HAND)
  const wrong = challengeOf(WRONG, `Bearer realm="mostik", ${INVALID}`, BY_HAND)
  return { missing: () => missing, wrong: () => wrong }
}

/** The challenges of a server that is its own authorization server: they say where to read how to get a token. */
export function oauthChallenges(publicUrl: () => string, ceiling: ReadonlySet<string>): Challenges {
  /** Everything that the mount has: what of it is granted, the person says on the page of consent. */
  const scopeOf = (mount: string) =>
    [...ceiling].filter((scope) => mount === '' || scope.startsWith(`${mount.slice(1)}:`)).join(' ')
  const parameters = ({ mount, path }: { mount: string; path: string }) =>
    `resource_metadata="${resourceMetadata(publicUrl(), path)}", scope="${scopeOf(mount)}"`
  return {
    missing: (ask) => challengeOf(MISSING, `Bearer realm="mostik", ${parameters(ask)}`, BY_SIGN_IN),
    wrong: (ask) => challengeOf(WRONG, `Bearer realm="mostik", ${INVALID}, ${parameters(ask)}`, BY_SIGN_IN),
  }
}

/** Where the metadata of a protected resource is (RFC 9728 §3.1). `path` is an endpoint's own, with its query. */
export function resourceMetadata(publicUrl: string, path: string): string {
  // It stands in quotes in a header.
  const safe = path.replace(/[^\w\-./~%?&=+,:@!$()*;]/g, (char) => encodeURIComponent(char))
  const shown = safe.length <= LONGEST_PATH ? safe : (safe.split('?', 1)[0] ?? '').slice(0, LONGEST_PATH)
  return `${publicUrl}/.well-known/oauth-protected-resource${shown}`
}

const LONGEST_PATH = 1_000

function challengeOf(message: string, challenge: string, hint: string): Challenge {
  return { status: 401, challenge, message, hint }
}

const MISSING = 'This server asks for a token.'
const WRONG = 'The token is not known here, or it is over.'
const INVALID = 'error="invalid_token", error_description="The token is not known here, or it is over"'
const BY_HAND =
  'Send the header Authorization: Bearer <token>; the token is the API_TOKEN of this server, or one made by: mostik token create.'
const BY_SIGN_IN =
  'Connect this program to the server again, and sign in on the page that it opens; a program without one sends Authorization: Bearer <token> with a personal token.'
