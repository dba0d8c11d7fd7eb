import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
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
    expect(instructions('USER')).toEqual(['node'])
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
    ])
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

  /** Starts the server as the image does, with its own environment. */
  async function serve(own: Record<string, string>) {
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
      const [, port] = /MCP +http:\/\/localhost:(\d+)\/mcp/.exec(output) ?? []
      if (port !== undefined) return { child, port }
    }
    throw new Error(`The server ended before it listened. ${output}`)
  }

  it('gives a program that knows its version', () => {
    expect(run(['dist/main.js', '--version']).stdout).toBe(`${version}\n`)
  })

  it('refuses to start open to everyone, as the image is set', () => {
    const { status, stderr } = run(['dist/main.js'], { HOST: '0.0.0.0', PORT: '0' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('Set API_TOKEN')])
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
    for (const name of [...linking, 'READ_ONLY', 'DISABLE_TOOLS', 'LOG_LEVEL']) {
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

  it('is indented by pairs of spaces, as YAML wants it', () => {
    expect(compose.split('\n').filter((line) => /^( {2})* (?! )/.test(line) || line.includes('\t'))).toEqual(
      [],
    )
  })
})

it('the trial on this computer is published on loopback only, since it asks for no token', () => {
  expect([...read('docker-compose.yml').matchAll(/- "([\d.:]+)"/g)].map(([, port]) => port)).toEqual([
    '127.0.0.1:8787:8080',
  ])
})

it('the server of the internet does not start without a name and a token, and publishes only its proxy', () => {
  const compose = read('deploy/compose.vps.yml')
  expect(compose).toMatch(/PUBLIC_URL: https:\/\/\$\{DOMAIN:\?/)
  expect(compose).toMatch(/API_TOKEN: \$\{API_TOKEN:\?/)
  expect([...compose.matchAll(/- "(\d+:\d+)"/g)].map(([, port]) => port)).toEqual(['80:80', '443:443'])
  expect(existsSync(join('deploy', /build: (\S+)/.exec(compose)?.[1] ?? '', 'Dockerfile'))).toBe(true)
})

describe('the hosting templates', () => {
  it('Render makes a token, asks for the account, and checks the health', () => {
    const render = read('render.yaml')
    expect(render).toMatch(/- key: API_TOKEN\n +generateValue: true\n/)
    expect(render.match(/- key: AMOCRM_\w+\n +sync: false\n/g)?.length).toBe(2)
    expect(render).toContain('healthCheckPath: /healthz\n')
    expect(existsSync(/dockerfilePath: (\S+)/.exec(render)?.[1] ?? '')).toBe(true)
  })

  it('Northflank makes a token and asks the port that the server listens on', () => {
    const { argumentOverrides, spec } = JSON.parse(read('deploy/northflank.json'))
    const { ports, runtimeEnvironment, healthChecks, buildSettings } = spec.spec.steps[1].spec
    expect(argumentOverrides.API_TOKEN).toContain('fn.randomSecret')
    expect(runtimeEnvironment).toMatchObject({
      PORT: '8080',
      API_TOKEN: expect.stringContaining('args.API_TOKEN'),
    })
    expect([ports[0].internalPort, healthChecks[0].port, healthChecks[0].path]).toEqual([
      8080,
      8080,
      '/readyz',
    ])
    expect(existsSync(`.${buildSettings.dockerfile.dockerFilePath}`)).toBe(true)
  })
})
