import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { welcome } from '../src/cli/welcome.ts'
import { readConfig } from '../src/config.ts'
import * as all from '../src/connectors/index.ts'
import type { Connector } from '../src/kernel/connector.ts'
import { readCallLimits } from '../src/limits/read-call-limits.ts'
import { createCatalog } from '../src/mcp/catalog.ts'
import { startAmocrmSandbox } from '../src/sandbox/amocrm/server.ts'
import { runProgram, serveProgram } from './support/program.ts'

const GUIDES = globSync('docs/en/*.md').sort()
const RUSSIAN = GUIDES.map((page) => page.replace('docs/en', 'docs/ru'))
const PAIRS = [['README.md', 'README.ru.md'], ...GUIDES.map((page, at) => [page, RUSSIAN[at] ?? ''])] as [
  string,
  string,
][]
const PAGES = [
  ...PAIRS.flat(),
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...globSync('docs/decisions/*.md').sort(),
]

const connectors: Connector[] = Object.values(all)
const catalog = createCatalog(connectors)

/** Named in the guides and read by somebody else. */
const FOREIGN_VARIABLES = new Set([
  'CHROMIUM_PATH',
  'CONTROL_PLANE_API_KEY',
  'MOSTIK_KILLS',
  'MOSTIK_TOKEN',
  'POSTGRES_URI',
  'RAILWAY_DEPLOYMENT_DRAINING_SECONDS',
  'RAILWAY_RUN_UID',
  'REDIRECT_URI',
  'RESPONSE_ALREADY_SENT',
])
const FOREIGN_PATHS = new Set(['/Dockerfile', '/data'])
/** Addresses of the earlier servers, which the page about moving calls gone. */
const GONE = /^\/(api\/(account|pipelines|entities|chat\/)?|auth\/\w+|callback|webhooks\/receive)$/
const LOG_EVENTS = ['amocrm_token_expires']

const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm

function read(page: string): string {
  return readFileSync(page, 'utf8')
}

function fencesOf(page: string): { language: string; code: string }[] {
  return [...read(page).matchAll(FENCE)].map(([, language = '', code = '']) => ({ language, code }))
}

function spansOf(page: string): string[] {
  return [
    ...read(page)
      .replace(FENCE, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, span = '']) => span)
}

function headingsOf(page: string): string[] {
  return [
    ...read(page)
      .replace(FENCE, '')
      .matchAll(/^#+ .*$/gm),
  ].map(([heading]) => heading)
}

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function matches(page: string, pattern: RegExp): string[] {
  return [...new Set([...read(page).matchAll(pattern)].map(([all, group]) => group ?? all))]
}

const variablesOf = (page: string) => matches(page, /\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b/g)
const toolsOf = (page: string) =>
  matches(page, /\bamocrm_[a-z_]*[a-z]\b/g).filter((name) => !LOG_EVENTS.includes(name))

const OWN_HOST =
  /https?:\/\/(?:127\.0\.0\.1:80[89]0|localhost:8787|<host>|crm\.example\.com)(\/[^\s`"')?;]*)?/g

/** Every address of this server that a page names, with the method where it names one. */
function addressesOf(page: string): string[] {
  const spans = spansOf(page).flatMap((span) => /^(?:(?:GET|POST) )?\/[a-z_/.]*$/.exec(span)?.[0] ?? [])
  const urls = [...read(page).matchAll(OWN_HOST)].map(([, path]) => path ?? '/')
  return [...new Set([...spans, ...urls])].filter((address) => !FOREIGN_PATHS.has(address))
}

const serverVariables = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
  ([, name = '']) => name,
)
const variables = [
  ...serverVariables,
  ...connectors.flatMap((connector) => Object.keys(connector.variables.shape)),
]

describe.each(PAIRS)('%s and %s', (english, russian) => {
  it('have the same headings, blocks and tables', () => {
    const shapeOf = (page: string) => ({
      headings: headingsOf(page).map((heading) => heading.indexOf(' ')),
      blocks: fencesOf(page).map(({ language }) => language),
      rows: read(page)
        .split('\n')
        .filter((line) => line.trimStart().startsWith('|')).length,
    })
    expect(shapeOf(russian)).toEqual(shapeOf(english))
  })

  it('name the same variables, tools and addresses', () => {
    const factsOf = (page: string) => [...variablesOf(page), ...toolsOf(page), ...addressesOf(page)].sort()
    expect(factsOf(russian)).toEqual(factsOf(english))
  })
})

it('every guide exists in both languages', () => {
  expect(globSync('docs/ru/*.md').sort()).toEqual(RUSSIAN)
})

describe.each(PAGES)('%s', (page) => {
  it('links to pages and headings that exist', () => {
    const broken = matches(page, /\]\(([^)\s]+)\)/g).filter((link) => {
      if (/^https?:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      return (
        !existsSync(target) || (anchor !== undefined && !headingsOf(target).map(anchorOf).includes(anchor))
      )
    })
    expect(broken).toEqual([])
  })

  it('names files that exist', () => {
    const inTree = fencesOf(page).flatMap(({ language, code }) =>
      language === 'text' ? code.split(/\s+/) : [],
    )
    const named = [...spansOf(page), ...inTree].filter((span) =>
      /^(Dockerfile|docker-compose\.yml|render\.yaml|\.env\.example|package\.json|(src|test|docs|deploy|scripts)\/[\w./-]+)$/.test(
        span,
      ),
    )
    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })

  it('names variables that are read', () => {
    const known = new Set([...variables, ...FOREIGN_VARIABLES])
    expect(variablesOf(page).filter((name) => !known.has(name))).toEqual([])
  })

  it('names tools that exist', () => {
    expect(toolsOf(page).filter((name) => catalog.find(name) === undefined)).toEqual([])
  })

  it('gives commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = matches(page, /\bnpm (?:run )?(?:-s )?(start|test|(?<=run (?:-s )?)[a-z]+)\b/g)
    const commands = matches(page, /\b(?:mostik --|node dist\/main\.js) ([a-z]+|--[a-z]+)/g)
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
    expect(commands.filter((command) => !read('src/cli/help.ts').includes(`  ${command}`))).toEqual([])
  })

  it('shows JSON that can be pasted', () => {
    for (const { language, code } of fencesOf(page)) if (language === 'json') JSON.parse(code)
  })

  it('has no phone number that could ring somebody', () => {
    expect(
      matches(page, /\+7[ \d(][^\s»”"]*[^»”"\n]{0,12}/g).filter(
        (phone) => !/^\+7 (495|812) 000-/.test(phone),
      ),
    ).toEqual([])
  })
})

describe('the settings pages', () => {
  it.each(['docs/en/settings.md', 'docs/ru/settings.md'])('%s explains every variable', (page) => {
    const spans = spansOf(page)
    expect(variables.filter((name) => !spans.includes(name))).toEqual([])
  })

  it.each(['docs/en/settings.md', 'docs/ru/settings.md'])('%s gives the real defaults', (page) => {
    const config = readConfig({}, connectors)
    const limits = Object.entries(readCallLimits(config.CALL_LIMITS)).map((limit) => limit.join('='))
    const defaults: Record<string, unknown> = {
      ...config,
      ...config.connectors.amocrm,
      CALL_LIMITS: limits.join(','),
    }
    const rows = [...read(page).matchAll(/^\| `([A-Z_]+)` \| `([^`]+)`/gm)]
    const given = rows.filter(([, name]) => name !== 'AUTH').map(([, name = '', value]) => [name, value])
    const real = given.map(([name = '']) => [name, String(defaults[name]).replace('false', '0')])
    expect(given.length).toBeGreaterThan(5)
    expect(given).toEqual(real)
  })

  it('the example file names only variables that are read', () => {
    const named = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name)
    expect(named.filter((name) => ![...variables, 'DOMAIN'].includes(name))).toEqual([])
  })
})

describe.each(['README.md', 'README.ru.md'])('the promises of %s', (page) => {
  it('the table has every tool', () => {
    const spans = spansOf(page)
    expect(catalog.entries.map(({ tool }) => tool.name).filter((name) => !spans.includes(name))).toEqual([])
  })

  it('the output of the start is the real one', () => {
    const output = welcome({
      origin: 'http://127.0.0.1:8080',
      config: readConfig({}),
      connectors,
      stateOf: () => 'demo',
      lasts: false,
      setupUrl: undefined,
    })
    expect(fencesOf(page).map(({ code }) => code)).toContain(output)
  })

  it('the checks are those that the test command runs', () => {
    const { scripts } = JSON.parse(read('package.json'))
    for (const command of ['biome ci', 'tsc', 'knip', 'vitest run']) expect(scripts.test).toContain(command)
    expect(read(page)).toMatch(
      /\((format, lint, types, unused code, tests|формат, линтер, типы, неиспользуемый код, тесты)\):/,
    )
  })

  it('the versions of Node and npm are those of package.json', () => {
    const { engines } = JSON.parse(read('package.json'))
    expect(engines).toEqual({ node: '>=20.19', npm: '>=10' })
    expect(read(page)).toMatch(/Node 20\.19 .*npm 10 /)
  })
})

it.each(['docs/en/moving.md', 'docs/ru/moving.md'])(
  '%s pairs the earlier names with the tools they reach',
  (page) => {
    const rows = [...read(page).matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \| `(amocrm_[a-z_]+)`/gm)]
    const pairs = rows.flatMap(([, earlier = '', now]) =>
      [...earlier.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => [name, now]),
    )
    expect(pairs.length).toBeGreaterThan(5)
    expect(pairs).toEqual(pairs.map(([name = '']) => [name, catalog.find(name)?.tool.name]))
  },
)

it.each(['amocrm', 'troubleshooting'].flatMap((name) => [`docs/en/${name}.md`, `docs/ru/${name}.md`]))(
  '%s quotes messages that the product gives',
  (page) => {
    const source = [...globSync('src/**/*.ts'), 'scripts/install.mjs']
      .map(read)
      .join('\n')
      .replaceAll("\\'", "'")
      .replaceAll(/\$\{title\}/g, 'amoCRM')
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n')
    const quoted = [...rows.matchAll(/“([^”]+)”/g)].map(([, words = '']) => words)
    expect(quoted.length).toBeGreaterThan(5)
    // What the pages of the product say in Russian stands in the first column.
    const russian = [...rows.matchAll(/^\| «([^»]+)»/gm)].map(([, words = '']) => words)
    expect([...quoted, ...russian].filter((words) => !source.includes(words))).toEqual([])
  },
)

it.each(['access', 'amocrm', 'data'].flatMap((name) => [`docs/en/${name}.md`, `docs/ru/${name}.md`]))(
  '%s names options that the commands take',
  (page) => {
    const ofDocker = ['--env-file', '--rm']
    const named = matches(page, /(?<=[\s`])--[a-z][a-z-]+/g).filter((option) => !ofDocker.includes(option))
    const help = read('src/cli/help.ts')
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter((option) => !help.includes(option))).toEqual([])
  },
)

/** Signing in happens at an address that is known before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('the running product', () => {
  let product: Awaited<ReturnType<typeof serveProgram>>
  beforeAll(async () => {
    product = await serveProgram()
  })
  afterAll(async () => {
    product.child.kill()
    await product.exited
  })

  const post = async (path: string, body: string) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(product.url + path, { method: 'POST', headers, body })
    return { status: answer.status, body: await answer.json() }
  }

  it('answers at every address that a page names, and nowhere that a page calls gone', async () => {
    const token = 'a-long-enough-secret-token'
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const signedInTo = await serveProgram({ AUTH: 'oauth', API_TOKEN: token, PORT: String(await freePort()) })
    onTestFinished(() => void signedInTo.child.kill())
    const addresses = [...new Set(PAGES.flatMap(addressesOf))].map((address) => address.replace(/^GET /, ''))
    expect(addresses.length).toBeGreaterThan(12)
    for (const address of addresses) {
      const path = address.replace(/^POST /, '')
      const ask = async (init: { method: string; body?: string }) =>
        (await fetch(signedInTo.url + path, { headers, redirect: 'manual', ...init })).status
      // Some are for forms and programs alone.
      const isThere =
        (await ask({ method: 'HEAD' })) !== 404 || (await ask({ method: 'POST', body: '{}' })) !== 404
      expect([address, isThere]).toEqual([address, !GONE.test(path)])
    }
  })

  it('answers the commands that are shown', async () => {
    const blocks = PAGES.flatMap(fencesOf).filter(({ code }) => code.trimStart().startsWith('curl -X POST'))
    expect(blocks.length).toBeGreaterThan(5)
    for (const { code } of blocks) {
      const [, path = '', body = ''] =
        /^\s*curl -X POST http:\/\/127\.0\.0\.1:8080(\S+) [\s\S]*-d '(.*)'/.exec(code) ?? []
      expect([code, (await post(path, body)).status]).toEqual([code, 200])
    }
  })

  it('keeps the three trials', async () => {
    const account = await post('/api/tools/amocrm_get_account', '{}')
    expect(account.body).toMatchObject({
      name: 'Окна и Двери',
      currency: 'RUB',
      currency_symbol: '₽',
      demo: true,
    })
    const found = await post('/api/tools/amocrm_search_contacts', '{"query":"+7 495 000-12-34"}')
    expect(found.body).toMatchObject({ contacts: [{ name: 'Иван Петров', open_deals_count: 1 }] })
    const created = await post('/api/tools/amocrm_create_lead', '{"name":"Пробная сделка","price":50000}')
    expect(created.body).toMatchObject({
      created: true,
      lead: { price: 50_000, url: expect.stringMatching(/^http/) },
    })
  })

  it('is checked by doctor with the words that are shown', async () => {
    const doctor = runProgram(['doctor'])
    expect(await doctor.exited).toBe(0)
    expect(fencesOf('README.md').map(({ code }) => code)).toContain(doctor.output.out)
  })
})

describe('a product that keeps', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mostik-readme-'))
  const DATA_DIR = join(folder, 'data')
  let account: Awaited<ReturnType<typeof startAmocrmSandbox>>
  let environment: Record<string, string>
  let product: Awaited<ReturnType<typeof serveProgram>>
  beforeAll(async () => {
    account = await startAmocrmSandbox({ requestsPerSecond: 1_000 })
    environment = {
      DATA_DIR,
      AMOCRM_BASE_URL: account.baseUrl,
      AMOCRM_ACCESS_TOKEN: account.accessToken,
    }
    product = await serveProgram(environment)
  })
  afterAll(async () => {
    product.child.kill('SIGKILL')
    await product.exited
    await account.close()
    rmSync(folder, { recursive: true })
  })

  async function mostik(words: readonly string[], input = '') {
    const { child, exited, output } = runProgram(words, environment)
    child.stdin?.end(input)
    return { code: await exited, ...output }
  }
  const createDeal = (key: string) =>
    fetch(`${product.url}/api/tools/amocrm_create_lead`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ name: 'Тайная сделка', price: 77_777 }),
    })

  it('makes a repeated call once, also when the server was killed in between', async () => {
    const first = await createDeal('order-1024')
    expect(first.headers.has('idempotency-replayed')).toBe(false)
    product.child.kill('SIGKILL')
    await product.exited
    product = await serveProgram(environment)
    const again = await createDeal('order-1024')
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
  })

  it('has one entry for each call in its journal, and nothing of what was said', async () => {
    const { out } = await mostik(['journal', '--format', 'jsonl'])
    const entries = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok', replayed: true }])
    const files = readdirSync(DATA_DIR).map((file) => readFileSync(join(DATA_DIR, file), 'utf8'))
    for (const text of [out, ...files]) expect(text).not.toMatch(/Тайная|77777/)
  })

  it.each(['docs/en/data.md', 'docs/ru/data.md'])('shows in %s how anybody can check it', async (page) => {
    const program = join(folder, 'check.mjs')
    const file = join(folder, 'journal.jsonl')
    writeFileSync(program, fencesOf(page).find(({ language }) => language === 'js')?.code ?? '')
    const { out } = await mostik(['journal', '--format', 'jsonl'])
    const { out: verdict } = await mostik(['journal', 'verify'])
    const check = (text: string) => {
      writeFileSync(file, text)
      const { stdout, stderr, status } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' })
      return { stdout, stderr, status }
    }
    const [, head = 'none'] = /head \d+:(\w+)/.exec(verdict) ?? []
    expect(check(out)).toEqual({ status: 0, stdout: `whole up to ${head}\n`, stderr: '' })
    expect(check(out.replace('"outcome":"ok"', '"outcome":"no"')).stderr).toContain('entry 1 was changed')
    const [first = '', , ...rest] = `${out}${out}`.split('\n')
    expect(check([first, ...rest].join('\n')).status).toBe(1)
    expect(await mostik(['journal', 'verify', file])).toMatchObject({ code: 1 })
  })

  it('seals the token of a linked account with a key that is not in the database', async () => {
    const other = await startAmocrmSandbox({ requestsPerSecond: 1_000 })
    const words = ['link', 'amocrm', '--address', other.baseUrl, '--name', 'North']
    expect(await mostik(words, other.accessToken)).toMatchObject({ code: 0, err: expect.any(String) })
    await other.close()
    expect((await mostik(['accounts'])).out).toContain('North')
    const key = /^[0-9a-f]{64}$/m.exec(readFileSync(join(DATA_DIR, 'master.key'), 'utf8'))?.[0] ?? 'none'
    const database = readdirSync(DATA_DIR).filter((file) => file.startsWith('mostik.db'))
    for (const file of database) {
      const bytes = readFileSync(join(DATA_DIR, file), 'latin1')
      expect(bytes).not.toContain(other.accessToken)
      expect(bytes).not.toContain(key)
    }
  })

  it('can be carried to another place by a backup, with its master key', async () => {
    const file = join(folder, 'mostik.backup')
    expect(await mostik(['backup', file])).toMatchObject({ code: 0 })
    const [key = ''] = /^[0-9a-f]{64}$/m.exec(readFileSync(join(DATA_DIR, 'master.key'), 'utf8')) ?? []
    environment = { ...environment, DATA_DIR: join(folder, 'new'), MASTER_KEY: key }
    expect(await mostik(['restore', file])).toMatchObject({ code: 0 })
    expect((await mostik(['accounts'])).out).toContain('North')
    expect((await mostik(['journal', 'verify'])).out).toContain('the chain is whole')
  })
})

it('lets the owner in with ADMIN_PASSWORD and a token that only looks, and keeps neither', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'mostik-readme-'))
  const secrets = { ADMIN_PASSWORD: 'four words are enough', MASTER_KEY: randomBytes(32).toString('hex') }
  const environment = { AUTH: 'oauth', PORT: String(await freePort()), DATA_DIR, ...secrets }
  const { url, child, exited } = await serveProgram(environment)
  const page = await fetch(`${url}/console/sign-in`)
  const [cookie = ''] = page.headers.getSetCookie()[0]?.split(';') ?? []
  const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(await page.text()) ?? []
  const body = new URLSearchParams({ _csrf, login: 'owner', password: secrets.ADMIN_PASSWORD })
  const init = { method: 'POST', body, headers: { cookie, origin: url }, redirect: 'manual' } as const
  expect((await fetch(`${url}/console/sign-in`, init)).headers.get('location')).toContain('/console')
  const made = runProgram(['token', 'create', 'n8n'], environment)
  expect(await made.exited).toBe(0)
  const token = made.output.out.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const call = async (tool: string) =>
    (await fetch(`${url}/api/tools/${tool}`, { method: 'POST', headers, body: '{}' })).status
  expect([await call('amocrm_get_account'), await call('amocrm_create_lead')]).toEqual([200, 403])
  child.kill()
  await exited
  const kept = readdirSync(DATA_DIR).map((file) => readFileSync(join(DATA_DIR, file), 'latin1'))
  rmSync(DATA_DIR, { recursive: true })
  for (const secret of [token, ...Object.values(secrets)]) expect(kept.join('')).not.toContain(secret)
})
