import { AppError } from '../kernel/errors.ts'

interface Settings {
  readonly PUBLIC_URL?: string | undefined
  readonly RENDER_EXTERNAL_URL?: string | undefined
  readonly RAILWAY_PUBLIC_DOMAIN?: string | undefined
  readonly NF_HOSTS?: string | undefined
  readonly FLY_APP_NAME?: string | undefined
}

/** `PUBLIC_URL`, else what the hosting says of itself; without a slash at the end. @throws AppError `invalid_input` */
export function publicUrlOf(settings: Settings): string | undefined {
  const url = settings.PUBLIC_URL ?? hostingUrlOf(settings)
  if (url !== undefined && !URL.canParse(url)) {
    throw new AppError('invalid_input', 'The public address that the hosting gives is not an address.', {
      hint: 'Set PUBLIC_URL to the full address of this server, such as https://crm.example.com.',
    })
  }
  return url?.replace(/\/+$/, '')
}

/**
 * `TRUSTED_PROXIES`, else those of the hosting: it lets nobody in but through them, and they come from its own
 * networks, also where the public address is a name of one's own.
 */
export function trustedProxies(given: readonly string[] | undefined, settings: Settings): readonly string[] {
  return given ?? (hostingUrlOf(settings) === undefined ? [] : ['loopback', 'private'])
}

function hostingUrlOf(settings: Settings): string | undefined {
  const { RENDER_EXTERNAL_URL, RAILWAY_PUBLIC_DOMAIN, NF_HOSTS, FLY_APP_NAME } = settings
  const northflank = NF_HOSTS?.split(',')[0]?.trim()
  return (
    RENDER_EXTERNAL_URL ??
    (RAILWAY_PUBLIC_DOMAIN && `https://${RAILWAY_PUBLIC_DOMAIN}`) ??
    (northflank && `https://${northflank}`) ??
    (FLY_APP_NAME && `https://${FLY_APP_NAME}.fly.dev`)
  )
}
