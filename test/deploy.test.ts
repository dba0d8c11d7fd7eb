import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as all from '../src/connectors/index.ts'
import type { Connector } from '../src/kernel/connector.ts'

const read = (file: string) => readFileSync(file, 'utf8')
const dockerfile = read('Dockerfile')
const { version, dependencies } = JSON.parse(read('package.json'))

/** The words of an instruction, in the order of the Dockerfile. */
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, words = '']) => words)

/** What the image is made of: `COPY` without `--from` takes from the repository. */
const copied = instructions('COPY')
  .filter((words) => !words.startsWith('--from'))
  .flatMap((words) => words.split(' ').slice(0, -1))
const healthcheck: string[] = JSON.parse(
  / CMD (\[.*\])$/.exec(instructions('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]',
)

describe('the image', () => {
  it('copies only what is there and what .dockerignore lets through', () => {
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    expect(copied.filter((path) => !existsSync(path) || !kept.includes(path))).toEqual([])
    expect(kept.filter((path) => !copied.includes(path))).toEqual([])
  })

  it('runs as a user without rights, without a volume and without npm in between', () => {
    expect(instructions('USER')).toEqual(['node:node'])
    expect(instructions('VOLUME')).toEqual([])
    expect(instructions('CMD')).toEqual(['["node", "dist/main.js"]'])
  })

  it('takes the version of Node that the tests run on', () => {
    const [major] = process.versions.node.split('.')
    expect(new Set(instructions('FROM').map((words) => words.split(' ')[0]))).toEqual(
      new Set([`node:${major}-bookworm-slim`]),
    )
  })

  it('installs without scripts, and only what runs in the last stage', () => {
    expect(instructions('RUN')).toEqual([
      'npm ci --ignore-scripts',
      'npm run build',
      'npm ci --omit=dev --ignore-scripts',
      'install -d -o node -g node -m 700 /data',
    ])
  })

  it('has a folder that its user may write, where a volume belongs and where SQLite spills', () => {
    expect(dockerfile.indexOf('install -d')).toBeLessThan(dockerfile.indexOf('USER'))
    expect(instructions('ENV')[0]).toContain('SQLITE_TMPDIR=/data')
    expect(instructions('ENV')[0]).not.toContain('DATA_DIR')
  })
})

describe('the build, done by hand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mostik-image-'))
  const built = join(folder, 'build')
  const image = join(folder, 'image')
  const started: ChildProcess[] = []

  beforeAll(() => {
    for (const path of copied)
      cpSync(path, join(built, path), { recursive: true, filter: (file) => !file.includes('.test') })
    symlinkSync(resolve('node_modules'), join(built, 'node_modules'))
    const build = spawnSync('npm', ['run', 'build'], { cwd: built, encoding: 'utf8' })
    expect([build.status, build.stdout]).toEqual([0, expect.any(String)])
    cpSync(join(built, 'dist'), join(image, 'dist'), { recursive: true })
    cpSync('package.json', join(image, 'package.json'))
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(image, 'node_modules', name)), { recursive: true })
      symlinkSync(resolve('node_modules', name), join(image, 'node_modules', name))
    }
  })
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  const environment = (own: Record<string, string>) => ({ PATH: process.env.PATH ?? '', ...own })
  const run = (words: string[], own: Record<string, string> = {}) =>
    spawnSync(process.execPath, words, { cwd: image, env: environment(own), encoding: 'utf8' })

  /** Starts the server as the image does, with its own environment; the port is what `address` finds of its output. */
  async function serve(own: Record<string, string>, address = /MCP +http:\/\/localhost:(\d+)\/mcp/) {
    const settings = Object.fromEntries(
      (instructions('ENV')[0] ?? '').split(' ').map((pair) => pair.split('=')),
    )
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: image,
      env: environment({ ...settings, ...own }),
    })
    started.push(child)
    let output = ''
    for await (const text of child.stdout.setEncoding('utf8')) {
      output += text
      const found = address.exec(output)
      if (found !== null) return { child, port: found[1] ?? own.PORT ?? '' }
    }
    throw new Error(`The server ended before it listened. ${output}`)
  }

  it('gives a program that knows its version', () => {
    expect(run(['dist/main.js', '--version']).stdout).toBe(`${version}\n`)
  })

  it('refuses to start open to everyone, as the image is set', () => {
    const { status, stderr } = run(['dist/main.js'], { HOST: '0.0.0.0', PORT: '0' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('does not let people sign in safely')])
  })

  it('keeps nothing outside without a master key, and what must last in its folder with one', async () => {
    const folders = { SQLITE_TMPDIR: folder, DATA_DIR: join(folder, 'data') }
    const open = { API_TOKEN: 'a-long-enough-secret-token', HOST: '0.0.0.0', PORT: '0', ...folders }
    const { status, stderr } = run(['dist/main.js'], open)
    expect([status, stderr]).toEqual([1, expect.stringContaining('MASTER_KEY is missing')])
    // As Render makes them: 32 random bytes in base64.
    const { child, port } = await serve({ ...open, MASTER_KEY: randomBytes(32).toString('base64') })
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(readdirSync(folders.DATA_DIR)).toEqual(['mostik.db'])
  })

  it('is healthy while it serves, with every tool, and stops when it is told to', async () => {
    const { child, port } = await serve({ API_TOKEN: 'a-long-enough-secret-token', PORT: '0' })
    expect(run(healthcheck.slice(1), { PORT: port }).status).toBe(0)
    const headers = { authorization: 'Bearer a-long-enough-secret-token' }
    const answer = await fetch(`http://127.0.0.1:${port}/api/tools`, { headers })
    const { tools } = (await answer.json()) as { tools: unknown[] }
    const connectors: Connector[] = Object.values(all)
    expect(tools.length).toBe(connectors.flatMap((connector) => connector.tools).length)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('lets people sign in, as Render sets it', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    await once(probe, 'close')
    const made = () => randomBytes(32).toString('base64')
    const given = { PORT: String(port), RENDER_EXTERNAL_URL: 'https://mostik.onrender.com' }
    const blueprint = { ADMIN_PASSWORD: made(), MASTER_KEY: made(), TRUSTED_PROXIES: 'private' }
    const folders = { SQLITE_TMPDIR: folder, DATA_DIR: join(folder, 'render') }
    const { child } = await serve({ ...given, ...blueprint, ...folders }, /MCP +https:\S+\/mcp\n/)
    const base = `http://127.0.0.1:${port}`
    const refused = await fetch(`${base}/mcp`, { method: 'POST' })
    const metadata =
      'resource_metadata="https://mostik.onrender.com/.well-known/oauth-protected-resource/mcp"'
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining(metadata),
    ])
    for (const path of ['/console/sign-in', '/oauth/jwks'])
      expect((await fetch(base + path)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('is unhealthy where nothing answers or an error does', async () => {
    const broken = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
    await once(broken, 'listening')
    const { port } = broken.address() as AddressInfo
    const check = spawn(process.execPath, healthcheck.slice(1), { env: environment({ PORT: String(port) }) })
    expect(await once(check, 'exit')).toEqual([1, null])
    broken.close()
    await once(broken, 'close')
    expect(run(healthcheck.slice(1), { PORT: String(port) }).status).toBe(1)
  })

  it('serves a client over standard input and output', () => {
    const clientInfo = { name: 'deploy-test', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`
    const { stdout } = spawnSync(process.execPath, ['dist/main.js', 'stdio'], {
      cwd: image,
      env: environment({ LOG_LEVEL: 'silent' }),
      encoding: 'utf8',
      input,
    })
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, result: { serverInfo: { name: 'mostik', version } } })
  })
})

describe.each(['docker-compose.yml', 'deploy/compose.vps.yml'])('%s', (file) => {
  const compose = read(file)

  it('hands over every variable under its own name', () => {
    const connectors: Connector[] = Object.values(all)
    const linking = connectors.flatMap(({ setup }) => setup)
    const kept = ['DATABASE_URL', 'MASTER_KEY_PREVIOUS', 'JOURNAL_DAYS', 'CALL_LIMITS']
    const access = ['API_TOKEN', 'ALLOWED_CLIENTS', 'ALLOWED_REDIRECTS', 'READ_ONLY', 'DISABLE_TOOLS']
    for (const name of [...linking, ...kept, ...access, 'LOG_LEVEL']) {
      expect(compose).toContain(`      ${name}: \${${name}-}\n`)
    }
  })

  it('keeps the container tight and lets it stop in peace', () => {
    for (const line of [
      'read_only: true',
      'init: true',
      '      - ALL',
      '      - no-new-privileges:true',
      'stop_grace_period: 15s',
    ]) {
      expect(compose).toContain(`${line}\n`)
    }
  })

  it('has a volume of its own for what must last', () => {
    expect(compose).toMatch(/^ {4}volumes:\n {6}- data:\/data\n/m)
    expect(compose).toMatch(/^volumes:\n {2}data: \{\}\n/m)
  })

  it('is indented by pairs of spaces, as YAML wants it', () => {
    expect(compose.split('\n').filter((line) => /^( {2})* (?! )/.test(line) || line.includes('\t'))).toEqual(
      [],
    )
  })
})

it('the trial on this computer is published on loopback only, since it asks nobody to sign in', () => {
  expect(read('docker-compose.yml')).toMatch(/ AUTH: \$\{AUTH:-none\}\n/)
  expect([...read('docker-compose.yml').matchAll(/- "([\d.:]+)"/g)].map(([, port]) => port)).toEqual([
    '127.0.0.1:8787:8080',
  ])
})

it('the trial keeps what must last only with a master key, since the server would refuse otherwise', () => {
  const compose = read('docker-compose.yml')
  expect(compose).toMatch(/ MASTER_KEY: \$\{MASTER_KEY-\}\n/)
  expect(compose).toMatch(/ DATA_DIR: \$\{MASTER_KEY:\+\/data\}\n/)
})

it('the server of the internet does not start without a name and its secrets, and publishes only its proxy', () => {
  const compose = read('deploy/compose.vps.yml')
  expect(compose).toMatch(/PUBLIC_URL: https:\/\/\$\{DOMAIN:\?/)
  expect(compose).toMatch(/ADMIN_PASSWORD: \$\{ADMIN_PASSWORD:\?/)
  // Caddy is on the network of the two; a lock that somebody has opened for a trial is not handed over.
  expect(compose).toMatch(/TRUSTED_PROXIES: \$\{TRUSTED_PROXIES:-private\}\n/)
  expect(compose).not.toMatch(/^ +AUTH:/m)
  expect(compose).toMatch(/DATA_DIR: \/data\n +DATABASE_URL: .*\n +MASTER_KEY: \$\{MASTER_KEY:\?/)
  expect([...compose.matchAll(/- "(\d+:\d+)"/g)].map(([, port]) => port)).toEqual(['80:80', '443:443'])
  expect(existsSync(join('deploy', /build: (\S+)/.exec(compose)?.[1] ?? '', 'Dockerfile'))).toBe(true)
})

describe('the hosting templates', () => {
  it('Render makes a password and a master key for its disk, asks for the account, and checks the health', () => {
    const render = read('render.yaml')
    expect(render).toMatch(/- key: MASTER_KEY\n +generateValue: true\n/)
    expect(render).toMatch(/- key: DATA_DIR\n +value: \/data\n/)
    expect(render).toMatch(/disk:\n +name: data\n +mountPath: \/data\n +sizeGB: 1\n/)
    expect(render).toMatch(/- key: ADMIN_PASSWORD\n +generateValue: true\n/)
    expect(render).toMatch(/- key: TRUSTED_PROXIES\n +value: private\n/)
    expect(render.match(/- key: AMOCRM_\w+\n +sync: false\n/g)?.length).toBe(2)
    expect(render).toContain('healthCheckPath: /healthz\n')
    expect(existsSync(/dockerfilePath: (\S+)/.exec(render)?.[1] ?? '')).toBe(true)
  })

  it('Northflank makes a password and a master key, and asks the port that the server listens on', () => {
    const { argumentOverrides, arguments: asked, spec } = JSON.parse(read('deploy/northflank.json'))
    const { ports, runtimeEnvironment, healthChecks, buildSettings } = spec.spec.steps[1].spec
    expect(argumentOverrides.ADMIN_PASSWORD).toContain('fn.randomSecret')
    expect(argumentOverrides.MASTER_KEY).toContain('fn.randomSecret')
    expect(asked.DATABASE_URL).toBe('')
    expect(runtimeEnvironment).toMatchObject({
      PORT: '8080',
      ADMIN_PASSWORD: expect.stringContaining('args.ADMIN_PASSWORD'),
      TRUSTED_PROXIES: 'private',
      MASTER_KEY: expect.stringContaining('args.MASTER_KEY'),
      DATABASE_URL: expect.stringContaining('args.DATABASE_URL'),
    })
    // It has no volume: what is kept in a folder would be gone with the next deployment.
    expect(runtimeEnvironment).not.toHaveProperty('DATA_DIR')
    expect([ports[0].internalPort, healthChecks[0].port, healthChecks[0].path]).toEqual([
      8080,
      8080,
      '/readyz',
    ])
    expect(existsSync(`.${buildSettings.dockerfile.dockerFilePath}`)).toBe(true)
  })
})
