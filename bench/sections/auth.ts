import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createBrowser } from '../../test/support/oauth/browser.ts'
import { obtain, refresh } from '../../test/support/oauth/consent.ts'
import { ADMIN_PASSWORD, signedIn } from '../../test/support/oauth/people.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { CONTENDERS, MOSTIK } from '../contenders.ts'
import type { LoopResult } from '../load/closed-loop.ts'
import { openConnection, requestBytes } from '../load/connection.ts'
import { headersFor, requestFor } from '../load/messages.ts'
import type { LoadGenerator } from '../load-generator.ts'
import { weighTree } from '../processes.ts'
import { pause, type RunningServer, startServer } from '../running-server.ts'

export interface AuthPlan {
  readonly rounds: number
  readonly warmMs: number
  readonly runMs: number
  readonly jitMs: number
  readonly people: number
}

export interface AuthResult {
  /** The same call on the same kind of database, within seconds: with nothing asked for, and by either kind of token. */
  readonly calls: readonly {
    readonly engine: 'sqlite' | 'postgres'
    readonly open: readonly LoopResult[]
    readonly oauth: readonly LoopResult[]
    readonly personal: readonly LoopResult[]
  }[]
  /** One client with a token, alone and while passwords are guessed. */
  readonly signIns: readonly {
    readonly quiet: LoopResult
    readonly hammered: LoopResult
    readonly guesses: number
  }[]
  /** The whole process after each of the people's programs has called. */
  readonly people: {
    readonly count: number
    readonly rssBytes: number
    readonly heapBytes: number
    readonly emptyRssBytes: number
  }
}

type Engine = AuthResult['calls'][number]['engine']
type Place = Readonly<Record<string, string>>

const MASTER_KEY = 'bench-0123456789abcdef0123456789abcdef'
const TOOLS = 3
const AT_ONCE = 16
const GUESSERS = 8
const PEOPLE = join(import.meta.dirname, '..', 'dist', 'bench', 'servers', 'auth-people.js')

export async function measureAuth(
  load: LoadGenerator,
  plan: AuthPlan,
  say: (line: string) => void,
): Promise<AuthResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mostik-bench-'))
  const postgres = await startPostgres()
  try {
    const onSqlite = (name: string): Place => ({ DATA_DIR: join(folder, name) })
    const onPostgres = async (name: string): Promise<Place> => {
      const client = new pg.Client({ connectionString: `${postgres.url}/postgres` })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return { DATABASE_URL: `${postgres.url}/${name}` }
    }
    say('auth: calls on SQLite')
    const sqlite = await measureEngine(load, plan, 'sqlite', [onSqlite('open'), onSqlite('locked')])
    say('auth: calls on PostgreSQL')
    const places = [await onPostgres('open'), await onPostgres('locked')] as const
    const shared = await measureEngine(load, plan, 'postgres', places)
    say('auth: token checks while passwords are guessed')
    const signIns = await measureSignIns(load, plan, onSqlite('guessed'))
    say(`auth: memory of ${plan.people} people`)
    const people = await weighPeople(plan.people, [onSqlite('empty'), onSqlite('people')])
    return { calls: [sqlite, shared], signIns, people }
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measureEngine(
  load: LoadGenerator,
  plan: AuthPlan,
  engine: Engine,
  [openPlace, lockedPlace]: readonly [Place, Place],
) {
  const servers = [await start(openPlace, { AUTH: 'none' }), await start(lockedPlace, LOCKED)] as const
  const [open, locked] = servers
  try {
    const tokens = await tokensOf(locked)
    const members = [
      { name: 'open', server: open, token: undefined },
      { name: 'oauth', server: locked, token: tokens.oauth },
      { name: 'personal', server: locked, token: tokens.personal },
    ] as const
    const rounds = { open: [] as LoopResult[], oauth: [] as LoopResult[], personal: [] as LoopResult[] }
    for (const { server, token } of members) await load.loop(orderFor(server, token, AT_ONCE, 0, plan.jitMs))
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const { name, server, token } of round % 2 === 0 ? members : members.toReversed()) {
        rounds[name].push(await load.loop(orderFor(server, token, AT_ONCE, plan.warmMs, plan.runMs)))
      }
    }
    return { engine, ...rounds }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function measureSignIns(
  load: LoadGenerator,
  plan: AuthPlan,
  place: Place,
): Promise<AuthResult['signIns']> {
  const server = await start(place, LOCKED)
  try {
    const { oauth } = await tokensOf(server)
    await load.loop(orderFor(server, oauth, AT_ONCE, 0, plan.jitMs))
    const order = orderFor(server, oauth, 1, plan.warmMs, plan.runMs)
    const rounds: { quiet: LoopResult; hammered: LoopResult; guesses: number }[] = []
    for (let round = 0; round < plan.rounds; round += 1) {
      const quiet = await load.loop(order)
      await load.hammer({ port: server.port, atOnce: GUESSERS })
      await pause(100)
      const hammered = await load.loop(order)
      rounds.push({ quiet, hammered, guesses: await load.rest() })
    }
    return rounds
  } finally {
    await server.stop()
  }
}

async function weighPeople(
  count: number,
  [emptyPlace, place]: readonly [Place, Place],
): Promise<AuthResult['people']> {
  const environment = { PATH: process.env.PATH, AUTH: 'none', MASTER_KEY, ...place }
  // The server makes the folder and the owner; a first start and stop leaves both.
  await (await start(place, LOCKED)).stop()
  const text = execFileSync(process.execPath, [PEOPLE, String(count)], {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const [empty, full] = [await weigh(emptyPlace, []), await weigh(place, JSON.parse(text))]
  return { count, rssBytes: full.rssBytes, heapBytes: full.heapBytes, emptyRssBytes: empty.rssBytes }
}

/** After some have signed in and allowed programs by hand, and each of these tokens has called three times. */
async function weigh(place: Place, tokens: readonly string[]) {
  const server = await start(place, LOCKED, true)
  try {
    const home = homeOf(server)
    for (let turn = 0; turn < 3; turn += 1) {
      const grant = await obtain(home, await signedIn(home), { scope: 'bench:read' })
      await refresh(grant)
      await createBrowser(home).open('/')
    }
    const connection = await openConnection(server.port)
    const body = requestFor('stateless', 'tools/call')
    for (let turn = 0; turn < 3; turn += 1) {
      for (const token of tokens) {
        const headers = headersFor('stateless', 'tools/call', token)
        const answer = await connection.send(requestBytes('POST', '/mcp', headers, body))
        if (answer.status !== 200 || !answer.body.includes('lazy dog')) {
          throw new Error(`wrong answer ${answer.status}: ${answer.body.toString().slice(0, 300)}`)
        }
      }
    }
    connection.close()
    const heapBytes = await server.heapBytes()
    await pause(500)
    return { heapBytes, rssBytes: weighTree(server.pid).rssBytes }
  } finally {
    await server.stop()
  }
}

/** The load says where its guesses come from. */
const LOCKED = { AUTH: 'oauth', ADMIN_PASSWORD, TRUSTED_PROXIES: 'loopback' }

function start(place: Place, environment: Record<string, string>, isWeighed = false): Promise<RunningServer> {
  const mostik = CONTENDERS.find(({ id }) => id === MOSTIK)
  if (mostik === undefined) throw new Error('no such server')
  return startServer(mostik, 'stateless', {
    tools: TOOLS,
    isWeighed,
    environment: { API_TOKEN: '', MASTER_KEY, ...place, ...environment },
  })
}

/** What the server takes for its own address when nobody names another. */
const homeOf = ({ port }: RunningServer) => `http://localhost:${port}`

/** Goes both ways by which a program gets a token. */
async function tokensOf(server: RunningServer) {
  const home = homeOf(server)
  const owner = await signedIn(home)
  const { accessToken } = await obtain(home, owner, { scope: 'bench:read' })
  const made = await owner.submit(await owner.open('/console/access'), 'name', { name: 'bench' })
  const personal = /mostik_[\w-]{40,}/.exec(made.body)?.[0]
  if (personal === undefined) throw new Error('the page shows no token')
  return { oauth: accessToken, personal }
}

function orderFor(
  { port, path, pid }: RunningServer,
  token: string | undefined,
  concurrency: number,
  warmMs: number,
  runMs: number,
) {
  const target = {
    wire: 'stateless',
    port,
    path,
    tools: TOOLS,
    ...(token !== undefined && { token }),
  } as const
  return { target, method: 'tools/call', concurrency, warmMs, runMs, pid } as const
}
