import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a database server that can be cut, or left hanging: then nothing arrives, and no end either. */
export async function openCuttable(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const near = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let state: 'whole' | 'cut' | 'hanging' = 'whole'
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => state === 'hanging' || to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        if (state !== 'hanging') to.destroy()
      })
    }
  })
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  near.port = String((server.address() as AddressInfo).port)
  return {
    url: near.href,
    cut() {
      state = 'cut'
      endAll()
    },
    hang() {
      state = 'hanging'
    },
    mend() {
      if (state === 'hanging') endAll()
      state = 'whole'
    },
    async close() {
      endAll()
      server.close()
      await once(server, 'close')
    },
  }
}
