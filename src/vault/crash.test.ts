import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { engines, type Opened } from '../store/testing/engines.ts'
import { unwrapDataKey } from './data-key.ts'
import { type Job, OWNERS, openVault, placeOf, work } from './testing/traffic.ts'

const KILLS = Number(process.env.MOSTIK_KILLS ?? 2)
const LONGEST_MS = 60
const NAMES = ['first', 'second']

interface Worker {
  readonly child: ChildProcess
  readonly errors: string[]
  readonly isReady: Promise<void>
  kill(): Promise<void>
}

/** The number that each secret holds at least, by owner and name. */
type Acknowledged = Map<string, number>

/** A process of its own, since only such a one can be killed at any instant. */
function start(job: Job, acknowledged: Acknowledged, rotations: string[]): Worker {
  const module = join(import.meta.dirname, 'testing/traffic.ts')
  const script = `const traffic = await import(${JSON.stringify(module)})
    await traffic.${work.name}(JSON.parse(process.argv[1]))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, JSON.stringify(job)])
  const errors: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text))
  const isReady = new Promise<void>((resolve, reject) => {
    let rest = ''
    child.once('close', () => reject(new Error(`It ended before it began: ${errors.join('')}`)))
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === 'ready') resolve()
        else if (job.role === 'rotate') rotations.push(line)
        else acknowledged.set(`${line.split(' ')[0]} ${job.name}`, Number(line.split(' ')[1]))
      }
    })
  })
  // One that is killed before it is ready is nobody's concern.
  isReady.catch(() => undefined)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    child,
    errors,
    isReady,
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

describe.each(engines)('keys that are rotated while servers write, on $name', (engine) => {
  it('lose nothing when any of the processes is killed at any instant', { timeout: 600_000 }, async () => {
    const opened = await engine.open()
    const acknowledged: Acknowledged = new Map()
    const rotations: string[] = []
    const errors: string[] = []
    const jobs: Job[] = [
      ...NAMES.map((name): Job => ({ role: 'write', name, from: 0, master: 0 })),
      { role: 'rotate', name: 'rotation', from: 0, master: 1 },
    ]
    const launch = (job: Job) => {
      const from = Math.max(0, ...OWNERS.map((owner) => acknowledged.get(`${owner} ${job.name}`) ?? 0))
      const master = Math.trunc(Math.random() * 3)
      return { job, worker: start({ ...job, ...whereIs(opened), from, master }, acknowledged, rotations) }
    }
    const running = jobs.map(launch)
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        await Promise.all(running.map(({ worker }) => worker.isReady))
        await pause(Math.random() * LONGEST_MS)
        // The rotation each time; every other time a server with it.
        const doomed = kill % 2 === 0 ? [2] : [2, Math.trunc(kill / 2) % 2]
        for (const index of doomed) {
          const victim = running[index]
          if (victim === undefined) continue
          await victim.worker.kill()
          errors.push(...victim.worker.errors)
          running[index] = launch(victim.job)
        }
        await expectNothingLost(opened, acknowledged)
      }
      await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBe(OWNERS.length * NAMES.length)
    } finally {
      for (const { worker } of running) {
        await worker.kill().catch(() => undefined)
        errors.push(...worker.errors)
      }
    }
    expect(errors).toEqual([])
    expect(new Set([...rotations, 'rotated'])).toEqual(new Set(['rotated']))
    await expectNothingLost(opened, acknowledged)
    await opened.store.close()
  })
})

function whereIs({ options: { databaseUrl, dataDir } }: Opened) {
  return {
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(dataDir !== undefined && { dataDir }),
  }
}

/** Every data key unwraps, every secret opens, and holds what was acknowledged or something later. */
async function expectNothingLost(opened: Opened, acknowledged: Acknowledged): Promise<void> {
  const floor = new Map(acknowledged)
  const { store, vault, secrets, masterKeys } = await openVault({ ...whereIs(opened), master: 0 })
  for (const [key, least] of floor) {
    const [owner = '', name = ''] = key.split(' ')
    expect(Number(await vault.get(placeOf(owner, name)))).toBeGreaterThanOrEqual(least)
  }
  for (const stored of await secrets.keysAfter(undefined)) {
    const by = masterKeys.find(stored.masterKeyId)
    expect(by && unwrapDataKey(stored, by)).toBeDefined()
  }
  await store.close()
}
