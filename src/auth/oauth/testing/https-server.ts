import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** An https server on loopback under a name of its own; `ca` is what vouches for it. */
export async function startHttpsServer(name: string, listener: RequestListener) {
  const { key, cert } = certificateOf(name)
  const server = createServer({ key, cert }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    ca: cert,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A certificate (RFC 5280) for a name, signed by its own Ed25519 key. */
function certificateOf(name: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const algorithm = sequence(Buffer.from('06032b6570', 'hex'))
  const commonName = sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))
  const subject = sequence(der(0x31, commonName))
  const validity = sequence(...['20200101000000Z', '20991231235959Z'].map((at) => der(0x18, Buffer.from(at))))
  const number = (value: number) => der(0x02, Buffer.of(value))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const body = sequence(der(0xa0, number(2)), number(1), algorithm, subject, validity, subject, spki)
  const signature = der(0x03, Buffer.of(0), sign(null, body, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${sequence(body, algorithm, signature).toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}
