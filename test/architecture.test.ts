import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Row {
  folders?: string[]
  /** Folders whose types may be used, though not their code. */
  types?: string[]
  packages?: string[]
}

/** What must not be lost: each folder says what it needs kept, `store` keeps it. */
const STATE = ['journal', 'limits', 'locks', 'once', 'store', 'vault']

/** The architecture: what each folder may import. A call travels down this table; imports never travel up. */
const MAY_IMPORT: Record<string, Row> = {
  main: { folders: ['cli', 'kernel'] },
  version: {},
  config: { folders: ['kernel'], packages: ['zod'] },
  cli: {
    folders: [
      'accounts',
      'app',
      'auth',
      'config',
      'version',
      'connectors/index',
      'mcp/sdk',
      'people',
      'sandbox',
      'kernel',
    ].concat(STATE),
    packages: ['@hono/node-server', 'pino'],
  },
  app: {
    folders: [
      'accounts',
      'auth',
      'auth/oauth',
      'config',
      'http',
      'kernel',
      'mcp',
      'people',
      'policy',
      'version',
      'web',
    ].concat(STATE),
    packages: ['@modelcontextprotocol/server (types)'],
  },
  http: {
    folders: ['console', 'kernel'],
    packages: ['hono', '@hono/node-server (types)', '@hono/node-server/utils/response'],
  },
  web: {
    folders: ['accounts', 'console', 'kernel', 'people'],
    types: ['auth', 'auth/oauth', 'vault'],
  },
  auth: { folders: ['kernel'] },
  'auth/oauth': {
    folders: ['auth', 'kernel'],
    types: ['people', 'vault'],
    packages: ['oidc-provider'],
  },
  people: { folders: ['kernel'], packages: ['@simplewebauthn/server'] },
  console: { folders: ['kernel'], packages: ['hono/html', 'hono/utils/html (types)'] },
  mcp: {
    folders: ['policy', 'journal', 'kernel'],
    types: ['accounts', 'limits', 'once'],
    packages: ['zod'],
  },
  'mcp/sdk': {
    folders: ['mcp', 'policy', 'kernel'],
    packages: ['@modelcontextprotocol/server', '@modelcontextprotocol/server/stdio'],
  },
  policy: { folders: ['kernel'] },
  accounts: { folders: ['kernel'], types: ['config', 'vault'] },
  journal: { folders: ['kernel'] },
  limits: { folders: ['kernel'] },
  locks: { folders: ['kernel'] },
  once: { folders: ['kernel'], types: ['vault'] },
  vault: { folders: ['kernel'] },
  store: {
    folders: ['kernel'],
    types: ['accounts', 'auth', 'auth/oauth', 'journal', 'limits', 'locks', 'once', 'people', 'vault'],
    packages: ['kysely', 'pg'],
  },
  'connectors/index': { folders: ['connectors'] },
  'connectors/*': { folders: ['<own connector>', 'kernel'], packages: ['zod', 'libphonenumber-js/min'] },
  'connectors/*/tools': { folders: ['<own connector>', 'kernel'], packages: ['zod'] },
  'connectors/*/client': { folders: ['kernel'], packages: ['zod'] },
  'sandbox/*': { folders: ['<own sandbox>', 'kernel'], packages: ['hono', '@hono/node-server', 'zod'] },
  kernel: { packages: ['zod'] },
}

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('.test') && !file.includes('/testing/'),
)
const IMPORT = /^(?:import|export) (type )?(?:[^'";]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm

function rowOf(file: string): string {
  const folders = dirname(file).split('/')
  const [top = '', , inner] = folders
  if (top === '.') return file.replace(/\.ts$/, '')
  if (file === 'connectors/index.ts') return 'connectors/index'
  if (top === 'connectors')
    return `connectors/*/${inner}` in MAY_IMPORT ? `connectors/*/${inner}` : 'connectors/*'
  if (top === 'sandbox') return 'sandbox/*'
  return `${top}/${folders[1]}` in MAY_IMPORT ? `${top}/${folders[1]}` : top
}

function importsOf(file: string, source: string) {
  return [...source.matchAll(IMPORT)].map(([, type, from, dynamic]) => ({
    file,
    specifier: from ?? dynamic ?? '',
    isType: type !== undefined,
  }))
}

function isAllowed({ file, specifier, isType }: ReturnType<typeof importsOf>[number]): boolean {
  const row = rowOf(file)
  const { folders = [], types = [], packages = [] } = MAY_IMPORT[row] ?? {}
  if (!specifier.startsWith('.')) {
    if (specifier.startsWith('node:') || packages.includes(specifier)) return true
    return isType && packages.includes(`${specifier} (types)`)
  }
  const target = join(dirname(file), specifier)
  const own = file.split('/', 2).join('/')
  const ownFolder = file.startsWith('connectors/') ? dirname(file) : row.replace('sandbox/*', own)
  return [ownFolder, ...folders, ...(isType ? types : [])]
    .map((folder) => (folder.startsWith('<own') ? own : folder))
    .some(
      (folder) => target === `${folder}.ts` || (target.startsWith(`${folder}/`) && !isHidden(folder, target)),
    )
}

/** The SDK's folder is reached only by those who name it: the rest of `mcp/` stays free of SDK objects. */
function isHidden(folder: string, target: string): boolean {
  return folder === 'mcp' && target.startsWith('mcp/sdk/')
}

/** The composition root loads the SDK's folder when the first message needs it. */
const EXCEPTIONS = new Set(['app/app.ts → ../mcp/sdk/server.ts', 'app/app.ts → ../mcp/sdk/fallback.ts'])

describe('the import table', () => {
  it('sees the whole tree', () => {
    expect(SOURCES.length).toBeGreaterThan(100)
  })

  it('has a row for every folder, and a folder for every row', () => {
    const rows = new Set(SOURCES.map(rowOf))
    expect([...rows].sort()).toEqual(Object.keys(MAY_IMPORT).sort())
  })

  it.each(SOURCES)('%s imports only what its folder may import', (file) => {
    const forbidden = importsOf(file, readFileSync(join('src', file), 'utf8'))
      .filter((found) => !isAllowed(found) && !EXCEPTIONS.has(`${file} → ${found.specifier}`))
      .map(({ specifier }) => specifier)
    expect(forbidden).toEqual([])
  })

  it.each([
    [
      'a tool that talks to the network library',
      'connectors/amocrm/tools/x.ts',
      "import { x } from 'undici'",
    ],
    ['a connector that uses another', 'connectors/amocrm/x.ts', "import { x } from '../telegram/y.ts'"],
    [
      'a connector that knows the sandbox',
      'connectors/amocrm/x.ts',
      "import { x } from '../../sandbox/amocrm/server.ts'",
    ],
    ['a sandbox that knows the product', 'sandbox/amocrm/x.ts', "import { x } from '../../mcp/y.ts'"],
    ['policy that does I/O through a folder', 'policy/x.ts', "import { x } from '../http/y.ts'"],
    ['a kernel that imports upwards', 'kernel/x.ts', "import type { X } from '../mcp/y.ts'"],
    ['an SDK object on the hot path', 'mcp/x.ts', "import { Server } from '@modelcontextprotocol/server'"],
    ['the SDK folder on the hot path', 'mcp/x.ts', "import { x } from './sdk/server.ts'"],
    ['a lazy import past the table', 'auth/x.ts', "const x = await import('../mcp/y.ts')"],
  ])('catches %s', (_, file, source) => {
    expect(importsOf(file, source).every(isAllowed)).toBe(false)
  })
})
