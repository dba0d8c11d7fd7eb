import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A server process under one address, that is killed and started again. */
export interface Replica {
  readonly url: string
  readonly kills: number
  start(): Promise<void>
  /** kill -9, now; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>
}

export async function createReplica(
  environment: Record<string, string>,
  onLog: (line: string) => void,
): Promise<Replica> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let kills = 0

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null) return ending?.exitCode ?? null
    const exited = once(ending, 'exit')
    ending.kill(signal)
    const [code] = await exited
    return code
  }

  return {
    url,
    get kills() {
      return kills
    },
    async start() {
      child = spawn(process.execPath, ['test/chaos/server.ts'], {
        env: { PATH: process.env.PATH, ...environment, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      child.stderr?.setEncoding('utf8').on('data', onLog)
      for (const until = performance.now() + 30_000; performance.now() < until; await pause(20)) {
        if (child.exitCode !== null) throw new Error(`a server ended by itself with ${child.exitCode}`)
        const answer = await fetch(`${url}/readyz`).catch(() => undefined)
        if (answer?.ok) return
      }
      throw new Error('a server did not become ready in 30 s')
    },
    async kill() {
      kills += 1
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
