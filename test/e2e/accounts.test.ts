import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { runProgram, serveProgram } from '../support/program.ts'
import { call, post } from '../support/rpc.ts'

type Sandbox = Awaited<ReturnType<typeof startAmocrmSandbox>>

let north: Sandbox
let south: Sandbox
beforeAll(async () => {
  north = await startAmocrmSandbox({ requestsPerSecond: 1_000 })
  south = await startAmocrmSandbox({ requestsPerSecond: 1_000 })
})
afterAll(() => Promise.all([north.close(), south.close()]))

/** A server looks again after a second. */
const SOON = { timeout: 15_000 }

const all = mkdtempSync(join(tmpdir(), 'mostik-e2e-'))
afterAll(() => rmSync(all, { recursive: true, force: true }))
const folder = () => mkdtempSync(join(all, 'data-'))

/** Runs a command to its end, with this on its standard input. */
async function mostik(words: readonly string[], environment: Record<string, string>, input = '') {
  const program = runProgram(words, environment)
  program.child.stdin?.end(input)
  const code = await program.exited
  return { code, ...program.output }
}

const link = (sandbox: Sandbox, name: string, environment: Record<string, string>, ...more: string[]) =>
  mostik(
    ['link', 'amocrm', '--address', sandbox.baseUrl, '--name', name, ...more],
    environment,
    `${sandbox.accessToken}\n`,
  )

async function serve(environment: Record<string, string>) {
  const server = await serveProgram(environment)
  onTestFinished(async () => {
    server.child.kill('SIGKILL')
    await server.exited
  })
  const tool = (name: string, input: object) => post(`${server.url}/api/tools/${name}`, input)
  return {
    ...server,
    tool,
    list: async () => JSON.stringify((await post(`${server.url}/mcp`, TOOLS_LIST)).body),
    /** Makes a deal and says in which of the two accounts it has landed. */
    async whereLands(account?: string) {
      const name = `Сделка ${Math.random()}`
      const { status, body } = await tool('amocrm_create_lead', { name, ...(account && { account }) })
      if (status !== 200) return body
      const [inNorth, inSouth] = await Promise.all([hasLead(north, name), hasLead(south, name)])
      return inNorth === inSouth ? 'lost' : inNorth ? 'north' : 'south'
    },
  }
}

const TOOLS_LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

async function hasLead({ baseUrl, accessToken }: Sandbox, name: string): Promise<boolean> {
  const query = new URLSearchParams({ query: name })
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await fetch(`${baseUrl}/api/v4/leads?${query}`, { headers })).status === 200
}

describe('several accounts of one person', { timeout: 60_000 }, () => {
  it('are linked, worked in by name, made the default and unlinked while the server runs', async () => {
    const environment = { DATA_DIR: folder() }
    const server = await serve(environment)
    expect((await server.tool('amocrm_get_account', {})).body.demo).toBe(true)
    expect(await server.list()).not.toContain('"account":{')

    const first = await link(north, 'Север', environment)
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('Linked: Север')])
    await expect.poll(() => server.whereLands(), SOON).toBe('north')
    await link(south, 'Юг', environment)
    await expect.poll(() => server.list(), SOON).toContain('The account to work in: Север (default), Юг.')
    expect(await server.whereLands('юг')).toBe('south')
    expect(await server.whereLands(south.baseUrl)).toBe('south')
    expect(await server.whereLands()).toBe('north')

    const chosen = await mostik(['accounts', 'default', 'юг'], environment)
    expect(chosen.out).toMatch(/^Calls that name no account work in Юг /)
    await expect.poll(() => server.whereLands(), SOON).toBe('south')
    const { out: table } = await mostik(['accounts'], environment)
    expect(table).toMatch(/^amoCRM\n\* {2}Юг .* linked .*\n {3}Север .* linked /)

    const unlinked = await mostik(['unlink', 'amocrm', 'Юг'], environment)
    expect(unlinked.out).toContain('Calls that name no account work in Север')
    await expect
      .poll(() => server.whereLands('Юг'), SOON)
      .toMatchObject({ error: 'not_linked', candidates: ['Север'] })
    expect(await server.whereLands()).toBe('north')
    await mostik(['unlink', 'amocrm', 'Север'], environment)
    await expect.poll(() => server.whereLands(), SOON).toMatchObject({ error: 'not_linked' })
  })

  it('are there again after a restart, and over MCP', async () => {
    const environment = { DATA_DIR: folder() }
    await link(north, 'Север', environment)
    await link(south, 'Юг', environment, '--default')
    const server = await serve(environment)
    expect(server.output.out).toContain('linked')
    expect(await server.list()).toContain('The account to work in: Юг (default), Север.')
    const { body } = await post(`${server.url}/mcp`, call(1, 'amocrm_get_account', { account: 'Север' }))
    expect(body.result).toMatchObject({ structuredContent: { subdomain: expect.any(String) } })
    expect(await server.whereLands('Север')).toBe('north')
    expect(await server.whereLands()).toBe('south')
  })

  it("stand beside the environment's, which no command takes away", async () => {
    const environment = {
      DATA_DIR: folder(),
      AMOCRM_BASE_URL: north.baseUrl,
      AMOCRM_ACCESS_TOKEN: north.accessToken,
    }
    const host = new URL(north.baseUrl).host
    await link(south, 'Юг', environment)
    const server = await serve(environment)
    expect(await server.whereLands()).toBe('north')
    expect(await server.whereLands('Юг')).toBe('south')
    const refused = await mostik(['unlink', 'amocrm', host], environment)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Remove AMOCRM_SUBDOMAIN')])
    const again = await link(north, 'Север', environment)
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('by the environment already')])
    await mostik(['accounts', 'default', 'Юг'], environment)
    await expect.poll(() => server.whereLands(), SOON).toBe('south')
    await mostik(['accounts', 'default', host], environment)
    await expect.poll(() => server.whereLands(), SOON).toBe('north')
  })
})

describe('the command', { timeout: 60_000 }, () => {
  const linked = { DATA_DIR: folder() }
  beforeAll(() => link(north, 'Север', linked))

  it('refuses to link where the account would be gone with it', async () => {
    const { code, err } = await link(north, 'Север', {})
    expect([code, err]).toEqual([1, expect.stringMatching(/^mostik: .*DATA_DIR/)])
  })

  it.each([
    ['a wrong token', ['link', 'amocrm', '--name', 'Север'], 'wrong', 'did not accept the access token'],
    ['no token', ['link', 'amocrm', '--name', 'Север'], '', 'no token on standard input'],
    ['no account', ['link', 'amocrm'], 'token', '--subdomain firm'],
    ['no connector', ['link'], 'token', 'Name one of: amocrm'],
    ['a token among its words', ['link', 'amocrm', '--token', 'x'], '', 'It takes --subdomain'],
    ['a name it does not know', ['unlink', 'amocrm', 'Восток'], '', 'No amoCRM account of this name'],
    ['a default it does not know', ['accounts', 'default', 'Восток'], '', 'No account of this name'],
    ['a word it does not know', ['accounts', 'remove', 'Север'], '', 'mostik accounts default'],
  ])('explains %s in one line', async (_, words, input, text) => {
    const { code, err, out } = await mostik(words, linked, input)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(text)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  it('shows in its table an account whose token was refused, and what to do', async () => {
    const environment = { DATA_DIR: folder() }
    await link(south, 'Юг', environment)
    const server = await serve(environment)
    await fetch(south.controlUrl, { method: 'POST', body: '{"fail":{"status":401,"count":1}}' })
    expect((await server.tool('amocrm_get_account', {})).body).toMatchObject({
      error: 'not_linked',
      hint: expect.stringContaining('mostik link amocrm --name "Юг"'),
    })
    await expect
      .poll(async () => (await mostik(['accounts'], environment)).out, SOON)
      .toMatch(/Юг .*refused since .*: link it again/)
    expect((await link(south, 'Юг', environment)).out).toContain('It has the new token: Юг')
    expect((await mostik(['accounts'], environment)).out).not.toContain('refused')
  })

  it('leaves the token nowhere to be read: not in its output, not in the folder', async () => {
    const environment = { DATA_DIR: folder() }
    const { out, err } = await link(north, 'Север', environment)
    const files = readdirSync(environment.DATA_DIR).map((file) =>
      readFileSync(join(environment.DATA_DIR, file), 'latin1'),
    )
    const everything = [out, err, ...files].join('\n')
    const { accessToken } = north
    const forms = [
      accessToken,
      Buffer.from(accessToken).toString('base64'),
      Buffer.from(accessToken).toString('hex'),
    ]
    for (const form of forms) expect(everything).not.toContain(form.slice(0, 60))
    expect(files.length).toBeGreaterThan(0)
  })

  it('killed at any moment leaves whole what was linked before', async () => {
    const environment = { DATA_DIR: folder() }
    const started = Date.now()
    await link(north, 'Север', environment)
    const tookMs = Date.now() - started
    const KILLS = 5
    for (let kill = 0; kill < KILLS; kill++) {
      const words = ['link', 'amocrm', '--name', 'Север']
      const program = runProgram(words, environment)
      program.child.stdin?.end(north.accessToken)
      // Most of the time goes by before the first write: the later kills are the more telling ones.
      const timer = setTimeout(() => program.child.kill('SIGKILL'), tookMs * (0.6 + (0.5 * kill) / KILLS))
      await program.exited
      clearTimeout(timer)
    }
    const { code, out } = await mostik(['accounts'], environment)
    expect([code, out]).toEqual([0, expect.stringMatching(/\* {2}Север .* linked \d{4}-\d\d-\d\d/)])
    expect((await link(south, 'Юг', environment)).code).toBe(0)
    const server = await serve(environment)
    expect([await server.whereLands('Север'), await server.whereLands('Юг')]).toEqual(['north', 'south'])
  })
})
