import { call, list, post, type Reply } from '../rpc.ts'

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** One call of the lab's echo with this token. */
export function echo(home: string, token: string, path = '/mcp', text = 'hello'): Promise<Reply> {
  return post(home + path, call(1, 'lab_get_echo', { text }), bearer(token))
}

/** The status of a call with this token: 200 where it is good. */
export async function statusOf(home: string, token: string, path = '/mcp'): Promise<number> {
  return (await echo(home, token, path)).status
}

export async function toolNames(home: string, token: string, path = '/mcp'): Promise<string[]> {
  const { body } = await post(home + path, list(), bearer(token))
  const { tools = [] } = (body.result ?? {}) as { tools?: { name: string }[] }
  return tools.map(({ name }) => name)
}
