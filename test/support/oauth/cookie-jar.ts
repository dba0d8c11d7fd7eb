interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** The cookies of one browser for one host (RFC 6265 §5). Refuses what a browser would. */
export function createCookieJar() {
  const cookies = new Map<string, Cookie>()
  return {
    /** As `Set-Cookie` has it. */
    take(line: string, url: URL): void {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const at = pair.indexOf('=')
      const name = pair.slice(0, at)
      const value = pair.slice(at + 1)
      const given = new Map(
        attributes.map((one) => {
          const [key = '', ...rest] = one.split('=')
          return [key.toLowerCase(), rest.join('=')] as const
        }),
      )
      const isSecure = given.has('secure')
      if (isSecure && url.protocol !== 'https:') throw new Error(`${name} is Secure on ${url.protocol}`)
      const isHostOnly = name.startsWith('__Host-')
      if ((isHostOnly || name.startsWith('__Secure-')) && !isSecure) throw new Error(`${name} is not Secure`)
      if (isHostOnly && (given.get('path') !== '/' || given.has('domain'))) {
        throw new Error(`${name} is not for the whole host`)
      }
      const path = given.get('path') ?? url.pathname.replace(/\/[^/]*$/, '')
      const key = `${name} ${path}`
      const age = given.get('max-age')
      const expires = given.get('expires')
      const isOver =
        (age !== undefined && Number(age) <= 0) ||
        (expires !== undefined && Date.parse(expires) <= Date.now())
      if (isOver) cookies.delete(key)
      else cookies.set(key, { name, value, path })
    },
    /** For `Cookie`; empty when there is nothing to send. */
    headerFor(url: URL): string {
      return [...cookies.values()]
        .filter(({ path }) => covers(path, url.pathname))
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ')
    },
    names: () => [...cookies.values()].map(({ name }) => name),
    clear: () => cookies.clear(),
  }
}

function covers(path: string, asked: string): boolean {
  if (path === '' || path === '/' || asked === path) return true
  return asked.startsWith(path.endsWith('/') ? path : `${path}/`)
}
