/** The text that each program wants, for one server address. `token` is what stands in its place, or nothing to omit it. */

export function cursorFile(url: string, token: string | false): string {
  const headers = token !== false && { headers: { Authorization: `Bearer <${token}>` } }
  return JSON.stringify({ mcpServers: { mostik: { url, ...headers } } }, undefined, 2)
}

/** Opens Cursor with the server filled in (cursor.com/docs/mcp/install-links): the settings travel as base64 JSON. */
export function cursorLink(url: string): string {
  const config = Buffer.from(JSON.stringify({ url })).toString('base64')
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=mostik&config=${encodeURIComponent(config)}`
}

/** VS Code asks for the token itself, so that no file holds it. */
export function vscodeFile(url: string, question: string | false): string {
  const server = { type: 'http', url }
  if (question === false) return JSON.stringify({ servers: { mostik: server } }, undefined, 2)
  const input = { type: 'promptString', id: 'mostik-token', description: question, password: true }
  const headers = { Authorization: `Bearer \${input:${input.id}}` }
  return JSON.stringify({ inputs: [input], servers: { mostik: { ...server, headers } } }, undefined, 2)
}

export function vscodeLink(url: string): string {
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: 'mostik', type: 'http', url }))}`
}

export function claudeCodeCommand(url: string, token: string | false): string {
  const header = token === false ? '' : ` --header "Authorization: Bearer <${token}>"`
  return `claude mcp add --transport http mostik ${url}${header}`
}

export function curlCommand(url: string, body: string, secured: boolean): string {
  const token = secured ? ' \\\n  -H "Authorization: Bearer $API_TOKEN"' : ''
  const quoted = body.replaceAll("'", String.raw`'\''`)
  return `curl -X POST ${url}${token} \\\n  -H "Content-Type: application/json" \\\n  -d '${quoted}'`
}
