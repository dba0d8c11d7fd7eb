import { environment } from '../config.ts'
import { checkJournal } from '../journal/check.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { readOptions } from './options.ts'
import { startApp } from './start.ts'

type Started = Awaited<ReturnType<typeof startApp>>

interface Finding {
  readonly ok: boolean
  readonly text: string
}

/** `mostik doctor`: reads the settings as `serve` does, asks each linked account, and says what to fix. Exit code 1 when something is wrong. */
export async function run(words: readonly string[]): Promise<number> {
  readOptions(words, {})
  const started = await startApp({ ...environment, LOG_LEVEL: 'silent' })
  const findings: Finding[] = [{ ok: true, text: 'Settings: every variable can be read.' }, lock(started)]
  try {
    findings.push(...publicAddress(started), ...proxies(started), ...(await kept(started)))
    for (const connector of started.connectors) findings.push(...(await askAll(connector, started)))
  } finally {
    await started.state.close(1_000)
  }
  for (const { ok, text } of findings) process.stdout.write(`${ok ? 'ok   ' : 'FIX  '} ${text}\n`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

function publicAddress({ config }: Started): Finding[] {
  if (config.publicUrl !== undefined) return [{ ok: true, text: `Public address: ${config.publicUrl}` }]
  if (!config.exposed) return []
  const unless = config.ALLOWED_HOSTS.length > 0 ? ' unless they use a name in ALLOWED_HOSTS' : ''
  const text = `Public address: unknown, so clients from outside are turned away${unless}. Set PUBLIC_URL.`
  return [{ ok: false, text }]
}

/** The server itself speaks plain http: where people come by https, a proxy stands in front. */
function proxies({ config }: Started): Finding[] {
  if (config.auth.mode !== 'oauth' || !config.publicUrl?.startsWith('https:')) return []
  const trusted = config.TRUSTED_PROXIES.join(', ')
  if (trusted !== '') return [{ ok: true, text: `Proxies: ${trusted} are believed who the visitor is.` }]
  const text =
    'Proxies: none is trusted, so that all visitors share one limit of wrong passwords. Set TRUSTED_PROXIES.'
  return [{ ok: false, text }]
}

/** Whether what must not be lost has a place, and the newest part of the journal is as it was written. */
async function kept({ state, config }: Started): Promise<Finding[]> {
  const { store } = state
  if (store.engine === 'memory') {
    const isMeant = config.DATA_DIR === undefined
    const cure = isMeant ? 'Set DATA_DIR or DATABASE_URL to keep them.' : 'DATA_DIR cannot be written.'
    return [
      { ok: isMeant, text: `Kept: nothing; the journal and linked accounts end with the process. ${cure}` },
    ]
  }
  const where = store.engine === 'sqlite' ? 'SQLite in DATA_DIR' : 'PostgreSQL'
  const problem = await tryToWrite(store)
  if (problem !== undefined)
    return [{ ok: false, text: `Kept: in ${where}, but nothing can be written. ${problem}` }]
  const { ok, text } = await checkJournal(createJournalStore(store, systemClock))
  return [
    { ok: true, text: `Kept: in ${where}, secrets sealed.` },
    { ok, text: `Journal: ${text}` },
  ]
}

/** Larger than what a full disk still takes. */
const TRIAL = 'x'.repeat(64_000)

/** Why nothing can be written, in one sentence. */
async function tryToWrite(store: Started['state']['store']): Promise<string | undefined> {
  const entry = { key: 'doctor', value: TRIAL }
  try {
    await store.durably(async (db) => {
      await db.insertInto('meta').values(entry).execute()
      await db.deleteFrom('meta').where('key', '=', entry.key).execute()
    })
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [error.message, error.hint].filter(Boolean).join(' ')
  }
}

async function askAll(connector: Connector, { app, state, config }: Started): Promise<Finding[]> {
  const { id, title, probe, setup, tools } = connector
  await state.accounts.fresh(app.owner)
  const linked = state.accounts.overview(id, app.owner)
  if (linked.state === 'not_linked') {
    return [
      { ok: false, text: `${title}: not linked. Set ${setup.join(' and ')}, or run: mostik link ${id}` },
    ]
  }
  const names = [probe, ...(tools.find(({ name }) => name === probe)?.aliases ?? [])]
  if (names.some((name) => config.DISABLE_TOOLS.includes(name))) {
    return [{ ok: true, text: `${title}: linked; not asked, since DISABLE_TOOLS takes ${probe} away.` }]
  }
  const findings: Finding[] = []
  for (const name of linked.names) {
    const outcome = await app.call(probe, { account: name }, AbortSignal.timeout(60_000))
    const whose = linked.state === 'demo' ? 'the demo account' : `the account ${name}`
    const { message, hint = '' } = outcome.ok ? { message: `${whose} answers.` } : outcome.failure
    findings.push({ ok: outcome.ok, text: `${title}: ${message} ${hint}`.trim() })
  }
  return findings
}

function lock({ config }: Started): Finding {
  const { auth, exposed, ADMIN_PASSWORD } = config
  if (auth.mode !== 'none' && auth.token !== undefined && auth.token.length < 16) {
    const text = 'Lock: API_TOKEN is short enough to be guessed. Use 32 random characters or more.'
    return { ok: false, text }
  }
  if (auth.mode === 'token') return { ok: true, text: 'Lock: every request needs API_TOKEN.' }
  if (auth.mode === 'oauth') {
    const how = ADMIN_PASSWORD === undefined ? 'a password or passkey of their own' : 'ADMIN_PASSWORD'
    return { ok: true, text: `Lock: people sign in; the owner with ${how}.` }
  }
  if (!exposed) return { ok: true, text: 'Lock: none, and reachable from this machine only.' }
  return {
    ok: false,
    text: 'Lock: AUTH=none lets anyone in who knows the address. Remove it to let people sign in.',
  }
}
