import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Death, dyingAt } from '../store/testing/dying.ts'
import { engines } from '../store/testing/engines.ts'
import { secretOf } from './account-store.ts'
import { openProcess, startSandbox } from './testing/stage.ts'

type Sandbox = Awaited<ReturnType<typeof startSandbox>>

let north: Sandbox
let south: Sandbox
beforeAll(async () => {
  north = await startSandbox()
  south = await startSandbox()
})
afterAll(() => Promise.all([north.close(), south.close()]))

describe.each(engines)('linking on $name', (engine) => {
  async function stage() {
    const where = await engine.fresh()
    return async (around: Parameters<typeof openProcess>[1] = {}) => {
      const opened = await openProcess(where, around)
      onTestFinished(() => opened.store.close())
      return opened
    }
  }

  async function secretsOf({ store }: Awaited<ReturnType<typeof openProcess>>) {
    const rows = await (await store.db()).selectFrom('secret').select('name').execute()
    return rows.map(({ name }) => name)
  }

  it('keeps an account under its name, address and sealed secret', async () => {
    const command = await (await stage())()
    const { account, isRelinked } = await command.link(north, { name: ' Север ' })
    expect(account).toMatchObject({ name: 'Север', address: north.baseUrl, refusedAt: undefined })
    expect(isRelinked).toBe(false)
    expect(await command.accountStore.list('owner')).toEqual([account])
    expect(JSON.parse((await command.vault.get(secretOf(account))) ?? '')).toMatchObject({
      AMOCRM_BASE_URL: north.baseUrl,
      AMOCRM_ACCESS_TOKEN: north.accessToken,
    })
  })

  it.each([
    ['a token that is not accepted', { accessToken: 'wrong' }, 'not_linked', /Nothing was linked.*token/],
    [
      'an address where nobody answers',
      { baseUrl: 'http://127.0.0.1:9' },
      'upstream_failed',
      /Nothing was l/,
    ],
    ['a token that cannot be one', { accessToken: 'Bearer x' }, 'invalid_input', /AMOCRM_ACCESS_TOKEN is wr/],
    ['the address of somebody else', { baseUrl: 'https://example.com' }, 'invalid_input', /AMOCRM_BASE_URL/],
    ['no token', { accessToken: '' }, 'invalid_input', /AMOCRM_ACCESS_TOKEN is not set/],
  ])('stores nothing for %s', async (_, changes, kind, message) => {
    const command = await (await stage())()
    await expect(command.link({ ...north, ...changes })).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    })
    expect(await command.accountStore.list('owner')).toEqual([])
    expect(await secretsOf(command)).toEqual([])
  })

  it("is proved in a line of the person's own, so that naming another's account slows nobody", async () => {
    const lines: string[] = []
    const command = await (await stage())({ lines })
    await command.link(north)
    expect(lines).toEqual(['linking owner'])
    await expect(command.link({ ...south, accessToken: 'wrong' }, { owner: 'anna' })).rejects.toThrow('token')
    expect(lines).toEqual(['linking owner', 'linking anna'])
  })

  it('leaves the account as it was when its new token is not accepted', async () => {
    const command = await (await stage())()
    const { account } = await command.link(north, { name: 'Север' })
    await expect(command.link({ ...north, accessToken: 'wrong' })).rejects.toMatchObject({
      kind: 'not_linked',
    })
    expect(await command.accountStore.list('owner')).toEqual([account])
    expect(await secretsOf(command)).toEqual([account.id])
  })

  it('keeps the place of an account in the order, and as the default, when it gets a new token', async () => {
    const command = await (await stage())()
    const { account: first } = await command.link(north, { name: 'Север', isDefault: true })
    await command.link(south, { name: 'Юг' })
    command.later()
    const { account } = await command.link(north)
    const { linkedAt, defaultAt } = first
    expect(account).toMatchObject({ name: 'Север', linkedAt, defaultAt })
    expect((await command.accountStore.list('owner')).map(({ name }) => name)).toEqual(['Север', 'Юг'])
    expect(await secretsOf(command)).toHaveLength(2)
  })

  it('makes the account that was chosen last the default, also when the clock of the machine is behind', async () => {
    const open = await stage()
    const ahead = await open()
    ahead.later(3_600_000)
    await ahead.link(north, { name: 'Север', isDefault: true })
    const { account } = await (await open()).link(south, { name: 'Юг', isDefault: true })
    const [first] = (await ahead.accountStore.list('owner')).filter(({ name }) => name === 'Север')
    expect(account.defaultAt).toBeGreaterThan(first?.defaultAt ?? Number.NaN)
    expect(account.linkedAt).toBeGreaterThan(first?.linkedAt ?? Number.NaN)
  })

  it('lets two processes link one account at once: one row, one secret, and both are told so', async () => {
    const open = await stage()
    const commands = await Promise.all([open(), open()])
    const linked = await Promise.all(commands.map((command) => command.link(north, { name: 'Север' })))
    expect(linked.map(({ isRelinked }) => isRelinked).sort()).toEqual([false, true])
    const [command] = commands
    const rows = await command.accountStore.list('owner')
    expect(rows.map(({ name }) => name)).toEqual(['Север'])
    expect(await secretsOf(command)).toEqual(rows.map(({ id }) => id))
  })

  it('lets one of two processes have a name that both want for different accounts', async () => {
    const open = await stage()
    const commands = await Promise.all([open(), open()])
    const wish = { name: 'Главный' }
    const results = await Promise.allSettled([commands[0].link(north, wish), commands[1].link(south, wish)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching('already goes by the name "Главный"'),
    })
    expect(await secretsOf(commands[0])).toHaveLength(1)
  })

  it.each(['before', 'after'] as const)(
    'leaves whole what was linked when it dies %s any of its steps, and can be done again',
    async (when) => {
      const open = await stage()
      const survivor = await open()
      const { account } = await survivor.link(north, { name: 'Север' })
      let deaths = 0
      for (const wish of [north, south]) {
        for (let at = 1, isDone = false; !isDone; at++) {
          const process = await open({ through: dyingAt(at, when) })
          isDone = await process.link(wish).then(
            () => true,
            (error: unknown) => {
              if (!(error instanceof Death)) throw error
              deaths++
              return false
            },
          )
          const linked = await survivor.accountStore.list('owner')
          expect(linked[0]).toMatchObject({ name: 'Север', linkedAt: account.linkedAt })
          for (const one of linked) {
            const { accessToken } = one.address === north.baseUrl ? north : south
            const secret = await survivor.vault.get(secretOf(one))
            expect(JSON.parse(secret ?? '{}')).toMatchObject({ AMOCRM_ACCESS_TOKEN: accessToken })
          }
        }
      }
      expect(deaths).toBeGreaterThanOrEqual(6)
      expect((await survivor.accountStore.list('owner')).map(({ address }) => address)).toEqual([
        north.baseUrl,
        south.baseUrl,
      ])
    },
  )

  it('leaves no secret without its account when one process unlinks what another links anew', async () => {
    const open = await stage()
    const commands = await Promise.all([open(), open()])
    await commands[0].link(north, { name: 'Север' })
    await Promise.all([commands[0].link(north), commands[1].unlink('Север').catch(() => undefined)])
    const rows = await commands[0].accountStore.list('owner')
    expect(await secretsOf(commands[0])).toEqual(rows.map(({ id }) => id))
  })
})
