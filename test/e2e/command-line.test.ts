import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { run as sandbox } from '../../src/cli/sandbox.ts'
import { startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
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
    },
  )

  it('says at its start that AUTH=none lets everybody in', async () => {
    const { child, output, exited } = await serveProgram({ HOST: '0.0.0.0', AUTH: 'none' })
    await expect
      .poll(() => output.out, { timeout: 10_000 })
      .toContain('!! AUTH=none: anyone who knows the address works in your account')
    child.kill()
    await exited
  })

  it('asks for API_TOKEN when there is one, and writes no secret to its log or its output', async () => {
    const secret = 'a-long-enough-secret-token'
    const { child, exited, output, url } = await serveProgram({ API_TOKEN: secret, LOG_LEVEL: 'debug' })
    expect((await post(`${url}/api/tools/amocrm_get_account`, {})).status).toBe(401)
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

describe('npm start', { timeout: 60_000 }, () => {
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
      await expect.poll(() => out, { timeout: 40_000 }).toContain('Ctrl-C')
      const [, url = ''] = /MCP +(http:\S+)\/mcp\n/.exec(out) ?? []
      const answer = post(`${url}/api/tools/amocrm_search_contacts`, { query: 'Петров' })
      await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200)
      npm.kill(signal)
      expect((await answer).status).toBe(200)
      const isGone = () =>
        fetch(`${url}/healthz`).then(
          () => false,
          () => true,
        )
      await expect.poll(isGone, { timeout: 15_000 }).toBe(true)
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
  // Five seconds are the promise; the rest is for a machine that is busy.
  expect(performance.now() - started).toBeLessThan(10_000)
  await answer
  silent.close()
})

it('runs without a data folder that cannot be made, and says so', async () => {
  const { child, exited, url, output } = await serveProgram({ DATA_DIR: '/dev/null/data' })
  expect(output.out).toContain('Nothing outlives a stop')
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(output.err).toContain('data folder cannot be written')
})

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

  it('when the address is not one of this machine', async () => {
    expect(await fails({ HOST: '192.0.2.7', AUTH: 'none' })).toContain('HOST')
  })

  it('naming the variable that is wrong', async () => {
    expect(await fails({ AMOCRM_BASE_URL: 'https://evil.example.com' })).toContain('AMOCRM_BASE_URL')
  })

  it('naming MASTER_KEY when it is weak', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mostik-'))
    expect(await fails({ DATA_DIR: folder, LOG_LEVEL: 'silent', MASTER_KEY: 'short' })).toContain(
      'MASTER_KEY',
    )
    rmSync(folder, { recursive: true })
  })

  it('when there is no such command or option', async () => {
    expect(await fails({}, ['dance'])).toContain('There is no command "dance".')
    expect(await fails({}, ['--port', '1'])).toContain('option')
    await expect(sandbox(['telegram'])).rejects.toMatchObject({
      hint: expect.stringContaining('sandbox amocrm'),
    })
    await expect(sandbox(['amocrm', '--port', 'x'])).rejects.toThrow('--port')
  })
})

describe('a .env file', () => {
  const runIn = (folder: string, environment: Record<string, string>) =>
    runProgram(['doctor'], environment, folder)

  it('is read by npm start, and the environment wins over it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mostik-'))
    writeFileSync(join(folder, '.env'), 'PORT=eighty\nAPI_TOKEN=from-the-file\n')
    const [byNpm, overruled, directly] = [
      runIn(folder, { npm_lifecycle_event: 'start' }),
      runIn(folder, { npm_lifecycle_event: 'mostik', PORT: '0' }),
      runIn(folder, {}),
    ]
    expect(await byNpm.exited).toBe(1)
    expect(byNpm.output.err).toContain('PORT is wrong')
    expect(await overruled.exited).toBe(1)
    expect(overruled.output.out).toContain('API_TOKEN is short')
    expect(await directly.exited).toBe(0)
    rmSync(folder, { recursive: true })
  })
})

describe('the other commands', () => {
  const runs = async (words: string[], environment = {}) => {
    const { exited, output } = runProgram(words, environment)
    return { code: await exited, ...output }
  }

  it('--version prints the version', async () => {
    expect(await runs(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it.each(['-v', 'version'])('%s prints the version too', async (word) => {
    expect(await runsHere(word)).toEqual({ code: 0, out: `${version}\n` })
  })

  it.each(['--help', '-h', 'help'])('%s names every command', async (word) => {
    const { code, out } = await runsHere(word)
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
    const { baseUrl, accessToken, close } = await startAmocrmSandbox()
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
    await Promise.all([exited, close()])
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

/** A command that needs no process of its own. */
async function runsHere(word: string) {
  const before = { words: process.argv, code: process.exitCode }
  let out = ''
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  process.argv = [process.execPath, 'mostik', word]
  try {
    vi.resetModules()
    await import('../../src/main.ts')
    return { code: process.exitCode, out }
  } finally {
    output.mockRestore()
    process.argv = before.words
    process.exitCode = before.code
  }
}
