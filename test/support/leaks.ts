/** Something the product has shown or stored, in bytes. */
export interface Evidence {
  readonly where: string
  readonly bytes: Uint8Array
}

/** A secret, with every form in which it would be recognised. */
export interface Needle {
  readonly name: string
  readonly forms: ReadonlyMap<string, Buffer>
}

/** Long enough to be nobody else's, short enough to find a secret of which only the beginning or the end was shown. */
const FRAGMENT = 16

/** Text is looked for by its first and its last characters; what is shorter, as a whole. */
export function needlesOf(name: string, secret: string): Needle[] {
  const fragments = new Set([secret.slice(0, FRAGMENT), secret.slice(-FRAGMENT)])
  return [...fragments].map((fragment, index) => ({
    name: `${name} (${index === 0 ? 'beginning' : 'end'})`,
    forms: new Map([...formsOfText(fragment), ...formsOfBytes(Buffer.from(fragment))]),
  }))
}

/** A key that is bytes. */
export function needleOfBytes(name: string, secret: Uint8Array): Needle {
  return { name, forms: formsOfBytes(Buffer.from(secret)) }
}

/** One line for each secret that can be read somewhere. */
export function findLeaks(evidence: readonly Evidence[], needles: readonly Needle[]): string[] {
  const found = new Set<string>()
  for (const { where, bytes } of evidence) {
    const hay = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (const { name, forms } of needles) {
      for (const [form, needle] of forms) if (hay.includes(needle)) found.add(`${name}, ${form}, in ${where}`)
    }
  }
  return [...found]
}

function formsOfText(text: string): Map<string, Buffer> {
  const wide = Buffer.from(text, 'utf16le')
  const units = [...wide.toString('utf16le')].map((character) => character.charCodeAt(0))
  const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  const json = JSON.stringify(text).slice(1, -1)
  const texts: Record<string, string> = {
    'URL-encoded': encodeURIComponent(text),
    'form-encoded': new URLSearchParams([['', text]]).toString().slice(1),
    'JSON-escaped': json,
    'JSON-escaped twice': JSON.stringify(json).slice(1, -1),
    'JSON-escaped whole': escaped,
    'JSON-escaped whole, in capitals': escaped.toUpperCase().replaceAll('\\U', '\\u'),
    'HTML-escaped': text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  }
  return new Map([
    ...Object.entries(texts).map(([form, value]) => [form, Buffer.from(value)] as const),
    ['UTF-16 LE', wide],
    ['UTF-16 BE', Buffer.from(wide).swap16()],
    ...base64Of(wide).map((value, index) => [`base64 of UTF-16, ${index} bytes behind`, value] as const),
  ])
}

function formsOfBytes(bytes: Buffer): Map<string, Buffer> {
  const hex = bytes.toString('hex')
  const percent = hex.replaceAll(/../g, '%$&')
  return new Map([
    ['raw', bytes],
    ['hex', Buffer.from(hex)],
    ['hex in capitals', Buffer.from(hex.toUpperCase())],
    ['percent-encoded', Buffer.from(percent)],
    ['percent-encoded in capitals', Buffer.from(percent.toUpperCase())],
    ['a list of bytes', Buffer.from([...bytes].join(','))],
    ...base64Of(bytes).flatMap((value, index) => [
      [`base64, ${index} bytes behind`, value] as const,
      [`base64url, ${index} bytes behind`, urlSafe(value)] as const,
    ]),
  ])
}

/** What of the base64 text is the same whatever stands before and behind, for each of the three places in a group. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((behind) => {
    const text = Buffer.concat([Buffer.alloc(behind), bytes]).toString('base64')
    return Buffer.from(text.slice(Math.ceil((behind * 8) / 6), Math.floor(((behind + bytes.length) * 8) / 6)))
  })
}

function urlSafe(base64: Buffer): Buffer {
  return Buffer.from(base64.toString().replaceAll('+', '-').replaceAll('/', '_'))
}
