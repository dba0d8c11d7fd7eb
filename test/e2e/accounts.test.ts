import { mkdtempSync, rmSync } from 'node:fs'
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
  it('are linked, worked in by name, made the default and unlinked while the server runs, and outlive it', async () => {
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
    // ChatGPT's fetch has no argument for an account: the address of the card says it.
    const made = await server.tool('amocrm_create_lead', { name: 'Карточка на юге', account: 'Юг' })
    const { url: id } = made.body.lead as { url: string }
    expect((await server.tool('fetch', { id })).body.title).toContain('Карточка на юге')

    const chosen = await mostik(['accounts', 'default', 'юг'], environment)
    expect(chosen.out).toMatch(/^Calls that name no account work in Юг /)
    await expect.poll(() => server.whereLands(), SOON).toBe('south')
    const { out: table } = await mostik(['accounts'], environment)
    expect(table).toMatch(/^amoCRM\n\* {2}Юг .* linked .*\n {3}Север .* linked /)

    server.child.kill('SIGKILL')
    await server.exited
    const again = await serve(environment)
    expect(again.output.out).toContain('linked')
    expect(await again.list()).toContain('The account to work in: Юг (default), Север.')
    const { body } = await post(`${again.url}/mcp`, call(1, 'amocrm_get_account', { account: 'Север' }))
    expect(body.result).toMatchObject({ structuredContent: { subdomain: expect.any(String) } })
    expect(await again.whereLands('Север')).toBe('north')
    expect(await again.whereLands()).toBe('south')

    const unlinked = await mostik(['unlink', 'amocrm', 'Юг'], environment)
    expect(unlinked.out).toContain('Calls that name no account work in Север')
    await expect
      .poll(() => again.whereLands('Юг'), SOON)
      .toMatchObject({ error: 'not_linked', candidates: ['Север'] })
    expect(await again.whereLands()).toBe('north')
    await mostik(['unlink', 'amocrm', 'Север'], environment)
    await expect.poll(() => again.whereLands(), SOON).toMatchObject({ error: 'not_linked' })
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
    await mostik(['accounts', 'default', 'Юг'], environment)
    await expect.poll(() => server.whereLands(), SOON).toBe('south')
    await mostik(['accounts', 'default', host], environment)
    await expect.poll(() => server.whereLands(), SOON).toBe('north')
  })
})

describe('the command', { timeout: 60_000 }, () => {
  it('refuses to link where the account would be gone with it', async () => {
    const { code, err } = await link(north, 'Север', {})
    expect([code, err]).toEqual([1, expect.stringMatching(/^mostik: .*DATA_DIR/)])
  })

  it('explains in one line why it did not link', async () => {
    const wrong = await link({ ...north, accessToken: 'wrong' }, 'Север', { DATA_DIR: folder() })
    expect([wrong.code, wrong.out]).toEqual([1, ''])
    expect(wrong.err).toContain('did not accept the access token')
    expect(wrong.err.trimEnd().split('\n')).toHaveLength(1)
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
})
