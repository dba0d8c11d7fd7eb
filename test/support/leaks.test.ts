import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findLeaks, needleOfBytes, needlesOf } from './leaks.ts'

const SECRET = 'a "secret" with +/=&<слова> in it, longer than one fragment is'
const BYTES = randomBytes(32)

const escaped = (text: string) =>
  [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

const ENCODINGS: Record<string, (text: string) => Uint8Array | string> = {
  raw: (text) => text,
  'UTF-16 LE': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16 BE': (text) => Buffer.from(text, 'utf16le').swap16(),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 behind a user name': (text) => Buffer.from(`u:${text}`).toString('base64'),
  'base64 behind a scheme': (text) => Buffer.from(`b ${text}!`).toString('base64').slice(1),
  'base64 in JSON in base64url': (text) => Buffer.from(JSON.stringify({ t: text })).toString('base64url'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of UTF-16': (text) => Buffer.from(`x${text}`, 'utf16le').toString('base64'),
  'URL-encoded': (text) => encodeURIComponent(text),
  'form-encoded': (text) => new URLSearchParams({ text }).toString(),
  'JSON-escaped': (text) => JSON.stringify({ text }),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'JSON without a letter': (text) => escaped(text),
  'HTML-escaped': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  'a buffer in a log': (text) => JSON.stringify(Buffer.from(text)),
  'its beginning': (text) => text.slice(0, 20),
  'its end': (text) => text.slice(-20),
}

/** In the middle of something else, as it would be found. */
function amid(planted: Uint8Array | string) {
  return {
    where: 'there',
    bytes: Buffer.concat([randomBytes(1_000), Buffer.from(planted), randomBytes(999)]),
  }
}

describe('the search for secrets', () => {
  it.each(Object.entries(ENCODINGS))('finds one that was written as %s', (_, encode) => {
    const needles = needlesOf('token', SECRET)
    expect(findLeaks([amid(encode(SECRET))], needles)).not.toEqual([])
    expect(findLeaks([amid(encode(SECRET.toUpperCase().replaceAll('слова', 'иное')))], needles)).toEqual([])
  })

  it.each(['hex', 'base64', 'base64url', 'latin1'] as const)('finds the bytes of a key in %s', (encoding) => {
    const planted = Buffer.from(`key=${BYTES.toString(encoding)}`, 'latin1')
    expect(findLeaks([amid(planted)], [needleOfBytes('key', BYTES)])).not.toEqual([])
  })

  it('says which secret it was, in which form and where', () => {
    const evidence = [
      { where: 'the log', bytes: Buffer.from('nothing') },
      { where: 'a page', bytes: Buffer.from(SECRET) },
    ]
    expect(findLeaks(evidence, needlesOf('token', SECRET))).toContain('token (beginning), raw, in a page')
  })
})
