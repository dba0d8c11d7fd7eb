import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock as clock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { createPeople, type People } from '../people/people.ts'
import { createCallRateStore } from '../store/call-rate-store.ts'
import { createPeopleStore } from '../store/person-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { scratchFolder } from '../store/testing/engines.ts'
import { run as setup } from './setup.ts'

describe('mostik setup', () => {
  /** The server that runs while the command does. */
  let store: Store
  let people: People

  beforeEach(async () => {
    const dataDir = await scratchFolder()
    vi.stubEnv('DATA_DIR', dataDir)
    vi.stubEnv('PUBLIC_URL', 'https://crm.example.com/mostik')
    vi.stubEnv('AUTH', 'oauth')
    store = await openStore({ dataDir, log: silentLog })
    people = createPeople({
      store: createPeopleStore(store),
      adminPassword: undefined,
      origin: () => 'https://crm.example.com',
      rate: createCallRateStore(store),
      clock,
      log: silentLog,
    })
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    await store.close()
  })

  async function printed(): Promise<string> {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    expect(await setup([])).toBe(0)
    const text = write.mock.calls.map(([chunk]) => chunk).join('')
    write.mockRestore()
    return text
  }

  const keyIn = (text: string) =>
    /^https:\/\/crm\.example\.com\/mostik\/console\/setup\/([\w-]{43})$/m.exec(text)?.[1] ?? ''

  it('prints a link that the running server takes, once, and that ends the link before it', async () => {
    const earlier = keyIn(await printed())
    const key = keyIn(await printed())
    expect(await people.ticket(earlier, 'setup')).toBeUndefined()
    const who = { login: 'anna', name: 'Анна', password: 'каша с маслом' }
    const { session } = await people.accept(key, 'setup', who, { address: '192.0.2.1', agent: '' })
    expect(session.person).toMatchObject({ role: 'owner', login: 'anna' })
    expect(await people.ticket(key, 'setup')).toBeUndefined()
  })

  it.each([
    ['words', ['now'], {}, 'Run: mostik setup'],
    ['an option', ['--force'], {}, 'It takes none'],
    ['a server where nobody signs in', [], { AUTH: 'none' }, 'Set AUTH=oauth'],
    ['nothing kept', [], { DATA_DIR: '' }, 'Set DATA_DIR or DATABASE_URL'],
    ['another folder', [], { DATA_DIR: '/nowhere' }, 'as the server has them'],
    ['a password from the settings', [], { ADMIN_PASSWORD: 'пароль из настроек' }, 'ADMIN_PASSWORD'],
  ])('refuses with %s', async (_, words, settings, cure) => {
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
    await expect(setup(words)).rejects.toMatchObject({ hint: expect.stringContaining(cure) })
  })
})
