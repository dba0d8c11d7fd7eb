import { describe, expect, it } from 'vitest'
import type { Failed } from './exchange.ts'
import { pauseBeforeRetry } from './retry.ts'

const noJitter = () => 0
const refusal = (status: number, retryAfterSeconds?: number): Failed => ({
  kind: 'refusal',
  status,
  problem: undefined,
  isHtml: false,
  snippet: '',
  retryAfterSeconds,
})
const failure = (
  reason: 'unreachable' | 'cut' | 'timeout' | 'too_big' | 'redirected' | 'cancelled',
): Failed => ({
  kind: 'failure',
  reason,
})

describe('after 429', () => {
  it.each(['GET', 'POST', 'PATCH', 'DELETE'] as const)(
    'repeats %s, which was not applied, three times',
    (method) => {
      const pauses = [1, 2, 3, 4].map((tries) =>
        pauseBeforeRetry({ method, outcome: refusal(429), tries }, noJitter),
      )
      expect(pauses).toEqual([1000, 2000, 4000, undefined])
    },
  )

  it('waits as long as amoCRM asks', () => {
    expect(pauseBeforeRetry({ method: 'GET', outcome: refusal(429, 7), tries: 1 })).toBe(7000)
  })

  it('does not keep a person waiting when amoCRM asks for a long time', () => {
    expect(pauseBeforeRetry({ method: 'GET', outcome: refusal(429, 60), tries: 1 })).toBeUndefined()
  })

  it('spreads the pauses so that callers do not come back together', () => {
    expect(pauseBeforeRetry({ method: 'GET', outcome: refusal(429), tries: 1 }, () => 1)).toBe(1500)
  })
})

describe('after a fault', () => {
  it.each([refusal(500), refusal(502), refusal(503), refusal(504), failure('cut'), failure('unreachable')])(
    'repeats a read twice: %j',
    (outcome) => {
      const pauses = [1, 2, 3].map((tries) => pauseBeforeRetry({ method: 'GET', outcome, tries }, noJitter))
      expect(pauses).toEqual([300, 1000, undefined])
    },
  )

  it.each([refusal(500), refusal(504), failure('cut'), failure('timeout'), failure('unreachable')])(
    'never repeats a write: %j',
    (outcome) => {
      for (const method of ['POST', 'PATCH', 'DELETE'] as const) {
        expect(pauseBeforeRetry({ method, outcome, tries: 1 })).toBeUndefined()
      }
    },
  )

  it.each([
    refusal(400),
    refusal(401),
    refusal(403),
    refusal(404),
    failure('timeout'),
    failure('too_big'),
    failure('redirected'),
    failure('cancelled'),
  ])('does not repeat what will fail again: %j', (outcome) => {
    expect(pauseBeforeRetry({ method: 'GET', outcome, tries: 1 })).toBeUndefined()
  })
})
