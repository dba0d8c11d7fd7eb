import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openProcess, startSandbox } from '../accounts/testing/stage.ts'
import { createGate } from '../auth/gate.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import type { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { createConnectionStore } from '../store/connection-store.ts'
import { openStore } from '../store/store.ts'
import { scratchFolder } from '../store/testing/engines.ts'
import { run } from './token.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await scratchFolder()
  vi.stubEnv('DATA_DIR', dataDir)
  vi.stubEnv('MASTER_KEY', 'a master key of the tests, long enough')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What the command wrote. */
async function say(...words: string[]) {
  const written = { output: '', errors: '' }
  const into = (where: keyof typeof written) => (text: unknown) => {
    written[where] += text
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(into('output'))
  vi.spyOn(process.stderr, 'write').mockImplementation(into('errors'))
  try {
    expect(await run(words)).toBe(0)
  } finally {
    vi.restoreAllMocks()
  }
  return written
}

/** A server on the same database. */
async function serve() {
  const store = await openStore({ dataDir, log: silentLog })
  onTestFinished(() => store.close())
  const ceiling = new Set(['amocrm:read', 'amocrm:write'])
  const gate = createGate({
    mode: 'token',
    store: createConnectionStore(store),
    ceiling,
    publicUrl: () => 'https://crm.example.com',
    clock,
    log: silentLog,
  })
  onTestFinished(() => gate.close())
  return {
    store,
    enter: (token: string) => gate({ authorization: `Bearer ${token.trim()}`, mount: '', path: '/mcp' }),
  }
}

describe('mostik token', () => {
  it('makes a token that only looks, and writes nothing else where a script reads', async () => {
    const { output, errors } = await say('create', 'n8n')
    expect(output).toMatch(/^mostik_[\w-]{43}\n$/)
    expect(errors).toMatch(
      /"n8n" may do: amocrm:read; until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. It is shown this once\.\n$/,
    )
    const { enter } = await serve()
    expect(await enter(output)).toMatchObject({ userId: 'owner', scopes: new Set(['amocrm:read']) })
  })

  it('makes one that changes, for a while, for a person, and for some accounts', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    const command = await openProcess({ dataDir, log: silentLog })
    const person = {
      id: 'p1',
      login: 'Ivan@example.ru',
      login_key: 'ivan@example.ru',
      name: 'Иван',
      role: 'member',
    }
    const row = { ...person, invited_by: 'owner', password: null, created_at: 1 }
    await (await command.store.db()).insertInto('person').values(row).execute()
    await command.link(sandbox, { name: 'Север', owner: 'p1' })
    await command.store.close()

    const forMember = [
      '--user',
      'IVAN@example.ru',
      '--days',
      'never',
      '--accounts',
      'север',
      '--toolsets',
      'amocrm',
    ]
    const { output } = await say('create', 'Бот', '--write', ...forMember)
    const { enter } = await serve()
    expect(await enter(output)).toEqual({
      userId: 'p1',
      clientId: expect.stringMatching(/^бот\//),
      scopes: new Set(['amocrm:read', 'amocrm:write']),
      accounts: new Set([`amocrm:${sandbox.baseUrl}`]),
      toolsets: new Set(['amocrm']),
    })
    expect((await say('list', '--user', 'ivan@example.ru')).output).toMatch(
      /^\S+ {2}Бот: amocrm:read, amocrm:write; only in amocrm:http:\S+; only amocrm; until it is revoked; (not used yet|used)/,
    )
    expect((await say('list')).output).toMatch(/^There is no personal token/)
  })

  it('lists and revokes by id, once', async () => {
    const { output } = await say('create', 'n8n', '--days', '7')
    const [id = ''] = (await say('list')).output.split(' ')
    expect((await say('revoke', id)).output).toBe('Revoked: n8n. Servers refuse it within a second.\n')
    const { enter } = await serve()
    expect(await enter(output)).toMatchObject({ status: 401 })
    expect((await say('list')).output).toMatch(/ n8n: revoked /)
    await expect(run(['revoke', id])).rejects.toMatchObject({ kind: 'not_found' })
  })

  it.each([
    ['nothing', [], 'mostik token create'],
    ['a word it does not know', ['make', 'x'], 'mostik token create'],
    ['no name', ['create'], 'mostik token create'],
    ['a name without quotes', ['create', 'my', 'bot'], 'mostik token create'],
    ['two ways of saying what it may do', ['create', 'x', '--write', '--scopes', 'amocrm:read'], 'one of'],
    [
      'a scope that is not there',
      ['create', 'x', '--scopes', 'amocrm:everything'],
      'amocrm:read, amocrm:write',
    ],
    ['a time that is no number', ['create', 'x', '--days', 'week'], '1 to 366'],
    ['a person who is not there', ['create', 'x', '--user', 'nobody'], 'login'],
    ['an account that is not there', ['create', 'x', '--accounts', 'Юг'], 'mostik accounts'],
  ])('explains %s', async (_, words, text) => {
    const error: unknown = await run(words).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: expect.stringMatching('invalid_input|not_linked|not_found') })
    const { message, hint = '' } = error as AppError
    expect(`${message} ${hint}`).toContain(text)
  })
})
