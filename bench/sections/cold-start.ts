import { type Contender, contendersOn, FROM_SOURCE, pathOf, type Wire } from '../contenders.ts'
import { openConnection, requestBytes } from '../load/connection.ts'
import { dataOf, openEventStream } from '../load/event-stream.ts'
import { headersFor, initializeFor, requestFor } from '../load/messages.ts'
import { weighTree } from '../processes.ts'
import { pause, spawnServer, stopServer } from '../running-server.ts'

/** From spawn to the first answer that names the server; one value per run. */
export interface ColdRow {
  readonly server: string
  readonly wire: Wire
  readonly ms: readonly number[]
  readonly cpuMs: readonly number[]
  readonly rssBytes: readonly number[]
  readonly processes: number
  readonly failure?: string
}

const TOOLS = 36

export async function measureColdStart(runs: number, say: (line: string) => void): Promise<ColdRow[]> {
  const rows = new Map<string, ColdRow>()
  for (let run = 0; run < runs; run += 1) {
    say(`cold start ${run + 1} of ${runs}`)
    const starts = (['session', 'stateless', 'sse'] as const).flatMap((wire) =>
      [...contendersOn(wire), FROM_SOURCE]
        .filter(({ wires }) => wires.includes(wire))
        .map((contender) => ({ contender, wire })),
    )
    for (const { contender, wire } of run % 2 === 0 ? starts : starts.toReversed()) {
      const key = `${wire} ${contender.id}`
      const known = rows.get(key) ?? {
        server: contender.id,
        wire,
        ms: [],
        cpuMs: [],
        rssBytes: [],
        processes: 0,
      }
      if (known.failure !== undefined) continue
      rows.set(key, { ...known, ...(await startOnce(contender, wire, known)) })
    }
  }
  return [...rows.values()]
}

async function startOnce(contender: Contender, wire: Wire, known: ColdRow): Promise<Partial<ColdRow>> {
  const started = performance.now()
  const { child, port } = await spawnServer(contender, wire, { tools: TOOLS })
  try {
    while (!(await answers(port, wire))) {
      if (performance.now() - started > 20_000) return { failure: 'no answer in 20 s' }
      await pause(3)
    }
    const ms = performance.now() - started
    await pause(300)
    const { cpuSeconds, rssBytes, count } = weighTree(child.pid ?? 0)
    return {
      ms: [...known.ms, ms],
      cpuMs: [...known.cpuMs, cpuSeconds * 1000],
      rssBytes: [...known.rssBytes, rssBytes],
      processes: count,
    }
  } finally {
    await stopServer(child)
  }
}

/** Asks once; false while the server cannot answer yet. */
async function answers(port: number, wire: Wire): Promise<boolean> {
  try {
    return wire === 'sse' ? await answersOverSse(port) : await answersOverPost(port, wire)
  } catch {
    return false
  }
}

async function answersOverPost(port: number, wire: Wire): Promise<boolean> {
  const connection = await openConnection(port)
  try {
    const isModern = wire === 'stateless'
    const body = isModern ? requestFor(wire, 'server/discover') : initializeFor(wire)
    const headers = headersFor(wire, isModern ? 'server/discover' : undefined)
    const answer = await connection.send(requestBytes('POST', pathOf(wire), headers, body))
    return answer.status === 200 && answer.body.includes('"result"')
  } finally {
    connection.close()
  }
}

async function answersOverSse(port: number): Promise<boolean> {
  const stream = await openEventStream(port, pathOf('sse'))
  const answered = new Promise<boolean>((resolve) => {
    stream.onEvent((event) => {
      const data = dataOf(event)
      if (data === undefined) return
      if (!event.includes('event: endpoint')) {
        if (data.includes('"result"')) resolve(true)
        return
      }
      const path = data.replace(/^https?:\/\/[^/]+/, '')
      openConnection(port)
        .then((connection) =>
          connection.send(requestBytes('POST', path, headersFor('sse'), initializeFor('sse'))),
        )
        .catch(() => resolve(false))
    })
  })
  try {
    return await Promise.race([answered, pause(10_000).then(() => false)])
  } finally {
    stream.close()
  }
}
