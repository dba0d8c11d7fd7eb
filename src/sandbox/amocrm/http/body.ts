import type { IncomingMessage } from 'node:http'
import { ApiProblem } from './problem.ts'

/** Bigger bodies are read to the end, so that the refusal arrives, and thrown away. */
const mostBytes = 4 * 1024 * 1024

/** The body as parsed JSON; nothing when there is none. Throws 413 and 400 problems. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= mostBytes) chunks.push(chunk)
  }
  if (size > mostBytes) throw new ApiProblem(413, 'Request entity too large')
  const text = Buffer.concat(chunks).toString('utf8').trim()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiProblem(400, 'Request body is not valid JSON')
  }
}
