import { type Contender, contendersOn, type Wire } from '../contenders.ts'
import type { LoopResult } from '../load/closed-loop.ts'
import type { Method } from '../load/messages.ts'
import type { LoadGenerator } from '../load-generator.ts'
import { type RunningServer, startServer } from '../running-server.ts'

/** One load on one wire that every contender gets. */
export interface Cell {
  readonly wire: Wire
  readonly method: Method
  readonly tools: number
  readonly concurrency: number
}

/** What one server did in one cell: one result per round, in the same order for every server. */
export interface Row extends Cell {
  readonly server: string
  readonly rounds: readonly LoopResult[]
  /** Why there are no rounds. */
  readonly failure?: string
}

export interface CallsPlan {
  readonly cells: readonly Cell[]
  /** Fresh processes. */
  readonly passes: number
  /** Rounds of one pass; the order of servers turns around in every second one. */
  readonly roundsPerPass: number
  readonly warmMs: number
  readonly runMs: number
  /** Starts a process per session up to this many at once. */
  readonly maxSessionProcesses: number
  /** Before the first round, so that the compiler has seen the path. */
  readonly jitMs: number
  /** Leaves the others out. */
  readonly servers?: readonly string[]
}

const JIT_CONCURRENCY = 8

/**
 * All servers of a cell stand idle on one CPU and are called in turn, so that the members of a pair are seconds
 * apart and outside load falls on both.
 */
export async function measureCalls(
  load: LoadGenerator,
  plan: CallsPlan,
  say: (line: string) => void,
): Promise<Row[]> {
  const rounds = new Map<string, LoopResult[]>()
  const failures = new Map<string, string>()
  for (let pass = 0; pass < plan.passes; pass += 1) {
    for (const group of groupsOf(plan.cells)) {
      say(`pass ${pass + 1} of ${plan.passes}: ${group.wire}, ${group.tools.join(' and ')} tools`)
      const servers = await startAll(load, group, plan, (server, error) => {
        failures.set(`${group.wire} ${server}`, String(error))
      })
      try {
        for (let round = 0; round < plan.roundsPerPass; round += 1) {
          for (const cell of group.cells) {
            for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
              if (!takes(server, cell, plan)) continue
              const key = keyOf(cell, server.contender.id)
              if (failures.has(key)) continue
              try {
                const result = await load.loop({
                  ...orderFor(server, cell),
                  warmMs: plan.warmMs,
                  runMs: plan.runMs,
                })
                rounds.set(key, [...(rounds.get(key) ?? []), result])
              } catch (error) {
                failures.set(key, String(error))
              }
            }
          }
        }
      } finally {
        await Promise.all(servers.map((server) => server.stop()))
      }
    }
  }
  return plan.cells.flatMap((cell) =>
    wanted(cell.wire, plan).map(({ id }) => {
      const key = keyOf(cell, id)
      const failure = failures.get(key) ?? failures.get(`${cell.wire} ${id}`)
      return { ...cell, server: id, rounds: rounds.get(key) ?? [], ...(failure !== undefined && { failure }) }
    }),
  )
}

function wanted(wire: Wire, { servers }: CallsPlan): Contender[] {
  return contendersOn(wire).filter(({ id }) => servers?.includes(id) ?? true)
}

interface Group {
  readonly wire: Wire
  readonly tools: readonly number[]
  readonly cells: readonly Cell[]
}

/** Cells that share a wire share their processes. */
function groupsOf(cells: readonly Cell[]): Group[] {
  return [...new Set(cells.map(({ wire }) => wire))].map((wire) => {
    const own = cells.filter((cell) => cell.wire === wire)
    return { wire, tools: [...new Set(own.map(({ tools }) => tools))], cells: own }
  })
}

async function startAll(
  load: LoadGenerator,
  { wire, tools, cells }: Group,
  plan: CallsPlan,
  onFailure: (server: string, error: unknown) => void,
): Promise<RunningServer[]> {
  const servers: RunningServer[] = []
  for (const contender of wanted(wire, plan)) {
    if (!isAffordable(contender, wire, Math.min(...cells.map(({ concurrency }) => concurrency)), plan))
      continue
    for (const count of tools) {
      try {
        const server = await startServer(contender, wire, { tools: count })
        servers.push(server)
        const concurrency = contender.processPerSession?.includes(wire) ? 1 : JIT_CONCURRENCY
        for (const method of new Set(cells.map((cell) => cell.method))) {
          const cell: Cell = { wire, tools: count, method, concurrency }
          await load.loop({ ...orderFor(server, cell), warmMs: 0, runMs: plan.jitMs })
        }
      } catch (error) {
        onFailure(contender.id, error)
      }
    }
  }
  return servers
}

function orderFor(server: RunningServer, { wire, method, tools, concurrency }: Cell) {
  const { port, path, pid } = server
  return { target: { wire, port, path, tools }, method, concurrency, pid }
}

function takes({ contender, tools }: RunningServer, cell: Cell, plan: CallsPlan): boolean {
  return tools === cell.tools && isAffordable(contender, cell.wire, cell.concurrency, plan)
}

function isAffordable(contender: Contender, wire: Wire, concurrency: number, plan: CallsPlan): boolean {
  if (!contender.processPerSession?.includes(wire)) return true
  // Without sessions every request starts a process: 16 at once take seconds to answer at all.
  const most = wire === 'stateless' ? Math.min(1, plan.maxSessionProcesses) : plan.maxSessionProcesses
  return concurrency <= most
}

function keyOf({ wire, method, tools, concurrency }: Cell, server: string): string {
  return [wire, method, tools, concurrency, server].join(' ')
}
