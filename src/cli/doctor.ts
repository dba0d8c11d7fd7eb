import { environment, isLoopback } from '../config.ts'
import type { Connector } from '../kernel/connector.ts'
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
    findings.push(...publicAddress(started))
    for (const connector of started.connectors) findings.push(await ask(connector, started))
  } finally {
    await started.closeAccounts()
  }
  for (const { ok, text } of findings) process.stdout.write(`${ok ? 'ok   ' : 'FIX  '} ${text}\n`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

function publicAddress({ config }: Started): Finding[] {
  if (config.publicUrl !== undefined) return [{ ok: true, text: `Public address: ${config.publicUrl}` }]
  if (isLoopback(config.HOST)) return []
  const text = 'Public address: unknown, so clients from outside are turned away. Set PUBLIC_URL.'
  return [{ ok: false, text }]
}

/** Whether the linked account answers, asked with the connector's own probe. */
async function ask({ id, title, probe, setup, tools }: Connector, started: Started): Promise<Finding> {
  const { app, accounts, config } = started
  const account = accounts.get(id)
  if (account === undefined) return { ok: false, text: `${title}: not linked. Set ${setup.join(' and ')}.` }
  const names = [probe, ...(tools.find(({ name }) => name === probe)?.aliases ?? [])]
  if (names.some((name) => config.DISABLE_TOOLS.includes(name))) {
    return { ok: true, text: `${title}: linked; not asked, since DISABLE_TOOLS takes ${probe} away.` }
  }
  const outcome = await app.call(probe, {}, AbortSignal.timeout(60_000))
  const whose = account.demo ? 'the demo account' : 'the linked account'
  if (outcome.ok) return { ok: true, text: `${title}: ${whose} answers.` }
  const { message, hint = '' } = outcome.failure
  return { ok: false, text: `${title}: ${message} ${hint}`.trim() }
}

function lock({ config }: Started): Finding {
  if (config.auth.mode === 'token') {
    const isShort = config.auth.token.length < 16
    if (isShort)
      return {
        ok: false,
        text: 'Lock: API_TOKEN is short enough to be guessed. Use 32 random characters or more.',
      }
    return { ok: true, text: 'Lock: every request needs API_TOKEN.' }
  }
  if (isLoopback(config.HOST) && config.publicUrl === undefined) {
    return { ok: true, text: 'Lock: none, and reachable from this machine only.' }
  }
  return { ok: false, text: 'Lock: AUTH=none lets anyone in who knows the address. Set API_TOKEN instead.' }
}
