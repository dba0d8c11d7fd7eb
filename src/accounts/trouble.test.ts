import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startPostgres } from '../../test/support/postgres.ts'
import type { AmocrmClient } from '../connectors/amocrm/client/client.ts'
import type { Log } from '../kernel/log.ts'
import { silentLog } from '../kernel/log.ts'
import { secretOf } from './account-store.ts'
import { freshStore, openProcess, owner, startSandbox, variablesOf, whereTo } from './testing/stage.ts'

type Sandbox = Awaited<ReturnType<typeof startSandbox>>

let north: Sandbox
let south: Sandbox
beforeAll(async () => {
  north = await startSandbox()
  south = await startSandbox()
})
afterAll(() => Promise.all([north.close(), south.close()]))

async function open(...given: Parameters<typeof openProcess>) {
  const opened = await openProcess(...given)
  onTestFinished(() => opened.store.close())
  return opened
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => new Error('it went well'),
    (error: unknown) => error,
  )

async function fail(sandbox: Sandbox, failure: object | null) {
  await fetch(sandbox.controlUrl, { method: 'POST', body: JSON.stringify({ fail: failure }) })
}

describe('an account whose token is not accepted any more', () => {
  async function stage() {
    const lines: string[] = []
    const log: Log = {
      ...silentLog,
      info: (fields, event) => void lines.push(event + JSON.stringify(fields)),
    }
    const where = await freshStore()
    const command = await open(where)
    await command.link(north, { name: 'Север' })
    const server = await open(where, { log })
    const accounts = await server.serve({ DEMO: 'off' })
    /** One call, as the product makes it. */
    const call = async () => {
      const working = await accounts.resolve('amocrm', owner)
      const client = working.account.client as AmocrmClient
      await client.request({ method: 'GET', path: '/account' as never }).catch((error: unknown) => {
        throw working.failed(error)
      })
      working.worked()
    }
    const refusedAt = async () => (await command.accountStore.list('owner')).map((row) => row.refusedAt)
    return { server, call, refusedAt, lines }
  }

  it('is said to need linking again, by its own name, and not to set a variable', async () => {
    const { call } = await stage()
    await fail(north, { status: 401, count: 1 })
    expect(await failureOf(call())).toMatchObject({
      kind: 'not_linked',
      message: 'amoCRM did not accept the access token.',
      hint: expect.stringMatching(/mostik link amocrm --name "Север"$/),
    })
  })

  it('is marked once, until a call some seconds later goes well again', async () => {
    const { server, call, refusedAt, lines } = await stage()
    await call()
    await fail(north, { status: 401, count: 3 })
    for (let i = 0; i < 3; i++) await failureOf(call())
    await expect.poll(refusedAt).toEqual([expect.any(Number)])
    await call()
    expect(await refusedAt(), 'an answer that needed no upstream says nothing').toEqual([expect.any(Number)])
    server.later(5_001)
    await call()
    await expect.poll(refusedAt).toEqual([undefined])
    expect(lines.filter((line) => line.startsWith('account marked'))).toHaveLength(2)
  })

  it('is not marked for any other failure', async () => {
    const { call, refusedAt } = await stage()
    await fail(north, { status: 403, count: 1 })
    expect(await failureOf(call())).toMatchObject({ kind: 'upstream_rejected' })
    expect(await refusedAt()).toEqual([undefined])
  })
})

describe('a secret that does not open', () => {
  it('closes that account with what to do, and no other', async () => {
    const where = await freshStore()
    await (await open(where)).link(south, { name: 'Юг' })
    const server = await open(where, { masterKey: 'quite another master key, long enough too' })
    const accounts = await server.serve(variablesOf(north))
    expect(await failureOf(Promise.resolve(accounts.resolve('amocrm', owner, 'Юг')))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^The account "Юг" cannot be opened\. .*master key/),
      hint: expect.stringContaining('MASTER_KEY'),
    })
    expect(await whereTo(accounts.resolve('amocrm', owner))).toBe(north.baseUrl)
  })

  it('that is gone, or nothing that the connector can read, asks for linking again and quotes nothing', async () => {
    const where = await freshStore()
    const command = await open(where)
    const { account } = await command.link(south, { name: 'Юг' })
    const accounts = await (await open(where)).serve({ DEMO: 'off' })
    const resolve = () => failureOf(Promise.resolve(accounts.resolve('amocrm', owner)))
    const hint = expect.stringMatching(/mostik link amocrm --name "Юг"$/)
    await command.vault.put(secretOf(account), 'canary-token')
    const unreadable = await resolve()
    expect(unreadable).toMatchObject({ kind: 'not_linked', hint })
    expect(JSON.stringify(unreadable) + String((unreadable as Error).cause)).not.toContain('canary')
    await command.vault.remove(secretOf(account))
    expect(await resolve()).toMatchObject({ kind: 'not_linked', hint })
  })
})

describe('a database that is gone', () => {
  it('leaves the known accounts working, and refuses the others as something to try again', async () => {
    const postgres = await startPostgres()
    const where = { databaseUrl: `${postgres.url}/postgres`, log: silentLog }
    const server = await openProcess(where)
    onTestFinished(() => server.store.close().catch(() => undefined))
    await server.link(south, { name: 'Юг' })
    const accounts = await server.serve(variablesOf(north))
    await accounts.resolve('amocrm', owner, 'Юг')
    await postgres.stop()
    server.later()
    expect(await whereTo(accounts.resolve('amocrm', owner, 'Юг'))).toBe(south.baseUrl)
    expect(await whereTo(accounts.resolve('amocrm', owner))).toBe(north.baseUrl)
    const unknown = await failureOf((async () => accounts.resolve('amocrm', owner, 'Запад'))())
    expect(unknown).toMatchObject({ kind: 'unavailable', retryAfterSeconds: expect.any(Number) })
    server.later()
    expect(accounts.resolve('amocrm', owner, 'Юг'), 'nobody waits for it to fail again').not.toBeInstanceOf(
      Promise,
    )
    expect(accounts.several(owner, 'amocrm')).toHaveLength(2)
  })

  it('before it could be asked at all, refuses every call that it may know another account for', async () => {
    const postgres = await startPostgres()
    const where = { databaseUrl: `${postgres.url}/postgres`, log: silentLog }
    const first = await openProcess(where)
    await first.link(south, { name: 'Юг', isDefault: true })
    await first.store.close()
    const server = await openProcess(where)
    onTestFinished(() => server.store.close().catch(() => undefined))
    const accounts = await server.serve(variablesOf(north))
    await postgres.stop()
    const resolve = (name?: string) => failureOf((async () => accounts.resolve('amocrm', owner, name))())
    expect(await resolve()).toMatchObject({ kind: 'unavailable' })
    expect(await resolve('Юг')).toMatchObject({ kind: 'unavailable' })
    expect(await whereTo(accounts.resolve('amocrm', owner, north.baseUrl))).toBe(north.baseUrl)
  })
})
