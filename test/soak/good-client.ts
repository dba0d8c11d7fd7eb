import type { Report } from './report.ts'
import { ask, type Target } from './target.ts'

/** Slower than this, and a platform restarts the server; with room for a machine that others use too. */
const MAX_HEALTH_MS = 8_000

/**
 * A well-behaved client that works all the time while others attack, and a health check beside it. Every call carries
 * a text that exists once, so an answer that belongs to somebody else cannot look right.
 */
export function startGoodClient(target: Target, report: Report): { stop(): Promise<void> } {
  let isStopping = false
  let calls = 0
  let slowest = 0
  let unhealthy = 0

  async function work(worker: number): Promise<void> {
    while (!isStopping && target.isAlive()) {
      calls += 1
      // Ids repeat on purpose between workers: they share the server, not a session.
      const id = calls % 3
      const text = `good ${worker}/${calls}`
      const right = target.name === 'lab' ? await echo(id, text, calls) : await read(id)
      if (right !== undefined) report.fail(`${target.name}: the good client got a wrong answer: ${right}`)
      await pause(15)
    }
  }

  async function echo(id: number, text: string, call: number): Promise<string | undefined> {
    const params = { name: 'lab_get_echo', arguments: { text } }
    // Every fourth call goes through the SDK.
    const meta = call % 4 === 0 ? { _meta: { progressToken: text } } : {}
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, ...meta } })
    const { status, text: answer } = await ask(target, { body })
    const isRight =
      status === 200 &&
      answer.includes(`"structuredContent":{"text":"${text}"}`) &&
      answer.includes(`"id":${id}`)
    return isRight ? undefined : `${status} ${answer.slice(0, 200)}`
  }

  async function read(id: number): Promise<string | undefined> {
    const params = { name: 'amocrm_get_account', arguments: {} }
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })
    const { status, text } = await ask(target, { body })
    const isRight =
      status === 200 && text.startsWith(`{"jsonrpc":"2.0","id":${id},`) && !text.includes('isError')
    return isRight ? undefined : `${status} ${text.slice(0, 300)}`
  }

  async function watchHealth(): Promise<void> {
    while (!isStopping && target.isAlive()) {
      const started = Date.now()
      const { status } = await ask(target, { method: 'GET', path: '/healthz', anonymous: true })
      slowest = Math.max(slowest, Date.now() - started)
      if (status !== 200) unhealthy += 1
      await pause(200)
    }
  }

  const running = Promise.all([work(1), work(2), watchHealth()])
  return {
    async stop() {
      isStopping = true
      await running
      report.line(`${target.name}: good client made ${calls} calls; slowest /healthz ${slowest} ms`)
      report.expect(unhealthy === 0, `${target.name}: /healthz failed ${unhealthy} times`)
      report.expect(slowest < MAX_HEALTH_MS, `${target.name}: /healthz took ${slowest} ms`)
    },
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
