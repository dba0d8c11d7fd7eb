import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from './kernel/errors.ts'

/** The variables of this process; nothing else reads `process.env`. */
export const environment: Readonly<Record<string, string | undefined>> = withFile(process.env)

/** `npm start` and `npm run mostik` read `.env`; a program that is started in any other way is told everything. */
function withFile(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isByHand = ['start', 'mostik'].includes(given.npm_lifecycle_event ?? '')
  if (isByHand && existsSync('.env')) process.loadEnvFile('.env')
  return given
}

const text = z.string().trim().min(1)
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const flag = z
  .enum(['1', '0', 'true', 'false', 'yes', 'no'], 'must be 1 or 0')
  .transform((value) => ['1', 'true', 'yes'].includes(value))

/** The variables of the server itself; each connector adds its own. */
const SERVER = z.object({
  PORT: z.coerce.number('must be a whole number from 0 to 65535').int().min(0).max(65_535).default(8080),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be a full address such as https://crm.example.com' })
    .optional(),
  RENDER_EXTERNAL_URL: text.optional(),
  RAILWAY_PUBLIC_DOMAIN: text.optional(),
  NF_HOSTS: text.optional(),
  FLY_APP_NAME: text.optional(),
  DATA_DIR: text.optional(),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be an address such as postgres://user:password@host/name',
    })
    .optional(),
  MASTER_KEY: text.optional(),
  MASTER_KEY_PREVIOUS: text.optional(),
  JOURNAL_DAYS: z.coerce
    .number('must be a whole number of days, from 1')
    .int()
    .min(1)
    .max(36_500)
    .default(365),
  CALL_LIMITS: text.default(''),
  AUTH: z.enum(['token', 'none'], 'must be token or none').optional(),
  API_TOKEN: z.string().trim().regex(/^\S+$/, 'must not contain spaces').optional(),
  READ_ONLY: flag.default(false),
  DISABLE_TOOLS: list.default([]),
  ALLOWED_HOSTS: list
    .refine((hosts) => hosts.every(isHost), 'must be host names such as crm.example.com, separated by commas')
    .default([]),
  ALLOWED_ORIGINS: list
    .refine(
      (origins) => origins.every(isOrigin),
      'must be origins such as https://app.example.com, separated by commas',
    )
    .default([]),
  DEMO: z.enum(['auto', 'on', 'off'], 'must be auto, on or off').default('auto'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
})

type Server = z.infer<typeof SERVER>

export interface Config extends Omit<Server, 'AUTH'> {
  /** Where people and programs find the server, without a slash at the end; never from a request header. */
  readonly publicUrl: string | undefined
  /** Host names beside loopback that requests may name, and web origins whose pages may call. */
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly auth: { readonly mode: 'token'; readonly token: string } | { readonly mode: 'none' }
  /** Somebody from outside this machine may reach it. */
  readonly exposed: boolean
  /** By connector id: the values of its own variables. */
  readonly connectors: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Reads the environment; an empty value counts as not set.
 * @throws AppError `invalid_input` whose message names the variable and says what it must be
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  connectors: readonly { readonly id: string; readonly variables: z.ZodObject }[] = [],
): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const { AUTH, ...server } = check(SERVER, given)
  const publicUrl = publicUrlOf(server)
  const own = publicUrl === undefined ? undefined : new URL(publicUrl)
  return {
    ...server,
    publicUrl,
    hosts: own === undefined ? server.ALLOWED_HOSTS : [own.hostname, ...server.ALLOWED_HOSTS],
    origins: own === undefined ? server.ALLOWED_ORIGINS : [own.origin, ...server.ALLOWED_ORIGINS],
    auth: authOf(AUTH, server, publicUrl),
    exposed: publicUrl !== undefined || !isLoopback(server.HOST),
    connectors: Object.fromEntries(connectors.map(({ id, variables }) => [id, check(variables, given)])),
  }
}

function isOrigin(text: string): boolean {
  if (text === '*') return true
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '').toLowerCase()
}

function isHost(text: string): boolean {
  return text === '*' || /^[a-z0-9.-]+$/i.test(text) || /^\[[0-9a-f:]+\]$/i.test(text)
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function check<Schema extends z.ZodObject>(schema: Schema, given: Record<string, unknown>): z.infer<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const variable = String(issue?.path[0] ?? 'The environment')
  throw new AppError('invalid_input', `${variable} is wrong: ${issue?.message ?? 'it does not fit'}.`, {
    hint: 'Change it and start again.',
  })
}

/** `PUBLIC_URL`, else what the hosting says of itself. */
function publicUrlOf(server: Omit<Server, 'AUTH'>): string | undefined {
  const { PUBLIC_URL, RENDER_EXTERNAL_URL, RAILWAY_PUBLIC_DOMAIN, NF_HOSTS, FLY_APP_NAME } = server
  const northflank = NF_HOSTS?.split(',')[0]?.trim()
  const url =
    PUBLIC_URL ??
    RENDER_EXTERNAL_URL ??
    (RAILWAY_PUBLIC_DOMAIN && `https://${RAILWAY_PUBLIC_DOMAIN}`) ??
    (northflank && `https://${northflank}`) ??
    (FLY_APP_NAME && `https://${FLY_APP_NAME}.fly.dev`)
  if (url !== undefined && !URL.canParse(url)) {
    throw new AppError('invalid_input', 'The public address that the hosting gives is not an address.', {
      hint: 'Set PUBLIC_URL to the full address of this server, such as https://crm.example.com.',
    })
  }
  return url?.replace(/\/+$/, '')
}

function authOf(
  mode: Server['AUTH'],
  { API_TOKEN, HOST }: Pick<Server, 'API_TOKEN' | 'HOST'>,
  publicUrl: string | undefined,
): Config['auth'] {
  if (mode === 'none' && API_TOKEN !== undefined) {
    throw new AppError('invalid_input', 'AUTH=none and API_TOKEN contradict each other.', {
      hint: 'Remove AUTH to ask for the token, or remove API_TOKEN to let everybody in.',
    })
  }
  if (API_TOKEN !== undefined) return { mode: 'token', token: API_TOKEN }
  if (mode === 'token') {
    throw new AppError('invalid_input', 'AUTH=token needs API_TOKEN.', {
      hint: 'Set API_TOKEN to a long random string, for example the output of: openssl rand -hex 32',
    })
  }
  // A public address means that a proxy stands in front, also of a server on loopback.
  if (mode === 'none' || (isLoopback(HOST) && publicUrl === undefined)) return { mode: 'none' }
  const cause = publicUrl === undefined ? `HOST=${HOST}` : `The public address ${publicUrl}`
  throw new AppError('invalid_input', `${cause} would open the server to anyone who finds its address.`, {
    hint: 'Set API_TOKEN to a long random string, or say AUTH=none if that is what you want.',
  })
}
