import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram, serveProgram } from '../support/program.ts'
import { post } from '../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../support/sse-reader.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

describe('the server', () => {
  it('starts with the demo account and prints the addresses and three things to try', async () => {
    const { child, output, exited, url } = await serveProgram()
    for (const line of ['/mcp', '/sse', '/docs']) expect(output.out).toContain(url + line)
    expect(output.out).toMatch(/1\. Получи .*\n +2\. Найди .*\n +3\. Создай /)
    expect(output.out).toContain('demo account')
    const { body } = await post(`${url}/api/tools/amocrm_get_account`, {})
    expect(body).toMatchObject({ currency: 'RUB', demo: true })
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly on %s, with a running call finished and its streams closed',
    async (signal) => {
      const { child, exited, url } = await serveProgram()
      const idle = await readSse(`${url}/sse`)
      const stream = await readSse(`${url}/sse`)
      const messages = url + (await endpointOf(stream))
      const started = Date.now()
      await post(messages, {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'amocrm_search_contacts', arguments: { query: 'Петров' } },
      })
      child.kill(signal)
      expect(await messageOf(stream)).toMatchObject({
        id: 1,
        result: { structuredContent: { contacts: expect.any(Array) } },
      })
      await Promise.all([stream.ended, idle.ended])
      expect(await exited).toBe(0)
      expect(Date.now() - started).toBeLessThan(5_000)
    },
  )

  it('says AUTH=none again at each start', async () => {
    const { child, output, exited } = await serveProgram({ HOST: '0.0.0.0', AUTH: 'none' })
    await expect
      .poll(() => output.out)
      .toContain('!! AUTH=none: anyone who knows the address works in your account')
    child.kill()
    await exited
  })

  it('asks for API_TOKEN when there is one', async () => {
    const { child, exited, url } = await serveProgram({ API_TOKEN: 'a-long-enough-secret-token' })
    expect((await post(`${url}/api/tools/amocrm_get_account`, {})).status).toBe(401)
    child.kill()
    await exited
  })

  it('writes no secret to its log or its output', async () => {
    const secret = 'a-long-enough-secret-token'
    const { child, exited, output, url } = await serveProgram({ API_TOKEN: secret, LOG_LEVEL: 'debug' })
    const headers = { authorization: `Bearer ${secret}` }
    await post(`${url}/api/tools/amocrm_get_account`, {}, headers)
    await post(`${url}/api/tools/amocrm_search_contacts`, { query: 'Иван Петров' }, headers)
    child.kill()
    await exited
    expect(output.err).toContain('"tool":"amocrm_search_contacts"')
    expect(output.out + output.err).not.toContain(secret)
    expect(output.err).not.toContain('Петров')
    expect(output.err).not.toContain('eyJ')
  })
})

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'passes %s on: the call is finished and the server is gone',
    async (signal) => {
      const npm = spawn('npm', ['start'], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0' },
      })
      let out = ''
      npm.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      await expect.poll(() => out, { timeout: 15_000 }).toContain('Ctrl-C')
      const [, url = ''] = /MCP +(http:\S+)\/mcp\n/.exec(out) ?? []
      const answer = post(`${url}/api/tools/amocrm_search_contacts`, { query: 'Петров' })
      await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200)
      npm.kill(signal)
      expect((await answer).status).toBe(200)
      const isGone = () =>
        fetch(`${url}/healthz`).then(
          () => false,
          () => true,
        )
      await expect.poll(isGone, { timeout: 5_000 }).toBe(true)
    },
  )
})

it('a second Ctrl-C a moment after the first is the same wish: the running call is finished', async () => {
  const { child, exited, url } = await serveProgram()
  const answer = post(`${url}/api/tools/amocrm_search_contacts`, { query: 'Петров' })
  await fetch(`${url}/readyz`)
  child.kill('SIGINT')
  child.kill('SIGINT')
  expect((await answer).status).toBe(200)
  expect(await exited).toBe(0)
})

it('a call that hangs on amoCRM does not hold the stop longer than 5 s', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  const linked = { AMOCRM_BASE_URL: `http://127.0.0.1:${port}`, AMOCRM_ACCESS_TOKEN: 'abc' }
  const { child, exited, url } = await serveProgram(linked)
  const answer = post(`${url}/api/tools/amocrm_get_account`, {}).catch(() => 'cut off')
  await fetch(`${url}/readyz`)
  const started = performance.now()
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(performance.now() - started).toBeLessThan(5_000)
  await answer
  silent.close()
})

it.each(['/proc/mostik/data', '/dev/null/data'])(
  'runs without a data folder that cannot be made, and says so: %s',
  async (folder) => {
    const { child, exited, url, output } = await serveProgram({ DATA_DIR: folder })
    expect(output.out).toContain('Nothing outlives a stop')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(output.err).toContain('data folder cannot be written')
  },
)

describe('a start that cannot work ends with one clear sentence', () => {
  const fails = async (environment: Record<string, string>, words: string[] = []) => {
    const { exited, output } = runProgram(words, { PORT: '0', ...environment })
    expect(await exited).toBe(1)
    expect(output.out).toBe('')
    expect(output.err.trim().split('\n')).toHaveLength(1)
    return output.err
  }

  it('when the port is in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    expect(await fails({ PORT: String(port) })).toContain(`Port ${port} is already in use.`)
    other.close()
  })

  it('naming MASTER_KEY when it is missing or weak', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mostik-'))
    const kept = { DATA_DIR: folder, LOG_LEVEL: 'silent' }
    expect(await fails({ ...kept, MASTER_KEY: 'short' })).toContain('MASTER_KEY')
    expect(await fails({ ...kept, HOST: '0.0.0.0', AUTH: 'none' })).toContain('MASTER_KEY')
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['MASTER_KEY_PREVIOUS', { MASTER_KEY_PREVIOUS: 'x'.repeat(40) }],
    ['CALL_LIMITS', { CALL_LIMITS: 'reed=1' }],
    ['JOURNAL_DAYS', { JOURNAL_DAYS: '0' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://somebody:secret@example.com/name' }],
    ['HOST', { HOST: '0.0.0.0' }],
    ['HOST', { HOST: '192.0.2.7', AUTH: 'none' }],
    ['API_TOKEN', { AUTH: 'token' }],
    ['DISABLE_TOOLS', { DISABLE_TOOLS: 'nope' }],
    ['AMOCRM_ACCESS_TOKEN', { AMOCRM_SUBDOMAIN: 'firm' }],
    ['AMOCRM_SUBDOMAIN', { AMOCRM_ACCESS_TOKEN: 'abc' }],
    ['AMOCRM_SUBDOMAIN', { AMOCRM_SUBDOMAIN: 'not a name!', AMOCRM_ACCESS_TOKEN: 'abc' }],
    ['AMOCRM_BASE_URL', { AMOCRM_BASE_URL: 'https://evil.example.com', AMOCRM_ACCESS_TOKEN: 'abc' }],
  ])('naming %s for %j', async (variable, environment) => {
    expect(await fails(environment as Record<string, string>)).toContain(variable)
  })

  it('when there is no such command or option', async () => {
    expect(await fails({}, ['dance'])).toContain('There is no command "dance".')
    expect(await fails({}, ['--port', '1'])).toContain('option')
    expect(await fails({}, ['sandbox', 'telegram'])).toContain('sandbox amocrm')
    expect(await fails({}, ['sandbox', 'amocrm', '--port', 'x'])).toContain('--port')
  })
})

describe('a .env file', () => {
  const runIn = (folder: string, environment: Record<string, string>) =>
    runProgram(['doctor'], environment, folder)

  it('is read by npm start, and the environment wins over it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mostik-'))
    writeFileSync(join(folder, '.env'), 'PORT=eighty\nAPI_TOKEN=from-the-file\n')
    const byNpm = runIn(folder, { npm_lifecycle_event: 'start' })
    expect(await byNpm.exited).toBe(1)
    expect(byNpm.output.err).toContain('PORT is wrong')
    const overruled = runIn(folder, { npm_lifecycle_event: 'mostik', PORT: '0' })
    expect(await overruled.exited).toBe(1)
    expect(overruled.output.out).toContain('API_TOKEN is short')
    const directly = runIn(folder, {})
    expect(await directly.exited).toBe(0)
    rmSync(folder, { recursive: true })
  })
})

describe('the other commands', () => {
  const runs = async (words: string[], environment = {}) => {
    const { exited, output } = runProgram(words, environment)
    return { code: await exited, ...output }
  }

  it.each([['--version'], ['-v'], ['version']])('%s prints the version', async (word) => {
    expect(await runs([word])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it.each([['--help'], ['-h'], ['help']])('%s names every command', async (word) => {
    const { code, out } = await runs([word])
    expect(code).toBe(0)
    for (const name of ['serve', 'stdio', 'doctor', 'sandbox amocrm']) expect(out).toContain(name)
  })

  it('sandbox amocrm --json prints one line once it listens, and serves API v4', async () => {
    const { child, exited, output, until } = runProgram(['sandbox', 'amocrm', '--port', '0', '--json'])
    await until(/\n/)
    const line = JSON.parse(output.out)
    expect(Object.keys(line).sort()).toEqual([
      'accessToken',
      'baseUrl',
      'clientId',
      'clientSecret',
      'controlUrl',
    ])
    const headers = { authorization: `Bearer ${line.accessToken}` }
    const account = await fetch(`${line.baseUrl}/api/v4/account`, { headers })
    expect(await account.json()).toMatchObject({ currency: 'RUB' })
    child.kill()
    expect(await exited).toBe(0)
  })

  it('a linked account replaces the demo, and is not marked as one', async () => {
    const sandbox = runProgram(['sandbox', 'amocrm', '--json'])
    const [json = ''] = await sandbox.until(/\{.*\}\n/)
    const { baseUrl, accessToken } = JSON.parse(json)
    const linked = { AMOCRM_BASE_URL: baseUrl, AMOCRM_ACCESS_TOKEN: accessToken }
    const { child, exited, output, url } = await serveProgram(linked)
    expect(output.out).toContain('подключён / linked')
    const { body } = await post(`${url}/api/tools/amocrm_get_account`, {})
    expect(body.name).toBe('Окна и Двери')
    expect(body.demo).toBeUndefined()
    expect(await runs(['doctor'], linked)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/the account \S+ answers/),
    })
    child.kill()
    sandbox.child.kill()
    await Promise.all([exited, sandbox.exited])
  })

  it('doctor ends when the tool it asks with is taken away', async () => {
    const { code, out } = await runs(['doctor'], { DISABLE_TOOLS: 'get_account' })
    expect(code).toBe(0)
    expect(out).toContain('not asked, since DISABLE_TOOLS takes amocrm_get_account away')
  })

  it('doctor says what to fix and ends with 1', async () => {
    const wrong = { AMOCRM_BASE_URL: 'http://127.0.0.1:9', AMOCRM_ACCESS_TOKEN: 'abc', API_TOKEN: 'short' }
    const { code, out } = await runs(['doctor'], wrong)
    expect(code).toBe(1)
    expect(out).toMatch(/FIX +Lock: API_TOKEN is short/)
    expect(out).toMatch(/FIX +amoCRM: /)
  })
})
