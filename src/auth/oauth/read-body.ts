import type { IncomingMessage } from 'node:http'

/** No form and no registration of a real client comes near it. */
const LIMIT = 64 * 1024

/** The body of a request; nothing when it is longer than anybody needs, and then the rest of it is not read. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LIMIT) return undefined
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > LIMIT) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
