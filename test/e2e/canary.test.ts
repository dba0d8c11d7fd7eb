import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { createSecretStore } from '../../src/store/secret-store.ts'
import { openStore } from '../../src/store/store.ts'
import { engines } from '../../src/store/testing/engines.ts'
import { unwrapDataKey } from '../../src/vault/data-key.ts'
import { masterKeyOf } from '../../src/vault/master-key.ts'
import { openMasterKeys } from '../../src/vault/open-master-keys.ts'
import { createVault } from '../../src/vault/vault.ts'
import { type Evidence, findLeaks, type Needle, needleOfBytes, needlesOf } from '../support/leaks.ts'
import { runProgram, serveProgram } from '../support/program.ts'
import { call, initialize, JSON_HEADERS, list } from '../support/rpc.ts'
import { startTwoFacedUpstream, TRICKS } from '../support/two-faced-upstream.ts'

const all = mkdtempSync(join(tmpdir(), 'mostik-canary-'))
const leftovers: (() => unknown)[] = []
let sandbox: AmocrmSandbox
beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 100_000 })
})
afterAll(async () => {
  await Promise.all(leftovers.map((clear) => clear()))
  await sandbox.close()
  rmSync(all, { recursive: true, force: true })
})

/** As many random letters as nobody else has. */
const planted = (slot: string) => `${slot}.${randomBytes(24).toString('base64url')}.${slot}`

/** What lets somebody in, or opens what is sealed: nobody is ever shown it, not even who has sent it. */
const newSecrets = () => ({
  API_TOKEN: planted('api+token/=~'),
  MASTER_KEY: planted('master key "of" the \\ server & ключ'),
  MASTER_KEY_PREVIOUS: planted('master key "of" the \\ time before & ключ'),
  'password of DATABASE_URL': planted('pass@word/of:the?database#'),
  AMOCRM_ACCESS_TOKEN: planted('environment-token'),
  AMOCRM_CLIENT_SECRET: planted('client-secret'),
  'token of a linked account': planted('linked-token'),
  'token that a link was refused with': planted('refused-token'),
  'wrong bearer token': planted('wrong-bearer'),
  'wrong password': planted('wrong-basic'),
  'token in an address': planted('token-in-query'),
  'token in a cookie': planted('token-in-cookie'),
  'idempotency key': planted('key'),
  'idempotency key in a header': planted('key-in-header'),
})

/** What is in the account and in the answers to whoever asked, and nowhere else. */
const newContents = () => ({
  'name of a deal': `Сделка "Кедр & Ко" <${randomBytes(9).toString('hex')}>`,
  'name of a person': `Аделаида ${randomBytes(9).toString('hex')}`,
  phone: `+7 495 000-${10 + ((randomBytes(1)[0] ?? 0) % 90)}-${10 + ((randomBytes(1)[0] ?? 0) % 90)}`,
  note: `Просил перезвонить, код домофона ${randomBytes(9).toString('hex')}, не шуметь`,
  'words of a search': `искомое ${randomBytes(9).toString('hex')}`,
  'name of an argument': `unknown_${randomBytes(9).toString('hex')}`,
  'name of a tool': `no_such_${randomBytes(9).toString('hex')}`,
  'name of an account': `счёт ${randomBytes(9).toString('hex')}`,
  'what is no JSON': `{"name": "${randomBytes(9).toString('hex')}`,
})

type Secrets = ReturnType<typeof newSecrets>
type Contents = ReturnType<typeof newContents>
type Place = Readonly<Record<string, string>>

const SCENES = [
  { name: 'SQLite', hasKeyFile: false },
  { name: 'SQLite with a key file', hasKeyFile: true },
  { name: 'PostgreSQL', hasKeyFile: false },
] as const

const SOME_TRICKS = TRICKS.filter(([, face]) => /40[01]|cut/.test(face))

/** All that the product has shown and stored while one scene was played. */
interface Played {
  readonly secrets: Secrets
  readonly contents: Contents
  readonly folder: string
  readonly place: Place
  readonly answers: Evidence[]
  readonly outputs: Evidence[]
  readonly keys: readonly Needle[]
}

let scenes: ReadonlyMap<string, Played>
beforeAll(async () => {
  scenes = new Map(await Promise.all(SCENES.map(async (scene) => [scene.name, await play(scene)] as const)))
}, 120_000)

async function play({ name, hasKeyFile }: (typeof SCENES)[number]): Promise<Played> {
  const secrets = newSecrets()
  const contents = newContents()
  const folder = mkdtempSync(join(all, 'data-'))
  const answers: Evidence[] = []
  const outputs: Evidence[] = []
  const place: Place =
    name === 'PostgreSQL' ? await createDatabase(secrets['password of DATABASE_URL']) : { DATA_DIR: folder }
  const [own, linked] = await Promise.all([
    startTwoFacedUpstream(sandbox, secrets.AMOCRM_ACCESS_TOKEN),
    startTwoFacedUpstream(sandbox, secrets['token of a linked account']),
  ])
  leftovers.push(own.close, linked.close)
  const { API_TOKEN, MASTER_KEY, MASTER_KEY_PREVIOUS, AMOCRM_ACCESS_TOKEN, AMOCRM_CLIENT_SECRET } = secrets
  const environment: Record<string, string> = {
    ...place,
    API_TOKEN,
    ...(!hasKeyFile && { MASTER_KEY, MASTER_KEY_PREVIOUS }),
    AMOCRM_BASE_URL: own.url,
    AMOCRM_ACCESS_TOKEN,
    AMOCRM_CLIENT_SECRET,
    AMOCRM_REQUESTS_PER_SECOND: '50',
    CALL_LIMITS: 'read=0,write=0',
    LOG_LEVEL: 'debug',
  }

  async function mostik(words: readonly string[], input = '', change: Record<string, string> = {}) {
    const program = runProgram(words, { ...environment, ...change })
    program.child.stdin?.end(input)
    const code = await program.exited
    const { out, err } = program.output
    outputs.push({ where: `the output of ${words.join(' ')}`, bytes: Buffer.from(out + err) })
    return code
  }

  // Sealed under the earlier key first, so that both are in use.
  const linkWords = ['link', 'amocrm', '--address', linked.url, '--name', 'Юг']
  const early = hasKeyFile ? {} : { MASTER_KEY: MASTER_KEY_PREVIOUS, MASTER_KEY_PREVIOUS: '' }
  expect(await mostik(linkWords, secrets['token of a linked account'], early)).toBe(0)
  const server = await serveProgram(environment)
  leftovers.push(() => server.child.kill('SIGKILL'))
  const visit = visitor(server.url, API_TOKEN, answers)
  const tell = (account?: string, salt?: string) => callTools(visit, secrets, contents, account, salt)
  await visitPages(visit, secrets)
  await tell()
  const refused = secrets['token that a link was refused with']
  const noKey = { MASTER_KEY: `${MASTER_KEY} no`, MASTER_KEY_PREVIOUS: '' }
  const commands = [
    mostik(['--help']),
    mostik(['doctor']),
    mostik(linkWords, refused),
    mostik(['link', 'amocrm', '--token', 'x'], refused),
    mostik(['serve'], '', { PORT: new URL(server.url).port }),
    mostik(['accounts'], '', wrongPlace(place, secrets)),
    ...(hasKeyFile ? [] : [mostik(['accounts'], '', noKey)]),
  ]
  for (const trick of hasKeyFile ? SOME_TRICKS : TRICKS) {
    own.trick = trick
    await tell(undefined, trick.join())
  }
  own.trick = undefined
  for (const trick of hasKeyFile ? [] : SOME_TRICKS) {
    linked.trick = trick
    await tell('Юг', trick.join())
  }
  linked.trick = undefined
  await Promise.all(commands)
  await withoutTable(place, () => tell(undefined, 'a bug'))
  expect(await mostik(['keys', 'rotate'])).toBe(0)
  await tell('Юг', 'new keys')
  const reading = await Promise.all([
    mostik(['accounts']),
    mostik(['journal']),
    mostik(['journal', '--format', 'jsonl']),
    mostik(['journal', '--format', 'csv']),
    mostik(['journal', 'verify']),
    mostik(['backup', join(folder, 'backup')]),
  ])
  expect(reading).toEqual([0, 0, 0, 0, 0, 0])
  const keys = await keysOf(place, hasKeyFile ? readKeyFile(folder) : [MASTER_KEY, MASTER_KEY_PREVIOUS])
  outputs.push(...(await stored(place, folder)))
  expect(await mostik(['unlink', 'amocrm', 'Юг'])).toBe(0)
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  const { out, err } = server.output
  outputs.push(
    { where: 'the log', bytes: Buffer.from(err) },
    { where: 'the welcome', bytes: Buffer.from(out) },
  )
  outputs.push(...(await stored(place, folder)))
  return { secrets, contents, folder, place, answers, outputs, keys }
}

describe.each(SCENES)('on $name', ({ name, hasKeyFile }) => {
  let played: Played
  beforeAll(() => {
    played = scenes.get(name) as Played
  })

  it('everything that was to happen has happened', () => {
    const { answers, outputs, contents } = played
    const log = textOf(outputs, 'the log')
    const outcomes = new Set([...log.matchAll(/"outcome":"(\w+)"/g)].map(([, outcome]) => outcome))
    const rest = hasKeyFile ? [] : ['upstream_rejected', 'upstream_failed']
    const expected = ['ok', 'invalid_input', 'not_linked', 'unverified', 'internal', ...rest]
    expect([...outcomes]).toEqual(expect.arrayContaining(expected))
    expect(textOf(outputs, 'the output of journal --format jsonl')).toContain('amocrm_create_lead')
    expect(textOf(outputs, 'the output of backup')).toContain('Wrote')
    expect(answers.length).toBeGreaterThan(100)
    // The contents did come back to whoever asked: what follows looks for something that is there.
    expect(textOf(answers, '')).toContain(contents['name of a deal'].slice(-20, -1))
  })

  it('no secret is in an answer, a page, the log, the output of a command, an export, a backup or the database', () => {
    const { secrets, keys, answers, outputs } = played
    const needles = Object.entries(secrets).flatMap(([slot, secret]) => needlesOf(slot, secret))
    expect(findLeaks([...answers, ...outputs], [...needles, ...keys])).toEqual([])
  })

  it('what a call was about is in no log, journal, output or backup, nor to be read in the database', () => {
    const { contents, outputs } = played
    const digits = contents.phone.replace(/\D/g, '')
    const needles = Object.entries({ ...contents, 'phone in digits': digits }).flatMap(([slot, text]) =>
      needlesOf(slot, text),
    )
    expect(findLeaks(outputs, needles)).toEqual([])
  })

  it('the search would have found one in the database', async () => {
    const { secrets, place, folder } = played
    const secret = secrets.AMOCRM_ACCESS_TOKEN
    const needles = needlesOf('token', secret)
    const find = async () => findLeaks(await stored(place, folder), needles)
    expect(await find()).toEqual([])
    const store = await openStore({ ...optionsOf(place), log: silentLog })
    const value = `x${Buffer.from(`Bearer ${secret}`).toString('base64')}`
    await (await store.db()).insertInto('meta').values({ key: 'planted', value }).execute()
    expect(await find()).toContainEqual(
      expect.stringMatching(/^token \(beginning\), base64, \d bytes behind, in /),
    )
    await store.close()
    expect(await find()).not.toEqual([])
  })
})

type Visit = ReturnType<typeof visitor>

/** Asks, and keeps all that comes back: status, headers and body. */
function visitor(url: string, token: string, answers: Evidence[]) {
  return async (path: string, options: Asking = {}): Promise<string> => {
    const { method = options.body === undefined ? 'GET' : 'POST', body, headers, authorization } = options
    const response = await fetch(url + path, {
      method,
      headers: { ...JSON_HEADERS, authorization: authorization ?? `Bearer ${token}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
      redirect: 'manual',
    })
    const head = [...response.headers].map((header) => header.join(': ')).join('\n')
    const isStream = method === 'GET' && response.headers.get('content-type')?.startsWith('text/event-stream')
    const content = isStream ? await firstOf(response) : await response.text()
    const where = `the answer to ${method} ${path.split('?')[0]}`
    answers.push({ where, bytes: Buffer.from(`${response.status}\n${head}\n${content}`) })
    return content
  }
}

interface Asking {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly authorization?: string
}

async function firstOf(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return value === undefined ? '' : Buffer.from(value).toString()
}

async function visitPages(visit: Visit, secrets: Secrets) {
  const query = `?token=${encodeURIComponent(secrets['token in an address'])}`
  const cookie = { cookie: `token=${secrets['token in a cookie']}` }
  const basic = Buffer.from(`owner:${secrets['wrong password']}`).toString('base64')
  const wrong = [`Bearer ${secrets['wrong bearer token']}`, `Basic ${basic}`, secrets['wrong bearer token']]
  const paths = [
    '/',
    '/docs',
    '/openapi.json',
    '/healthz',
    '/readyz',
    '/api/tools',
    '/mcp',
    '/sse',
    '/nowhere',
  ]
  for (const path of paths) {
    for (const language of ['ru', 'en']) {
      const headers = { accept: 'text/html,*/*', 'accept-language': language }
      await visit(path + query, { headers: { ...headers, ...cookie } })
    }
    for (const authorization of wrong) await visit(path + query, { authorization })
    await visit(path + query, { method: 'PUT', body: wrong[0] })
    await visit(path, { headers: { origin: `https://${secrets['token in an address']}.example.com` } })
  }
  for (const path of ['/mcp', '/api/tools/amocrm_get_account', '/amocrm/mcp']) {
    for (const authorization of wrong) await visit(path + query, { authorization, body: list() })
  }
}

/** The tools in every way in; `salt` makes the calls others than those before. */
async function callTools(visit: Visit, secrets: Secrets, contents: Contents, account?: string, salt = '') {
  const where = account === undefined ? {} : { account }
  const key = (kind: 'idempotency key' | 'idempotency key in a header') => `${secrets[kind]} ${salt}`.trim()
  const lead = {
    allow_duplicate: true,
    name: contents['name of a deal'],
    contact: { name: contents['name of a person'], phone: contents.phone },
    note: contents.note,
    ...where,
  }
  const keyed = { ...lead, idempotency_key: key('idempotency key') }
  const tool = (name: string, body: unknown, headers = {}) => visit(`/api/tools/${name}`, { body, headers })
  const change = { contact: contents['name of a person'], note: contents.note, ...where }
  const task = { text: contents.note, due: contents.note, ...where }
  const odd = { ...lead, [contents['name of an argument']]: contents.note, price: contents.note }
  const twice = async () => {
    await tool('amocrm_create_lead', keyed)
    await tool('amocrm_create_lead', { ...keyed, name: contents['name of a person'] })
    // Where it is unknown what became of the first, the account is looked at first, seconds later.
    if (salt === '' || salt.endsWith('cut'))
      await visit('/mcp', { body: call(2, 'amocrm_create_lead', keyed) })
  }
  await Promise.all([
    twice(),
    tool('amocrm_get_account', where),
    tool('amocrm_search_contacts', { query: contents['words of a search'], ...where }),
    tool('amocrm_create_lead', lead, { 'idempotency-key': key('idempotency key in a header') }),
    tool('amocrm_update_contact', change),
    tool('amocrm_get_account', { account: contents['name of an account'] }),
    tool('amocrm_create_lead', odd),
    visit('/mcp', { body: call(1, 'amocrm_create_task', task) }),
  ])
  if (salt !== '') return
  const bodies = [
    contents['what is no JSON'],
    initialize(),
    list(),
    call(contents.note, contents['name of a tool'], { name: contents.note }),
    { jsonrpc: '2.0', id: 3, method: contents.note, params: lead },
  ]
  for (const body of bodies) await visit('/mcp', { body })
  await visit('/api/tools/amocrm_create_lead', { body: contents['what is no JSON'] })
  await tool(contents['name of a tool'], { name: contents.note })
}

/** A table away is a fault that nobody has thought of: what is written about it is written about a bug. */
async function withoutTable(place: Place, work: () => Promise<void>) {
  await run(place, 'alter table once rename to elsewhere')
  await work()
  await run(place, 'alter table elsewhere rename to once')
}

async function run({ DATA_DIR, DATABASE_URL }: Place, sql: string) {
  if (DATABASE_URL === undefined) {
    const database = new DatabaseSync(join(DATA_DIR ?? '', 'mostik.db'))
    database.exec(sql)
    return database.close()
  }
  const client = new pg.Client({ connectionString: DATABASE_URL })
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** Every byte of the database files and of whatever else is in the folder, but for the key file; every value of PostgreSQL. */
async function stored({ DATABASE_URL }: Place, folder: string): Promise<Evidence[]> {
  const files = readdirSync(folder).filter((file) => file !== 'master.key')
  const evidence: Evidence[] = files.map((file) => ({
    where: `the file ${file}`,
    bytes: readFileSync(join(folder, file)),
  }))
  if (DATABASE_URL === undefined) return evidence
  const client = new pg.Client({ connectionString: DATABASE_URL })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = current_schema()',
  )
  for (const { name } of tables) {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`)
    const values = rows.flatMap((row) => Object.values(row)).map(bytesOf)
    evidence.push({ where: `the table ${name}`, bytes: Buffer.concat(values) })
  }
  await client.end()
  return evidence
}

function bytesOf(value: unknown): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${value}\n`)
}

/** The keys that secrets are sealed with, as they are when they are open. */
async function keysOf(place: Place, masterSecrets: readonly string[]): Promise<Needle[]> {
  const store = await openStore({ ...optionsOf(place), log: silentLog })
  const rows = await (await store.db()).selectFrom('data_key').selectAll().execute()
  const masterKeys = masterSecrets.map(masterKeyOf)
  const dataKeys = rows.flatMap(({ owner, version, master_key_id: masterKeyId, wrapped }) => {
    const by = masterKeys.find(({ id }) => id === masterKeyId)
    const key = by && unwrapDataKey({ owner, version, masterKeyId, wrapped }, by)
    return key === undefined ? [] : [needleOfBytes(`data key ${version}`, key.export())]
  })
  expect(dataKeys.length).toBeGreaterThan(0)
  await expectAnAnswer(store, masterSecrets[0] ?? '')
  await store.close()
  return [
    ...dataKeys,
    ...masterKeys.map(({ wrapping }) => needleOfBytes('wrapping key', wrapping.export())),
    ...masterSecrets.flatMap((secret) => needlesOf('master key', secret)),
  ]
}

/** With the master key the answers that are kept for repeated calls can be read: so they are there to be found. */
async function expectAnAnswer(store: Awaited<ReturnType<typeof openStore>>, MASTER_KEY: string) {
  const masterKeys = openMasterKeys(
    { MASTER_KEY },
    { engine: store.engine, masterKeyIds: [], isExposed: false },
  )
  const vault = createVault({ masterKeys, secrets: createSecretStore(store, systemClock) })
  const answers = await (await store.db())
    .selectFrom('secret')
    .selectAll()
    .where('kind', '=', 'answer')
    .execute()
  const opened = await Promise.all(answers.map((row) => vault.get(row)))
  expect(opened.join()).toContain('"lead"')
}

function readKeyFile(folder: string): string[] {
  const lines = readFileSync(join(folder, 'master.key'), 'utf8').split('\n')
  return lines.filter((line) => /^[0-9a-f]{64}$/.test(line))
}

/** A database whose password is planted. */
async function createDatabase(password: string): Promise<Place> {
  const postgres = engines.find(({ name }) => name === 'postgres')
  const url = new URL((await postgres?.fresh())?.databaseUrl ?? '')
  const database = url.pathname.slice(1)
  const role = `role_${database}`
  await run(
    { DATABASE_URL: url.href },
    `create role ${role} login password '${password}'; alter database ${database} owner to ${role};
    alter schema public owner to ${role}`,
  )
  url.username = role
  url.password = encodeURIComponent(password)
  return { DATABASE_URL: url.href }
}

function wrongPlace({ DATABASE_URL }: Place, secrets: Secrets): Record<string, string> {
  const url = new URL(DATABASE_URL ?? 'postgres://owner@127.0.0.1:1/none')
  url.password = encodeURIComponent(secrets['wrong password'])
  return { DATABASE_URL: url.href }
}

function optionsOf({ DATA_DIR, DATABASE_URL }: Place) {
  return {
    ...(DATA_DIR !== undefined && { dataDir: DATA_DIR }),
    ...(DATABASE_URL !== undefined && { databaseUrl: DATABASE_URL }),
  }
}

function textOf(evidence: readonly Evidence[], where: string): string {
  return evidence
    .filter((one) => one.where.startsWith(where))
    .map(({ bytes }) => Buffer.from(bytes).toString())
    .join('\n')
}
