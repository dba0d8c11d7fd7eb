const ANYWHERE = 'http://own.invalid'

/**
 * A path and query of this server that came from outside, such as `next` of the sign-in page; `undefined` for anything
 * that a browser could take for another place. What it says is judged after a URL parser has read it as a browser
 * would: `/console/..//elsewhere` is `//elsewhere`.
 */
export function ownPath(wanted: string | null | undefined): string | undefined {
  if (wanted == null || wanted.length > 2000 || !PLAIN.test(wanted) || !URL.canParse(wanted, ANYWHERE)) return
  const url = new URL(wanted, ANYWHERE)
  const path = url.pathname + url.search
  return url.origin === ANYWHERE && OWN.test(path) ? path : undefined
}

/** Printable ASCII that begins with a slash: browsers drop line breaks, and take a backslash for a slash. */
const PLAIN = /^\/[!-[\]-~]*$/

/** The pages that somebody can be on their way to; none of them does anything when it is merely opened. */
const OWN = /^\/(console|oauth\/interaction)(?![\w.-])/
