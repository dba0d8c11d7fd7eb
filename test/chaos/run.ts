import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { createSeeded, type Seeded } from '../soak/seeded.ts'
import { startPostgres } from '../support/postgres.ts'
import { audit } from './audit.ts'
import { startLag } from './lag.ts'
import { readJournal, readSandbox } from './read-back.ts'
import { createReplica, type Replica } from './replicas.ts'
import { type Answered, insist, type Wish } from './workload.ts'

/**
 * `npm run chaos -- [kills] [seed]`: clients that retry by themselves ask for changes while servers are killed with
 * SIGKILL at random instants: first one server on SQLite, then two on one PostgreSQL, half of the kills each. In the
 * end what was acknowledged is compared with the account's own record and with the journal. Exit code 1 for any fault.
 */
const KILLS = Number(process.argv[2] ?? 500)
const SEED = Number(process.argv[3] ?? 20_261_120)
const WORKERS = 12
const LONGEST_LAG_MS = 40
const MASTER_KEY = 'chaos-0123456789abcdef0123456789abcdef'

const say = (text: string) => process.stdout.write(`${text}\n`)
let faults = 0

const folder = await mkdtemp(join(tmpdir(), 'mostik-chaos-'))
try {
  await scenario('one server on SQLite', 1, { DATA_DIR: folder }, Math.ceil(KILLS / 2), SEED)
} finally {
  await rm(folder, { recursive: true, force: true })
}
const postgres = await startPostgres()
try {
  const database = { DATABASE_URL: `${postgres.url}/postgres` }
  await scenario('two servers on PostgreSQL', 2, database, Math.floor(KILLS / 2), SEED + 1)
} finally {
  await postgres.stop()
}
say(faults === 0 ? 'all as it should be' : `${faults} faults, seed ${SEED}`)
process.exit(faults === 0 ? 0 : 1)

async function scenario(
  title: string,
  size: number,
  place: Record<string, string>,
  kills: number,
  seed: number,
) {
  say(`${title}: ${kills} kills`)
  const started = performance.now()
  const seeded = createSeeded(seed)
  const random = () => seeded.int(1_000_000) / 1_000_000
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: 100_000 })
  const lag = await startLag(sandbox.baseUrl, LONGEST_LAG_MS, random)
  const environment = {
    ...place,
    MASTER_KEY,
    AMOCRM_BASE_URL: lag.url,
    AMOCRM_ACCESS_TOKEN: sandbox.accessToken,
    AMOCRM_REQUESTS_PER_SECOND: '50',
    CALL_LIMITS: 'write=0,read=0',
    LOG_LEVEL: 'error',
  }
  const complaints = new Set<string>()
  const onLog = (text: string) => {
    for (const line of text.split('\n'))
      if (/"msg":"(bug|unhandled)/.test(line)) complaints.add(line.slice(0, 400))
  }
  const replicas: Replica[] = []
  for (let index = 0; index < size; index++) replicas.push(await createReplica(environment, onLog))
  await Promise.all(replicas.map((replica) => replica.start()))

  const leads = (await readSandbox(sandbox)).leads.map(({ id }) => id)
  const address = () => seeded.pick(replicas).url
  const answers: Answered[] = []
  const marks: string[] = []
  let isEnding = false
  let isOver = false
  const work = async () => {
    while (!isEnding) {
      const wish = makeWish(seeded, marks.length, leads)
      marks.push(wish.mark)
      const answered = await insist(wish, address, random, () => isOver).catch((error: unknown) => {
        complaints.add(String(error))
        return undefined
      })
      if (answered !== undefined) answers.push(answered)
    }
  }
  const workers = Array.from({ length: WORKERS }, work)
  const killed = () => replicas.reduce((sum, { kills }) => sum + kills, 0)
  const killer = async (replica: Replica) => {
    while (killed() < kills) {
      await pause(200 + random() * 2_600)
      if (killed() >= kills) return
      await replica.kill()
      await replica.start()
    }
  }
  await Promise.all(replicas.map(killer))
  isEnding = true
  const late = setTimeout(() => {
    isOver = true
  }, 60_000)
  await Promise.all(workers)
  clearTimeout(late)
  const unanswered = marks.length - answers.length
  const codes = await Promise.all(replicas.map((replica) => replica.stop()))
  const journal = await readJournal(place)
  const verdict = audit(answers, marks, await readSandbox(sandbox), journal.lines)
  lag.close()
  await sandbox.close()

  const wrong = [
    ...verdict.faults,
    ...complaints,
    ...(journal.broken === undefined ? [] : [`the journal's chain: ${journal.broken}`]),
    ...(unanswered > 0 ? [`${unanswered} calls were never answered`] : []),
    ...codes
      .filter((code) => code !== 0)
      .map((code) => `a server ended with ${code} when it was told to stop`),
  ]
  for (const fault of wrong.slice(0, 30)) say(`  FAULT ${fault}`)
  const seconds = Math.round((performance.now() - started) / 1000)
  for (const [name, figure] of Object.entries({ kills: killed(), ...verdict.figures, seconds })) {
    say(`  ${name}: ${figure}`)
  }
  faults += wrong.length
}

function makeWish(seeded: Seeded, number: number, leads: readonly number[]): Wish {
  const mark = `#${number}${seeded.int(1_000_000_000).toString(36)}#`
  const key = seeded.chance(0.5) ? { idempotency_key: `key ${mark}` } : {}
  if (seeded.chance(0.35)) {
    const on = `lead:${seeded.pick(leads)}`
    return {
      tool: 'amocrm_create_task',
      mark,
      input: { text: `Позвонить ${mark}`, due: '2030-01-15T12:00:00+03:00', on, ...key },
    }
  }
  const phone = `+7495000${String(number % 10_000).padStart(4, '0')}`
  const contact = seeded.chance(0.4)
    ? { contact: { name: `Анна ${mark}`, phone }, allow_duplicate: true }
    : {}
  const note = seeded.chance(0.3) ? { note: `Первый звонок ${mark}` } : {}
  return {
    tool: 'amocrm_create_lead',
    mark,
    input: { name: `Сделка ${mark}`, price: 50_000, ...contact, ...note, ...key },
  }
}
