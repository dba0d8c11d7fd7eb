import { expect, it } from 'vitest'
import { isChallenge, openGate, tokenGate } from './gate.ts'

const scopes = new Set(['amocrm:read'])
const gate = tokenGate('correct-horse-battery', scopes)

it('names the owner for the right token', () => {
  expect(gate('Bearer correct-horse-battery')).toEqual({ userId: 'owner', clientId: 'api-token', scopes })
})

it('reads the scheme in any case (RFC 9110 §11.1)', () => {
  expect(isChallenge(gate('bearer correct-horse-battery'))).toBe(false)
})

it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic correct-horse-battery', 'correct-horse-battery'])(
  'asks for a token when the header is %j',
  (header) => {
    expect(gate(header)).toMatchObject({ challenge: 'Bearer realm="mostik"' })
  },
)

it.each([
  'Bearer x',
  'Bearer correct-horse-batter',
  'Bearer correct-horse-battery!',
  `Bearer ${'a'.repeat(100_000)}`,
])('refuses a wrong token with invalid_token', (header) => {
  expect(gate(header)).toMatchObject({ challenge: expect.stringContaining('error="invalid_token"') })
})

it('lets everybody in when it is open', () => {
  expect(openGate(scopes)(undefined)).toMatchObject({ userId: 'owner', scopes })
})
