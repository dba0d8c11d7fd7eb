import { describe, expect, it } from 'vitest'
import { AppError, type ErrorKind } from '../kernel/errors.ts'
import { failed } from '../kernel/outcome.ts'
import { type ProblemReply, problemOf } from './problems.ts'

/** As the routes do it: a thrown value, what may be shown of it, the answer. */
function replyTo(thrown: unknown): { reply: ProblemReply; logged: string[] } {
  const logged: string[] = []
  const outcome = failed(thrown, (incident) => logged.push(incident))
  if (outcome.ok) throw new TypeError('a failure is never a success')
  return { reply: problemOf(outcome.failure), logged }
}

describe('problemOf', () => {
  const statuses: Record<ErrorKind, number> = {
    invalid_input: 400,
    not_allowed: 403,
    not_found: 404,
    needs_confirmation: 409,
    not_linked: 409,
    upstream_rejected: 422,
    rate_limited: 429,
    upstream_failed: 502,
    unverified: 409,
    unavailable: 503,
  }

  it.each(Object.entries(statuses))('answers %s with HTTP %i', (kind, status) => {
    const { reply } = replyTo(new AppError(kind as ErrorKind, 'It did not work.'))

    expect(reply).toMatchObject({ status, body: { error: kind, message: 'It did not work.' } })
    expect(reply.body.incident).toBeUndefined()
  })

  it('passes on the hint, the wait in whole seconds and at most five candidates', () => {
    const { reply } = replyTo(
      new AppError('not_found', 'No such stage.', {
        hint: 'Choose one of the candidates.',
        retryAfterSeconds: 2.1,
        candidates: ['1', '2', '3', '4', '5', '6'],
      }),
    )

    expect(reply.body).toEqual({
      error: 'not_found',
      message: 'No such stage.',
      hint: 'Choose one of the candidates.',
      retry_after_seconds: 3,
      candidates: ['1', '2', '3', '4', '5'],
    })
    expect(reply.retryAfterSeconds).toBe(3)
  })

  it('leaves out the fields that say nothing', () => {
    expect(replyTo(new AppError('not_found', 'No such lead.')).reply.body).toEqual({
      error: 'not_found',
      message: 'No such lead.',
    })
  })

  it.each([
    [undefined, 60],
    [0, 1],
    [7, 7],
  ])('tells a limited caller that was given %s seconds to come back after %i', (given, told) => {
    const details = given === undefined ? {} : { retryAfterSeconds: given }
    const { reply } = replyTo(new AppError('rate_limited', 'Too many calls.', details))

    expect(reply.retryAfterSeconds).toBe(told)
    expect(reply.body.retry_after_seconds).toBe(told)
  })

  it('never shows the cause', () => {
    const { reply } = replyTo(
      new AppError('upstream_failed', 'amoCRM failed.', { cause: new Error('secret-7') }),
    )

    expect(JSON.stringify(reply)).not.toContain('secret-7')
  })

  it.each([new Error('secret-8'), 'secret-8', { kind: 'not_found', message: 'secret-8' }, undefined])(
    'answers a bug with HTTP 500 and the incident that the log has (%o)',
    (thrown) => {
      const { reply, logged } = replyTo(thrown)

      expect(reply.status).toBe(500)
      expect(reply.body.error).toBe('internal')
      expect(logged).toEqual([reply.body.incident])
      expect(JSON.stringify(reply)).not.toContain('secret-8')
    },
  )
})
