import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import { silentLog } from '../../../kernel/log.ts'
import type { Tool } from '../../../kernel/tool.ts'
import { createQueues } from '../../../limits/queues.ts'
import { createLocks } from '../../../locks/locks.ts'
import { startAmocrmSandbox } from '../../../sandbox/amocrm/server.ts'
import { type AmocrmClient, createAmocrmClient } from '../client/client.ts'
import { FORBIDDEN, openProxy } from './proxy.ts'

/** A row of the API's own JSON, with the keys that tests look at. */
export interface Row {
  readonly id: number
  readonly name: string
  readonly price: number
  readonly text: string
  readonly currency: string
  readonly subdomain: string
  readonly first_name: string
  readonly pipeline_id: number
  readonly status_id: number
  readonly task_type_id: number
  readonly responsible_user_id: number
  readonly entity_id: number
  readonly entity_type: string
  readonly complete_till: number
  readonly updated_at: number
  readonly params: { readonly text: string }
  readonly custom_fields_values:
    | readonly {
        readonly field_name: string
        readonly field_code: string | null
        readonly values: readonly { readonly value: unknown; readonly enum_code?: string }[]
      }[]
    | null
  readonly _embedded: { readonly [key: string]: readonly Row[] | undefined }
}

const caller = { userId: 'owner', clientId: 'tests', scopes: new Set<string>() }

/** A tool, the real client and the real sandbox, the way a call meets them. One for a test file. */
export async function openStand() {
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: 10_000 })
  const refused = new Set<string>()
  let merged: object | undefined
  const writes = { count: 0, last: Number.POSITIVE_INFINITY }
  const proxy = await openProxy(sandbox.baseUrl, (method, path) => {
    if (method !== 'GET') writes.count += 1
    const isBlind = method === 'GET' && writes.count >= writes.last
    if (isBlind || refused.has(`${method} ${path}`)) return FORBIDDEN
    return path === '/api/v4/leads/complex' && merged ? { status: 200, body: [merged] } : undefined
  })
  const { accessToken } = sandbox
  const { baseUrl } = proxy
  const queue = createQueues({ log: silentLog })('stand', 5_000)
  const lock = createLocks({ log: silentLog })('stand')
  const connect = () => createAmocrmClient({ baseUrl, accessToken, queue, lock, log: silentLog })
  let client = connect()

  async function call<Input extends z.ZodObject, Output extends z.ZodObject>(
    tool: Tool<AmocrmClient, Input, Output>,
    input: z.input<Input>,
  ): Promise<z.infer<Output>> {
    return tool.output.parse(await tool.run(tool.input.parse(input), context()))
  }

  function context() {
    const { signal } = new AbortController()
    return { caller, client, clock: { now: Date.now }, signal, progress() {} }
  }

  async function api(method: string, path: string, body?: unknown): Promise<Row | undefined> {
    const response = await ask(`${baseUrl}/api/v4${path}`, {
      method,
      headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : ((await response.json()) as Row)
  }

  return {
    baseUrl,
    call,
    /** What an earlier call has left, as it is looked for after that call was cut off. */
    async settle<Input extends z.ZodObject, Output extends z.ZodObject>(
      tool: Tool<AmocrmClient, Input, Output>,
      input: z.input<Input>,
      since: number,
    ): Promise<z.infer<Output> | undefined> {
      const output = await tool.settle?.(tool.input.parse(input), context(), since)
      return output && tool.output.parse(output)
    },
    /** The error that a call must end with. */
    async failure<Input extends z.ZodObject, Output extends z.ZodObject>(
      tool: Tool<AmocrmClient, Input, Output>,
      input: z.input<Input>,
    ): Promise<AppError> {
      const error: unknown = await call(tool, input).then(
        () => new Error('the call went well'),
        (reason: unknown) => reason,
      )
      if (error instanceof AppError) return error
      if (error instanceof z.ZodError) return new AppError('invalid_input', error.message)
      throw error
    },
    /** One record by the sandbox's own REST face, without the product. */
    async read(path: string): Promise<Row> {
      const row = await api('GET', path)
      if (row) return row
      throw new Error(`nothing at ${path}`)
    },
    async list(path: string, key: string): Promise<readonly Row[]> {
      return (await api('GET', path))?._embedded[key] ?? []
    },
    /** Puts one record there past the product; its id. */
    async make(path: string, record: object): Promise<number> {
      const reply = await api('POST', path, [record])
      const [row] = Object.values(reply?._embedded ?? {}).flatMap((rows) => rows ?? [])
      return row?.id ?? Number.NaN
    },
    async change(path: string, change: object): Promise<void> {
      await api('PATCH', path, change)
    },
    /** The sandbox's switches. What the product keeps of the account is forgotten. */
    async control(switches: object): Promise<void> {
      const response = await ask(sandbox.controlUrl, { method: 'POST', body: JSON.stringify(switches) })
      if (!response.ok) throw new Error(`the sandbox refused ${JSON.stringify(switches)}`)
      client = connect()
    },
    /** Calls such as `POST /leads/notes` that the user has no right to from now on; none to lift it. */
    refuse(...calls: string[]): void {
      refused.clear()
      for (const call of calls) refused.add(call.replace(' ', ' /api/v4'))
    },
    /** From the next change on nothing can be read any more; `false` lifts it. */
    refuseReadsAfterChange(refuses = true): void {
      writes.last = refuses ? writes.count + 1 : Number.POSITIVE_INFINITY
    },
    /** Duplicate control joins each deal that comes with a new contact to this one; no arguments lift it. */
    mergeInto(lead?: number, contact?: number): void {
      merged =
        lead === undefined
          ? undefined
          : { id: lead, contact_id: contact, company_id: null, request_id: ['0'], merged: true }
    },
    async close(): Promise<void> {
      await proxy.close()
      await sandbox.close()
    },
  }
}

function ask(url: string, init: RequestInit): Promise<Response> {
  // biome-ignore lint/style/noRestrictedGlobals: a test looks at the sandbox past the product's client
  return fetch(url, init)
}

/** A contact as the API takes it. */
export function person(name: string, { phone, email }: { phone?: string; email?: string } = {}): object {
  const points = [
    ...(phone === undefined ? [] : [{ field_code: 'PHONE', values: [{ value: phone }] }]),
    ...(email === undefined ? [] : [{ field_code: 'EMAIL', values: [{ value: email }] }]),
  ]
  return { name, custom_fields_values: points.length > 0 ? points : null }
}
