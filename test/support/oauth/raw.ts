import { request } from 'node:http'

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Any request with any header, `Host`, `Origin` and `Cookie` included; an open stream is read for a moment only. */
export function raw(
  method: string,
  address: string | URL,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, { method, headers, agent: false }, (incoming) => {
      const answered = new Headers()
      for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
        for (const value of values) answered.append(name, value)
      }
      let text = ''
      const end = () => resolve({ status: incoming.statusCode ?? 0, headers: answered, body: text })
      if (answered.get('content-type')?.startsWith('text/event-stream')) {
        end()
        return void incoming.destroy()
      }
      incoming.setEncoding('utf8')
      incoming.on('data', (part: string) => {
        text += part
      })
      incoming.once('end', end)
      incoming.once('error', reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
