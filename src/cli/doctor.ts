import { environment, isLoopback } from '../config.ts'
import { readOptions } from './options.ts'
import { startApp } from './start.ts'

interface Finding {
  readonly ok: boolean
  readonly text: string
}

/** `mostik doctor`: reads the settings as `serve` does, asks each linked account, and says what to fix. Exit code 1 when something is wrong. */
export async function run(words: readonly string[]): Promise<number> {
  readOptions(words, {})
  const started = await startApp({ ...environment, LOG_LEVEL: 'silent' })
  const { app, config, accounts, connectors, closeAccounts } = started
  const findings: Finding[] = [{ ok: true, text: 'Settings: every variable can be read.' }, lock(started)]
  if (config.publicUrl !== undefined) findings.push({ ok: true, text: `Public address: ${config.publicUrl}` })
  else if (!isLoopback(config.HOST)) {
    findings.push({
      ok: false,
      text: 'Public address: unknown, so clients from outside are turned away. Set PUBLIC_URL.',
    })
  }
  for (const { id, title, probe, setup } of connectors) {
    const account = accounts.get(id)
    if (account === undefined) {
      findings.push({ ok: false, text: `${title}: not linked. Set ${setup.join(' and ')}.` })
      continue
    }
    if (config.DISABLE_TOOLS.includes(probe)) {
      findings.push({
        ok: true,
        text: `${title}: linked; not asked, since DISABLE_TOOLS takes ${probe} away.`,
      })
      continue
    }
    const outcome = await app.call(probe, {}, AbortSignal.timeout(60_000))
    if (outcome.ok)
      findings.push({
        ok: true,
        text: `${title}: ${account.demo ? 'the demo account' : 'the linked account'} answers.`,
      })
    else
      findings.push({
        ok: false,
        text: `${title}: ${outcome.failure.message} ${outcome.failure.hint ?? ''}`.trim(),
      })
  }
  await closeAccounts()
  for (const { ok, text } of findings) process.stdout.write(`${ok ? 'ok   ' : 'FIX  '} ${text}\n`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

function lock({ config }: Awaited<ReturnType<typeof startApp>>): Finding {
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
