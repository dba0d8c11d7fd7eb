import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DataKey, newDataKey, unwrapDataKey, wrapDataKey } from './data-key.ts'
import { masterKeyOf } from './master-key.ts'
import { openSecret, type Place, sealSecret } from './sealed-secret.ts'

const MASTER = masterKeyOf('the first master key of these tests')
const OTHER_MASTER = masterKeyOf('the other master key of these tests')
const KEY = newDataKey({ owner: 'anna', version: 7 }, MASTER)
/** Headers, nonces and tags, in bytes. */
const SEALED_AROUND = 5 + 12 + 16
const WRAPPED = 9 + 12 + 32 + 16

/** Any text at all, half surrogate pairs and control characters included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 12 })
const place: fc.Arbitrary<Place> = fc.record({ owner: anyText, kind: anyText, name: anyText })
const secret = fc.string({ unit: 'binary', maxLength: 300 })

describe('a sealed secret', () => {
  it('opens in its place, whatever it and the place are called', () => {
    fc.assert(
      fc.property(place, secret, (where, text) => {
        expect(openSecret(KEY, where, sealSecret(KEY, where, text))).toBe(text)
      }),
    )
  })

  it('does not open in any other place', () => {
    fc.assert(
      fc.property(place, place, secret, (where, other, text) => {
        fc.pre(JSON.stringify(where) !== JSON.stringify(other))
        expect(openSecret(KEY, other, sealSecret(KEY, where, text))).toBeUndefined()
      }),
    )
  })

  it.each(['owner', 'kind', 'name'] as const)('does not open with another %s', (part) => {
    fc.assert(
      fc.property(place, anyText, (where, other) => {
        fc.pre(where[part] !== other)
        const sealed = sealSecret(KEY, where, 'a token')
        expect(openSecret(KEY, { ...where, [part]: other }, sealed)).toBeUndefined()
      }),
    )
  })

  it('does not open when a letter moves from one part of its place to the next', () => {
    const sealed = sealSecret(KEY, { owner: 'ab', kind: 'c', name: 'd' }, 'a token')
    expect(openSecret(KEY, { owner: 'a', kind: 'bc', name: 'd' }, sealed)).toBeUndefined()
    expect(openSecret(KEY, { owner: 'ab', kind: '', name: 'cd' }, sealed)).toBeUndefined()
    expect(openSecret(KEY, { owner: 'ab","c', kind: 'c', name: 'd' }, sealed)).toBeUndefined()
  })

  it('does not open when any bit of it is flipped', () => {
    fc.assert(
      fc.property(place, secret, fc.nat(), (where, text, at) => {
        const sealed = sealSecret(KEY, where, text)
        const bit = at % (sealed.length * 8)
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(openSecret(KEY, where, sealed)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it('does not open when it is cut or lengthened at either end', () => {
    const where = { owner: 'anna', kind: 'token', name: 'amocrm' }
    const sealed = sealSecret(KEY, where, 'a token')
    for (let length = 0; length < sealed.length; length++) {
      expect(openSecret(KEY, where, sealed.subarray(0, length))).toBeUndefined()
      expect(openSecret(KEY, where, sealed.subarray(sealed.length - length))).toBeUndefined()
    }
    expect(openSecret(KEY, where, Buffer.concat([sealed, Buffer.of(0)]))).toBeUndefined()
    expect(openSecret(KEY, where, Buffer.concat([Buffer.of(1), sealed]))).toBeUndefined()
  })

  it('does not open as anything that was never sealed', () => {
    fc.assert(
      fc.property(place, fc.uint8Array({ maxLength: 200 }), (where, noise) => {
        expect(openSecret(KEY, where, noise)).toBeUndefined()
      }),
    )
  })

  it('does not open with another data key, nor with the same one under another version', () => {
    const where = { owner: 'anna', kind: 'token', name: 'amocrm' }
    const sealed = sealSecret(KEY, where, 'a token')
    const other = newDataKey({ owner: 'anna', version: 7 }, MASTER)
    const renamed: DataKey = { key: KEY.key, stored: { ...KEY.stored, version: 8 } }
    expect(openSecret(other, where, sealed)).toBeUndefined()
    expect(openSecret(renamed, where, sealed)).toBeUndefined()
    const forged = Buffer.from(sealed)
    forged.writeUInt32BE(8, 1)
    expect(openSecret(renamed, where, forged)).toBeUndefined()
  })

  it('never uses a nonce twice, not even for the same secret in the same place', () => {
    const where = { owner: 'anna', kind: 'token', name: 'amocrm' }
    const nonces = Array.from({ length: 20_000 }, () =>
      Buffer.from(sealSecret(KEY, where, 'a token')).toString('hex', 5, 17),
    )
    expect(new Set(nonces).size).toBe(nonces.length)
  })

  it.each([0, 1, 15, 16, 17, 65_536, 4 * 1024 * 1024])('holds %i bytes and adds 33', (size) => {
    const where = { owner: 'anna', kind: 'answer', name: 'big' }
    const text = 'ж'.repeat(size >> 1) + 'x'.repeat(size & 1)
    const sealed = sealSecret(KEY, where, text)
    expect(sealed.length).toBe(size + SEALED_AROUND)
    // Compared outside of `expect`, which would print megabytes.
    expect(openSecret(KEY, where, sealed) === text).toBe(true)
  })

  it('refuses text that would come back as another', () => {
    const where = { owner: 'anna', kind: 'token', name: 'amocrm' }
    expect(() => sealSecret(KEY, where, 'half a pair: \ud83d')).toThrow('well-formed')
  })
})

describe('a wrapped data key', () => {
  it('unwraps to the same key, by its own master key alone', () => {
    expect(unwrapDataKey(KEY.stored, MASTER)?.equals(KEY.key)).toBe(true)
    expect(unwrapDataKey(KEY.stored, OTHER_MASTER)).toBeUndefined()
    expect(KEY.stored.wrapped.length).toBe(WRAPPED)
  })

  it('stays the same key when another master key wraps it', () => {
    const again = wrapDataKey(KEY.key, KEY.stored, OTHER_MASTER)
    expect(again.masterKeyId).toBe(OTHER_MASTER.id)
    expect(unwrapDataKey(again, OTHER_MASTER)?.equals(KEY.key)).toBe(true)
    expect(unwrapDataKey(again, MASTER)).toBeUndefined()
  })

  it('does not unwrap for another owner or version', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(), fc.nat(), (owner, otherOwner, version, otherVersion) => {
        const { stored } = newDataKey({ owner, version }, MASTER)
        fc.pre(owner !== otherOwner && version !== otherVersion)
        expect(unwrapDataKey(stored, MASTER)).toBeDefined()
        expect(unwrapDataKey({ ...stored, owner: otherOwner }, MASTER)).toBeUndefined()
        expect(unwrapDataKey({ ...stored, version: otherVersion }, MASTER)).toBeUndefined()
      }),
    )
  })

  it('does not unwrap when any bit of it is flipped, or when it is cut', () => {
    for (let bit = 0; bit < WRAPPED * 8; bit++) {
      const wrapped = Buffer.from(KEY.stored.wrapped)
      wrapped[bit >> 3] = (wrapped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unwrapDataKey({ ...KEY.stored, wrapped }, MASTER)).toBeUndefined()
    }
    for (let length = 0; length < WRAPPED; length++) {
      const wrapped = KEY.stored.wrapped.subarray(0, length)
      expect(unwrapDataKey({ ...KEY.stored, wrapped }, MASTER)).toBeUndefined()
    }
  })

  it('cannot be passed off as a sealed secret, nor a sealed secret as a data key', () => {
    const where = { owner: 'anna', kind: 'mostik data key', name: '7' }
    expect(openSecret({ ...KEY, key: MASTER.wrapping }, where, KEY.stored.wrapped)).toBeUndefined()
    const sealed = sealSecret({ ...KEY, key: MASTER.wrapping }, where, 'x'.repeat(36))
    expect(unwrapDataKey({ ...KEY.stored, wrapped: sealed }, MASTER)).toBeUndefined()
  })

  it('shows nothing of itself when it is printed', () => {
    const hex = KEY.key.export().toString('hex')
    expect(JSON.stringify(KEY)).not.toContain(hex)
    expect(inspect(KEY, { depth: 9, showHidden: true })).not.toContain(hex.slice(0, 8))
  })
})

describe('a master key', () => {
  it('gives the same keys from the same secret, whatever spaces and line ends are around it', () => {
    const [one, two] = ['x'.repeat(40), `  ${'x'.repeat(40)}\r\n`].map(masterKeyOf)
    expect(two?.id).toBe(one?.id)
    expect(one && two?.wrapping.equals(one.wrapping)).toBe(true)
  })

  it('has an id that is not a part of the key', () => {
    expect(MASTER.id).toMatch(/^[0-9a-f]{16}$/)
    expect(MASTER.wrapping.export().toString('hex')).not.toContain(MASTER.id)
    expect(MASTER.id).not.toBe(OTHER_MASTER.id)
  })
})
