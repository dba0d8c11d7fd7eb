import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** A PostgreSQL that encrypts, with a certificate that nobody has reason to trust; it can stop offering that. */
export async function openTlsFront(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const near = new URL(databaseUrl)
  const identity = selfSigned()
  const sockets = new Set<Socket>()
  let offersTls = true
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    client.once('data', () => {
      if (!offersTls) return void client.end('N')
      client.write('S')
      const secure = new TLSSocket(client, { isServer: true, ...identity })
      const far = connect(Number(target.port), target.hostname)
      sockets.add(far)
      for (const [from, to] of [
        [secure, far],
        [far, secure],
      ] as const) {
        from.on('error', () => to.destroy())
        from.pipe(to)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  near.port = String((server.address() as AddressInfo).port)
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: near.href,
    /** Cuts what is connected. */
    offer(tls: boolean) {
      offersTls = tls
      endAll()
    },
    async close() {
      endAll()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The least that RFC 5280 calls a certificate, signed by its own key (Ed25519, RFC 8410). */
function selfSigned(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const algorithm = der(0x30, Buffer.from('06032b6570', 'hex'))
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('database')))
  const name = der(0x30, der(0x31, commonName))
  const validity = der(0x30, time('20200101000000Z'), time('20991231235959Z'))
  const version = der(0xa0, der(0x02, Buffer.of(2)))
  const serial = der(0x02, Buffer.of(1))
  const toSign = der(0x30, version, serial, algorithm, name, validity, name, spki(publicKey))
  const signature = der(0x03, Buffer.of(0), sign(null, toSign, privateKey))
  const cert = der(0x30, toSign, algorithm, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert}\n-----END CERTIFICATE-----\n`,
  }
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function time(text: string): Buffer {
  return der(0x18, Buffer.from(text))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}
