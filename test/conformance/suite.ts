import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

export type Revision = '2025-11-25' | '2026-07-28'

export interface SuiteRun {
  /** 0 when every scored scenario passes, or fails as the list of expected failures says. */
  readonly exitCode: number | null
  /** The summary that the suite wrote for a person to read. */
  readonly report: string
  /** The scenarios of which at least one check passed, the check that all messages are well-formed aside. */
  readonly exercised: ReadonlySet<string>
  /** The checks that did not pass, of any scenario. */
  readonly failures: readonly Failure[]
}

interface Failure {
  readonly scenario: string
  readonly check: string
  readonly reason: string | undefined
}

/** Runs the official suite's command line against a server, exactly as anybody would. */
export async function runSuite(
  url: string,
  revision: Revision,
  expectedFailures?: string,
): Promise<SuiteRun> {
  const results = await mkdtemp(join(tmpdir(), 'mostik-conformance-'))
  try {
    const options = ['--url', url, '--requirements', revision, '--output-dir', results]
    if (expectedFailures) options.push('--expected-failures', expectedFailures)
    const { exitCode, report } = await run(commandLine, 'server', ...options)
    return {
      exitCode,
      report: report.split('=== SUMMARY ===').at(-1) ?? report,
      ...(await readResults(results)),
    }
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

/** The scenarios without which a server does not conform to the revision: the suite's own frozen list. */
export async function requiredScenarios(revision: Revision): Promise<string[]> {
  const list = await readFile(join(dirname(commandLine), `../requirements/${revision}.yaml`), 'utf8')
  return listed(list)
}

/** The scenario names (or `scenario:check` pairs) of the `server:` list of one of the suite's YAML files. */
export function listed(yaml: string): string[] {
  const [, list = ''] = /^server:\n((?: +(?:- .*|#.*)\n)+)/m.exec(yaml) ?? []
  return [...list.matchAll(/^ +- ([^\s#]+)/gm)].flatMap(([, name]) => name ?? [])
}

const require = createRequire(import.meta.url)
const commandLine = require.resolve('@modelcontextprotocol/conformance/dist/index.js')

const checks = z.array(z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }))

function run(...args: string[]): Promise<{ exitCode: number | null; report: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { maxBuffer: 64 * 1024 * 1024 },
      (_failed, stdout, stderr) => resolve({ exitCode: child.exitCode, report: stdout + stderr }),
    )
  })
}

/** The suite keeps one folder per scenario: `server-<scenario>-<time>/checks.json`. */
async function readResults(folder: string): Promise<Pick<SuiteRun, 'exercised' | 'failures'>> {
  const exercised = new Set<string>()
  const failures: Failure[] = []
  for (const run of await readdir(folder)) {
    const [, scenario = run] = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(run) ?? []
    const results = JSON.parse(await readFile(join(folder, run, 'checks.json'), 'utf8'))
    for (const { id: check, status, errorMessage: reason } of checks.parse(results)) {
      if (status === 'SUCCESS' && check !== 'wire-schema-valid') exercised.add(scenario)
      if (status === 'FAILURE' || status === 'WARNING') failures.push({ scenario, check, reason })
    }
  }
  return { exercised, failures }
}
