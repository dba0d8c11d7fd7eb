import { send } from './garbage.ts'
import { initialize } from './messages.ts'
import type { Report } from './report.ts'
import { ask, type Target } from './target.ts'

/** Reachable without a token; everything else has to refuse. */
const OPEN = new Set(['/', '/docs', '/openapi.json', '/healthz', '/health', '/readyz'])
const PATHS = [
  ...OPEN,
  ...[
    '/mcp',
    '/mcp/',
    '/mcp/sse',
    '/mcp/messages',
    '/sse',
    '/sse/',
    '/messages',
    '/amocrm/mcp',
    '/amocrm/sse',
  ],
  ...[
    '/api/tools',
    '/api/tools/',
    '/api/tools/amocrm_get_account',
    '/api/tools/%E0%A4%A',
    '/assets/..%2fmcp',
  ],
  ...['//mcp', '///mcp', '/./mcp', '/x/../mcp', '/%6dcp', '/mcp%2f', '/MCP', '/mcp%00', '/mcp;x', '/mcp%20'],
  ...[
    '/assets/../mcp',
    '/assets/%2e%2e/mcp',
    '/docs/../mcp',
    '/healthz/../mcp',
    '/healthz/%2e%2e/mcp',
    '/docs%2f..%2fmcp',
  ],
  ...[
    '/metrics',
    '/console',
    '/.env',
    '/oauth/token',
    '/.well-known/oauth-protected-resource',
    '/favicon.ico',
  ],
]
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'PURGE',
]

/** Every path by every method, without the token (must refuse) and with it (must answer, never 5xx). */
export async function walkPaths(target: Target, report: Report): Promise<void> {
  let asked = 0
  for (const path of PATHS) {
    for (const method of METHODS) {
      for (const anonymous of [true, false]) {
        asked += 1
        const body = ['POST', 'PUT', 'PATCH'].includes(method) ? JSON.stringify(initialize()) : undefined
        const accept = { accept: 'application/json' }
        const options = { method, path, anonymous, headers: accept, timeoutMs: 3_000, ...(body && { body }) }
        const { status, text } = await ask(target, options)
        const what = `${target.name}: ${method} ${path} ${anonymous ? 'without' : 'with'} the token: ${status} ${text.slice(0, 120)}`
        report.expect(status < 500, what)
        // Event streams stay open, so silence is right for those who are let in.
        if ((anonymous && target.token !== undefined) || !/sse/.test(path)) report.expect(status > 0, what)
        const isOpen = OPEN.has(path) || method === 'OPTIONS'
        if (anonymous && target.token !== undefined && !isOpen)
          report.expect([400, 401, 404, 405].includes(status), `LET IN ${what}`)
      }
    }
  }
  report.line(`${target.name}: ${asked} requests to all paths by all methods`)
}

const GOOD_HOSTS = ['localhost', 'LOCALHOST', 'localhost:1', '127.0.0.1', '[::1]', '[::1]:80']
const BAD_HOSTS = [
  ...[
    'evil.example.com',
    'localhost.evil.example.com',
    'evil.example.com:80',
    '',
    'localhost@evil.example.com',
  ],
  ...[
    'evil@localhost',
    'localhost/x',
    'localhost#x',
    'localhost?x',
    'localhost\\x',
    'localhost:99999',
    '0.0.0.0',
  ],
  ...[
    'localhost evil.example.com',
    '[::ffff:127.0.0.1]',
    '127.0.0.1.evil.example.com',
    'localhost%00',
    'localhost,evil',
  ],
]
const GOOD_ORIGINS = ['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:9']
const BAD_ORIGINS = [
  ...[
    'null',
    'https://evil.example.com',
    'http://localhost@evil.example.com',
    'http://localhost.evil.example.com',
  ],
  ...[
    'http://127.0.0.1.evil.example.com',
    'file://',
    'javascript:localhost',
    '',
    'http://evil@localhost.example.com',
  ],
  'localhost',
]

/** `Host` and `Origin` as rebinding pages and foreign sites would send them, and request smuggling. */
export async function playHosts(target: Target, report: Report): Promise<void> {
  const body = JSON.stringify(initialize())
  const token = target.token === undefined ? '' : `Authorization: Bearer ${target.token}\r\n`
  const raw = async (head: string, more = '') => {
    const text = await send(
      target,
      `POST /mcp HTTP/1.1\r\n${head}\r\n${token}Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`,
      1_500,
    )
    return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)
  }
  for (const host of GOOD_HOSTS) {
    const status = await raw(`Host: ${host}`)
    report.expect(status === 200, `${target.name}: Host ${host} was refused: ${status}`)
  }
  for (const host of BAD_HOSTS) {
    const status = await raw(`Host: ${host}`)
    report.expect([400, 403].includes(status), `${target.name}: Host ${host} was let in: ${status}`)
  }
  for (const origin of GOOD_ORIGINS) {
    const status = await raw('Host: localhost', `Origin: ${origin}\r\n`)
    report.expect(status === 200, `${target.name}: Origin ${origin} was refused: ${status}`)
  }
  for (const origin of BAD_ORIGINS) {
    const status = await raw('Host: localhost', `Origin: ${origin}\r\n`)
    report.expect(status === 403, `${target.name}: Origin ${origin} was let in: ${status}`)
  }
  await smuggle(target, report)
}

/** Two readings of one request: the connection ends with 400, and the hidden request is not served. */
async function smuggle(target: Target, report: Report): Promise<void> {
  const hidden = 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const heads = [
    `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
    `Content-Length: 0\r\nContent-Length: 44\r\n\r\n${hidden}`,
    `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `Content-Length: +0\r\n\r\n${hidden}`,
    `X: a\nContent-Length: 0\r\n\r\n${hidden}`,
  ]
  for (const head of heads) {
    const text = await send(target, `POST /docs HTTP/1.1\r\nHost: localhost\r\n${head}`, 400)
    report.expect(
      !text.includes('"openapi"'),
      `${target.name}: a hidden request was served: ${JSON.stringify(head)}`,
    )
  }
}
