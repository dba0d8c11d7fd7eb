// Measures Mostik beside its rivals on this machine: see README.md.
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release } from 'node:os'
import { buildMostik } from './build.ts'
import { startLoadGenerator } from './load-generator.ts'
import { readPlan } from './plan.ts'
import { authReport } from './report/auth.ts'
import { callsReport } from './report/calls.ts'
import { goalsReport } from './report/goals.ts'
import { journalReport } from './report/journal.ts'
import { coldReport, idleReport } from './report/memory.ts'
import { storeReport } from './report/store.ts'
import { installRivals } from './rivals/install.ts'
import { measureAuth } from './sections/auth.ts'
import { measureCalls } from './sections/calls.ts'
import { measureColdStart } from './sections/cold-start.ts'
import { measureIdle } from './sections/idle.ts'
import { measureJournal } from './sections/journal.ts'
import { measureStore } from './sections/store.ts'

const plan = readPlan(process.argv.slice(2))
if (process.platform !== 'linux' || !existsSync('/proc/self/smaps_rollup') || availableParallelism() < 2) {
  throw new Error(
    'The bench needs Linux with /proc, taskset and two CPUs: one for the server, one for the load.',
  )
}
installRivals()
buildMostik()

const say = (line: string) => console.error(line)
const wants = (section: (typeof plan.sections)[number]) => plan.sections.includes(section)
const load = startLoadGenerator()
const started = performance.now()
try {
  const calls = wants('calls') ? await measureCalls(load, plan.calls, say) : []
  const tools = wants('tools') ? await measureCalls(load, plan.tools, say) : []
  const idle = wants('idle') ? await measureIdle(load, plan.idle, say) : []
  const cold = wants('cold') ? await measureColdStart(plan.coldRuns, say) : []
  const journal = wants('journal') ? measureJournal(plan.journalPairs, say) : []
  const store = wants('store') ? measureStore(plan.storeRounds, say) : undefined
  const auth = wants('auth') ? await measureAuth(load, plan.auth, say) : undefined
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: availableParallelism(),
    kernel: release(),
    mode: plan.isQuick ? 'quick' : 'full',
    minutes: Math.round((performance.now() - started) / 6_000) / 10,
  }
  console.log(
    `# Bench\n\n${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · ')}`,
  )
  if (calls.length > 0) console.log(`\n## Calls by concurrency\n\n${callsReport(calls)}`)
  if (tools.length > 0) console.log(`\n## Cost by number of tools\n\n${callsReport(tools)}`)
  if (idle.length > 0) console.log(`\n## Idle clients\n\n${idleReport(idle)}`)
  if (cold.length > 0) console.log(`\n## Cold start: spawn to first answer, 36 tools\n\n${coldReport(cold)}`)
  if (journal.length > 0) console.log(`\n## What the journal adds to a call\n\n${journalReport(journal)}`)
  if (store !== undefined) console.log(`\n## The store\n\n${storeReport(store)}`)
  if (auth !== undefined) console.log(`\n## Tokens and people\n\n${authReport(auth)}`)
  if (calls.length + tools.length + idle.length > 0)
    console.log(`\n## Goals\n\n${goalsReport(calls, tools, idle, cold)}`)
  if (plan.out !== undefined)
    writeFileSync(
      plan.out,
      JSON.stringify({ machine, calls, tools, idle, cold, journal, store, auth }, undefined, 1),
    )
  for (const { server, wire, failure } of [...calls, ...tools]) {
    if (failure !== undefined) say(`failed: ${server}, ${wire}: ${failure}`)
  }
} finally {
  load.stop()
}
