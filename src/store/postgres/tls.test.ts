import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { openStore } from '../store.ts'
import { engines } from '../testing/engines.ts'
import { openTlsFront } from '../testing/tls-front.ts'

let databaseUrl: string
let front: Awaited<ReturnType<typeof openTlsFront>>

beforeEach(async () => {
  databaseUrl = (await engines.find(({ name }) => name === 'postgres')?.fresh())?.databaseUrl ?? ''
  front = await openTlsFront(databaseUrl)
})
afterEach(() => front.close())

/** What a refused start throws. */
function refusal(url: string): Promise<unknown> {
  return openStore({ databaseUrl: url, log: silentLog }).then(
    () => new Error('it started'),
    (thrown: unknown) => thrown,
  )
}

describe('a start', () => {
  it('with an encrypted connection that the server does not offer says so', async () => {
    expect(await refusal(`${databaseUrl}?sslmode=verify-full`)).toMatchObject({
      kind: 'invalid_input',
      message: 'The database server of DATABASE_URL offers no encrypted connection.',
      hint: expect.stringMatching(/Turn TLS on .*sslmode=disable/),
    })
  })

  it('with a certificate that cannot be checked names the reason and the ways out', async () => {
    expect(await refusal(`${front.url}?sslmode=verify-full`)).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/certificate .* \(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
      hint: expect.stringMatching(/sslmode=verify-full&sslrootcert=.*sslmode=no-verify/),
    })
  })

  it('with a file of certificates that is not there names the setting', async () => {
    expect(await refusal(`${front.url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`)).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining('(ENOENT)'),
      hint: expect.stringContaining('sslrootcert'),
    })
  })

  it('works encrypted without a look at the certificate where that is asked for', async () => {
    const store = await openStore({ databaseUrl: `${front.url}?sslmode=no-verify`, log: silentLog })
    expect(await store.check()).toEqual({ state: 'ok' })
    await store.close()
  })
})

describe('a running server', () => {
  it('that is not offered an encrypted connection any more is without its database until it is', async () => {
    const store = await openStore({ databaseUrl: `${front.url}?sslmode=no-verify`, log: silentLog })
    const db = await store.db()
    const read = () => db.selectFrom('meta').select('key').execute()
    front.offer(false)
    await expect
      .poll(() => read().catch((error: unknown) => error))
      .toMatchObject({
        kind: 'unavailable',
        cause: { reason: 'unreachable', code: 'NO_TLS' },
      })
    expect(await store.check()).toMatchObject({ state: 'failing', reason: 'unreachable' })
    front.offer(true)
    await expect.poll(() => store.check(), { timeout: 10_000 }).toEqual({ state: 'ok' })
    expect(await read()).not.toBeInstanceOf(AppError)
    await store.close()
  })
})
