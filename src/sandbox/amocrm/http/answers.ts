import type { ApiProblem } from './problem.ts'
import type { Reply } from './routing.ts'

/** A finished reply, ready to be written. */
export interface Answer {
  readonly status: number
  readonly type?: string
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

export function answerOf({ status, body }: Reply): Answer {
  if (body === undefined) return { status }
  return { status, type: 'application/hal+json', text: JSON.stringify(body) }
}

export function problemAnswer({ status, body }: ApiProblem): Answer {
  return { status, type: 'application/problem+json', text: JSON.stringify(body) }
}

export function jsonAnswer(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', text: JSON.stringify(body) }
}

/** What the web server in front says by itself, without asking the API. */
export function gatewayAnswer(status: number): Answer {
  const title = `${status} ${gatewayTitles.get(status) ?? 'Error'}`
  const text = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n')
  return { status, type: 'text/html', text }
}

const gatewayTitles = new Map([
  [403, 'Forbidden'],
  [413, 'Request Entity Too Large'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Temporarily Unavailable'],
  [504, 'Gateway Time-out'],
])
