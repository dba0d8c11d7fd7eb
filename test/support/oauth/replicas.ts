import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { engines } from '../../../src/store/testing/engines.ts'
import { type OauthStack, type StackOptions, startOauthStack } from './stack.ts'

/** Several processes over one PostgreSQL behind one address, which hands each request to whom it is told. */
export interface Replicas {
  readonly url: string
  readonly all: readonly OauthStack[]
  /** Who answers from now on; without a number each request goes to the next one. */
  to(index?: number): void
  close(): Promise<void>
}

export async function startReplicas(count: number, options: StackOptions = {}): Promise<Replicas> {
  const postgres = engines.find(({ name }) => name === 'postgres')
  const { databaseUrl = '' } = (await postgres?.fresh()) ?? {}
  const all: OauthStack[] = []
  const ports: number[] = []
  let fixed: number | undefined
  let turn = 0

  const front = createServer((incoming, outgoing) => {
    const index = fixed ?? turn++ % count
    const passed = request(
      {
        port: ports[index],
        host: '127.0.0.1',
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  for (let index = 0; index < count; index++) {
    const stack = await startOauthStack({ ...options, place: { DATABASE_URL: databaseUrl }, publicUrl: url })
    all.push(stack)
    ports.push(stack.port)
  }
  return {
    url,
    all,
    to(index) {
      fixed = index
    },
    async close() {
      front.closeAllConnections()
      await new Promise((resolve) => front.close(resolve))
      await Promise.all(all.map((stack) => stack.close()))
    },
  }
}
