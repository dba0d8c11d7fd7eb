import { describe, expect, it } from 'vitest'
import { checkPassword } from './password-rules.ts'
import { createPasswords, type Scrypt } from './passwords.ts'
import { reasonOf } from './testing/stage.ts'

const HERE = '192.0.2.7'

describe('passwords', () => {
  it('are kept as scrypt hashes of 32 MB and 3 rounds, each with a salt of its own, in PHC form', async () => {
    const passwords = createPasswords()
    const [first, second] = [
      await passwords.hash('каша с маслом', HERE),
      await passwords.hash('каша с маслом', HERE),
    ]
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(first).not.toBe(second)
    expect(await passwords.verify('каша с маслом', first, HERE)).toBe(true)
    expect(await passwords.verify('каша без масла', first, HERE)).toBe(false)
    expect(await passwords.verify('каша с маслом', undefined, HERE)).toBe(false)
  })

  it('are verified at the cost they were hashed with', async () => {
    const cheap = '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA'
    const { scryptSync } = await import('node:crypto')
    const hash = scryptSync('каша', 'saltsaltsaltsalt', 32, { N: 16, r: 8, p: 1 }).toString('base64')
    expect(await createPasswords().verify('каша', `${cheap}$${hash.replaceAll('=', '')}`, HERE)).toBe(true)
  })

  it('are hashed two at once, sixteen wait in order, and the next is told to come back', async () => {
    const held: (() => void)[] = []
    const begun: string[] = []
    let running = 0
    let most = 0
    const scrypt: Scrypt = async (password, _salt, length) => {
      begun.push(password)
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => held.push(resolve))
      running -= 1
      return new Uint8Array(length)
    }
    const passwords = createPasswords(scrypt)
    const wanted = Array.from({ length: 17 }, (_, index) => `${index}`)
    const hashes = wanted.map((password) => passwords.hash(password, password))
    expect(await reasonOf(passwords.verify('one more', undefined, HERE))).toBe('busy')
    let isDone = false
    const all = Promise.all(hashes).then(() => {
      isDone = true
    })
    while (!isDone) {
      held.shift()?.()
      await new Promise(setImmediate)
    }
    await all
    expect(most).toBe(1)
    expect(begun).toEqual(wanted)
  })

  it('wait two from one place, so that one cannot fill the line', async () => {
    const held: (() => void)[] = []
    const scrypt: Scrypt = async (_password, _salt, length) => {
      await new Promise<void>((resolve) => held.push(resolve))
      return new Uint8Array(length)
    }
    const passwords = createPasswords(scrypt)
    const fromHere = Array.from({ length: 30 }, () => reasonOf(passwords.verify('каша', undefined, HERE)))
    const fromThere = ['a', 'b', 'c'].map((place) => reasonOf(passwords.verify('каша', undefined, place)))
    let isDone = false
    const all = Promise.all([...fromHere, ...fromThere]).then((outcomes) => {
      isDone = true
      return outcomes
    })
    while (!isDone) {
      held.shift()?.()
      await new Promise(setImmediate)
    }
    const outcomes = await all
    expect(outcomes.filter((reason) => reason === 'busy')).toHaveLength(27)
    expect(outcomes.slice(-3)).toEqual([undefined, undefined, undefined])
    const again = passwords.verify('каша', undefined, HERE)
    held.shift()?.()
    expect(await again).toBe(false)
  })

  it('give their place to the next also when the work fails', async () => {
    const passwords = createPasswords(async () => {
      throw new Error('no memory')
    })
    for (let times = 0; times < 30; times += 1) {
      expect(await reasonOf(passwords.hash('каша', HERE))).toEqual(new Error('no memory'))
    }
  })
})

describe('the rules for passwords', () => {
  it.each([
    ['', 'short_password'],
    ['123456789', 'short_password'],
    ['🐟🐟🐟🐟🐟🐟🐟🐟🐟', 'short_password'],
    ['x'.repeat(201), 'long_password'],
    ['aaaaaaaaaaaaaaa', 'weak_password'],
    ['1234567890', 'weak_password'],
    ['2026-11-20 12:30', 'weak_password'],
    ['Qwertyuiop', 'weak_password'],
    ['qwerty123456', 'weak_password'],
    ['P@ssword2026', 'weak_password'],
    ['Pa$$w0rd!!2026', 'weak_password'],
    ['1q2w3e4r5t6y', 'weak_password'],
    ['Пароль123456', 'weak_password'],
    ['йцукенгшщз12', 'weak_password'],
    ['mostik-2026!', 'weak_password'],
    ['Anna@Example.com', 'weak_password'],
    ['Anna.1985.11.20', 'weak_password'],
  ])('refuse %j', async (password, reason) => {
    expect(await reasonOf((async () => checkPassword(password, 'anna@example.com'))())).toBe(reason)
  })

  it.each([
    'каша с маслом',
    'correct horse battery',
    'y4$kQ9!zPm',
    '😀🐟🌲🚀🍏🎈🎲🎹🏀🚗',
    `${'x'.repeat(190)}abcdef`,
    '58 29 10 47 36 29 15 80 13',
  ])('accept %j', (password) => {
    checkPassword(password, 'anna@example.com')
  })
})
