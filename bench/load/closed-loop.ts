import { cpuSecondsOf } from '../processes.ts'
import { quantile } from '../statistics.ts'
import type { Method } from './messages.ts'
import { openTalker, type Talker, type Target } from './talkers.ts'

export interface LoopOrder {
  readonly target: Target
  readonly method: Method
  /** Clients at once, each with one request in flight. */
  readonly concurrency: number
  readonly warmMs: number
  readonly runMs: number
  readonly pid: number
}

export interface LoopResult {
  readonly calls: number
  readonly callsPerSecond: number
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly answerBytes: number
  /** Messages for other clients, per call. */
  readonly foreignPerCall: number
}

/** Calls for a while and tells what one call cost. Any wrong answer ends the measurement. */
export async function runClosedLoop(order: LoopOrder): Promise<LoopResult> {
  const { target, method, concurrency, warmMs, runMs, pid } = order
  const talkers = await Promise.all(Array.from({ length: concurrency }, () => openTalker(target, method)))
  const times: number[] = []
  let bytes = 0
  let isCounting = false
  let isOver = false
  const loop = async (talker: Talker) => {
    while (!isOver) {
      const started = performance.now()
      const size = await talker.exchange()
      if (!isCounting) continue
      times.push(performance.now() - started)
      bytes += size
    }
  }
  const loops = Promise.all(talkers.map(loop))
  try {
    await Promise.race([pause(warmMs), loops])
    const foreignBefore = foreignOf(talkers)
    const cpuBefore = cpuSecondsOf(pid)
    const started = performance.now()
    isCounting = true
    await Promise.race([pause(runMs), loops])
    isCounting = false
    const seconds = (performance.now() - started) / 1000
    const cpuSeconds = cpuSecondsOf(pid) - cpuBefore
    const foreign = foreignOf(talkers) - foreignBefore
    isOver = true
    await Promise.race([loops, pause(2_000)])
    const calls = times.length
    if (calls === 0) throw new Error('no call was answered in time')
    times.sort((a, b) => a - b)
    return {
      calls,
      callsPerSecond: calls / seconds,
      cpuMicros: (cpuSeconds * 1e6) / calls,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      answerBytes: bytes / calls,
      foreignPerCall: foreign / calls,
    }
  } finally {
    isOver = true
    for (const talker of talkers) talker.close()
    loops.catch(() => undefined)
  }
}

function foreignOf(talkers: readonly Talker[]): number {
  return talkers.reduce((sum, { foreign }) => sum + foreign, 0)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
