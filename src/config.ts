import { existsSync } from 'node:fs'
import { z } from 'zod'
import { isHost, isOrigin, isRange } from './config/addresses.ts'
import { type Auth, authOf, isForThisMachine } from './config/auth.ts'
import { publicUrlOf, trustedProxies } from './config/public-url.ts'
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
  AUTH: z.enum(['oauth', 'token', 'none'], 'must be oauth, token or none').optional(),
  API_TOKEN: z.string().trim().regex(/^\S+$/, 'must not contain spaces').optional(),
  ADMIN_PASSWORD: z.string().trim().min(10, 'must have 10 characters or more').max(200).optional(),
  ALLOWED_CLIENTS: list
    .refine((hosts) => hosts.every(isHost), 'must be host names such as app.example.com, separated by commas')
    .default([]),
  ALLOWED_REDIRECTS: list
    .refine(
      (uris) => uris.every((uri) => URL.canParse(uri)),
      'must be full addresses such as https://app.example.com/callback, separated by commas',
    )
    .default([]),
  TRUSTED_PROXIES: list
    .refine(
      (ranges) => ranges.every(isRange),
      'must be addresses or ranges such as 10.0.0.0/8, or the words loopback and private, separated by commas',
    )
    .optional(),
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

export interface Config extends Omit<Server, 'AUTH' | 'TRUSTED_PROXIES'> {
  /** Where people and programs find the server, without a slash at the end; never from a request header. */
  readonly publicUrl: string | undefined
  /** Host names beside loopback that requests may name, and web origins whose pages may call. */
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly TRUSTED_PROXIES: readonly string[]
  readonly auth: Auth
  /** Everybody is let in, and nobody has said so: it holds for this machine alone. */
  readonly openUnasked: boolean
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
  const known = publicUrlOf(server)
  const wish = { ...server, AUTH }
  const auth = authOf(wish, known)
  const publicUrl = known ?? (auth.mode === 'oauth' ? ownAddress(server) : undefined)
  const own = publicUrl === undefined ? undefined : new URL(publicUrl)
  return {
    ...server,
    publicUrl,
    hosts: own === undefined ? server.ALLOWED_HOSTS : [own.hostname, ...server.ALLOWED_HOSTS],
    origins: own === undefined ? server.ALLOWED_ORIGINS : [own.origin, ...server.ALLOWED_ORIGINS],
    TRUSTED_PROXIES: trustedProxies(server.TRUSTED_PROXIES, server),
    auth,
    openUnasked: auth.mode === 'none' && AUTH === undefined,
    exposed: !isForThisMachine(wish, known),
    connectors: Object.fromEntries(connectors.map(({ id, variables }) => [id, check(variables, given)])),
  }
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

/** Sign-in needs an address before the server listens; passkeys need a name in it, not a number. */
function ownAddress({ PORT }: Pick<Server, 'PORT'>): string {
  if (PORT > 0) return `http://localhost:${PORT}`
  throw new AppError('invalid_input', 'PORT=0 leaves the address of the sign-in page open.', {
    hint: 'Set PORT to a number, or PUBLIC_URL to the full address.',
  })
}
