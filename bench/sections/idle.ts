import { type Contender, contendersOn, type Wire } from '../contenders.ts'
import type { CrowdOrder } from '../load/idle-crowd.ts'
import type { LoadGenerator } from '../load-generator.ts'
import { weighTree } from '../processes.ts'
import { pause, type RunningServer, startServer } from '../running-server.ts'

/** What one idle client more costs the server. */
export interface IdleRow {
  readonly server: string
  readonly what: CrowdOrder['what']
  readonly count: number
  /** One value per pass. */
  readonly rssBytes: readonly number[]
  readonly heapBytes: readonly number[]
  readonly cpuMicros: readonly number[]
  readonly processes: readonly number[]
  readonly failure?: string
}

export interface IdlePlan {
  readonly passes: number
  /** Clients that come before the first weighing, so that pools and code are there already. */
  readonly first: number
  readonly count: number
  /** Leaves the others out. */
  readonly servers?: readonly string[]
}

const STEPS: Readonly<Record<'session' | 'sse', readonly CrowdOrder['what'][]>> = {
  session: ['sessions', 'session streams'],
  sse: ['streams'],
}

export async function measureIdle(
  load: LoadGenerator,
  plan: IdlePlan,
  say: (line: string) => void,
): Promise<IdleRow[]> {
  const rows = new Map<string, IdleRow>()
  for (let pass = 0; pass < plan.passes; pass += 1) {
    for (const wire of ['session', 'sse'] as const) {
      const contenders = contendersOn(wire).filter(
        ({ id, processPerSession }) =>
          !processPerSession?.includes(wire) && (plan.servers?.includes(id) ?? true),
      )
      for (const contender of pass % 2 === 0 ? contenders : contenders.toReversed()) {
        say(`pass ${pass + 1} of ${plan.passes}: idle clients, ${wire}, ${contender.title}`)
        for (const row of await weighCrowds(load, contender, wire, plan)) {
          const key = `${row.what} ${row.server}`
          rows.set(key, merge(rows.get(key), row))
        }
      }
    }
  }
  return [...rows.values()]
}

async function weighCrowds(
  load: LoadGenerator,
  contender: Contender,
  wire: 'session' | 'sse',
  plan: IdlePlan,
) {
  const rows: IdleRow[] = []
  const server = await startServer(contender, wire, { tools: 3, isWeighed: true })
  try {
    await load.loop(growth(server))
    for (const what of STEPS[wire]) rows.push(await weighCrowd(load, server, wire, what, plan))
  } catch (error) {
    const none = { rssBytes: [], heapBytes: [], cpuMicros: [], processes: [] }
    const what = STEPS[wire][rows.length] ?? 'streams'
    rows.push({ server: contender.id, what, count: plan.count, ...none, failure: String(error) })
  } finally {
    await load.dismiss()
    await server.stop()
  }
  return rows
}

/** V8's young generation grows to its full size under load, once; otherwise that would be counted per client. */
function growth({ wire, port, path, pid, tools }: RunningServer) {
  const target = { wire, port, path, tools }
  return { target, method: 'tools/call', concurrency: 16, warmMs: 0, runMs: 2_000, pid } as const
}

async function weighCrowd(
  load: LoadGenerator,
  server: RunningServer,
  wire: Wire,
  what: CrowdOrder['what'],
  { first, count }: IdlePlan,
): Promise<IdleRow> {
  const { port, path, tools } = server
  const order = { target: { wire, port, path, tools }, what, atOnce: 16 }
  await load.gather({ ...order, count: first })
  const before = await settle(server)
  await load.gather({ ...order, count })
  const cpuSeconds = weighTree(server.pid).cpuSeconds - before.cpuSeconds
  const after = await settle(server)
  return {
    server: server.contender.id,
    what,
    count,
    rssBytes: [(after.rssBytes - before.rssBytes) / count],
    heapBytes: [(after.heapBytes - before.heapBytes) / count],
    cpuMicros: [(cpuSeconds * 1e6) / count],
    processes: [(after.count - before.count) / count],
  }
}

/** The weight once garbage is gone; the CPU time is taken after that work. */
async function settle(server: RunningServer) {
  await pause(400)
  const heapBytes = await server.heapBytes()
  await pause(200)
  return { ...weighTree(server.pid), heapBytes }
}

function merge(known: IdleRow | undefined, row: IdleRow): IdleRow {
  if (known === undefined) return row
  return {
    ...known,
    ...row,
    rssBytes: [...known.rssBytes, ...row.rssBytes],
    heapBytes: [...known.heapBytes, ...row.heapBytes],
    cpuMicros: [...known.cpuMicros, ...row.cpuMicros],
    processes: [...known.processes, ...row.processes],
  }
}
