import { AppError } from '../kernel/errors.ts'
import { isLoopback } from './addresses.ts'

/** Who is let in. `oauth`: people sign in and allow programs; a token that is set is one more way in. */
export type Auth =
  | { readonly mode: 'oauth'; readonly token: string | undefined }
  | { readonly mode: 'token'; readonly token: string }
  | { readonly mode: 'none' }

interface Settings {
  readonly AUTH?: Auth['mode'] | undefined
  readonly API_TOKEN?: string | undefined
  readonly ADMIN_PASSWORD?: string | undefined
  readonly HOST: string
  readonly ALLOWED_HOSTS: readonly string[]
  readonly TRUSTED_PROXIES?: readonly string[] | undefined
}

/** @throws AppError `invalid_input` where the settings contradict each other, or would let strangers in */
export function authOf(settings: Settings, publicUrl: string | undefined): Auth {
  const { AUTH: said, API_TOKEN, ADMIN_PASSWORD } = settings
  checkTogether(settings)
  if (said === 'none') return { mode: said }
  const mode = said ?? (ADMIN_PASSWORD === undefined ? undefined : 'oauth')
  const isPrivate = isForThisMachine(settings, publicUrl)
  const canSignIn = isPrivate || (publicUrl !== undefined && isSafe(publicUrl))
  if (mode === 'oauth' && !canSignIn) throw noSignIn(settings, publicUrl)
  if (mode === 'oauth' || (mode === undefined && !isPrivate && canSignIn)) {
    return { mode: 'oauth', token: API_TOKEN }
  }
  if (API_TOKEN !== undefined) return { mode: 'token', token: API_TOKEN }
  if (isPrivate) return { mode: 'none' }
  throw noSignIn(settings, publicUrl)
}

/**
 * Whether nobody from outside is meant to reach the server. A public address, a host name of its own or a trusted proxy
 * mean that one stands in front, also of a server that listens on loopback.
 */
export function isForThisMachine(settings: Settings, publicUrl: string | undefined): boolean {
  return publicUrl === undefined && openedBy(settings) === undefined
}

/** The setting by which others may reach the server, as it is put to people. */
function openedBy({ HOST, ALLOWED_HOSTS, TRUSTED_PROXIES = [] }: Settings): string | undefined {
  if (!isLoopback(HOST)) return `HOST=${HOST}`
  const host = ALLOWED_HOSTS.find((name) => !isLoopback(name.toLowerCase()))
  if (host !== undefined) return `ALLOWED_HOSTS=${host}`
  return TRUSTED_PROXIES.length > 0 ? `TRUSTED_PROXIES=${TRUSTED_PROXIES[0]}` : undefined
}

function checkTogether({ AUTH: mode, API_TOKEN, ADMIN_PASSWORD }: Settings): void {
  if (mode === 'none' && API_TOKEN !== undefined) {
    throw new AppError('invalid_input', 'AUTH=none and API_TOKEN contradict each other.', {
      hint: 'Remove AUTH to ask for the token, or remove API_TOKEN to let everybody in.',
    })
  }
  if (mode === 'token' && API_TOKEN === undefined) {
    throw new AppError('invalid_input', 'AUTH=token needs API_TOKEN.', {
      hint: 'Set API_TOKEN to a long random string, for example the output of: openssl rand -hex 32',
    })
  }
  if (ADMIN_PASSWORD !== undefined && (mode === 'none' || mode === 'token')) {
    const without = mode === 'none' ? 'let everybody in' : 'ask for the token alone'
    throw new AppError('invalid_input', `AUTH=${mode} and ADMIN_PASSWORD contradict each other.`, {
      hint: `Set AUTH=oauth to have people sign in, or remove ADMIN_PASSWORD to ${without}.`,
    })
  }
}

/** Passwords and cookies travel on it: https, or plain http that stays on the machine. */
function isSafe(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  return protocol === 'https:' || isLoopback(hostname)
}

function noSignIn(settings: Settings, publicUrl: string | undefined): AppError {
  const cause =
    publicUrl === undefined ? `${openedBy(settings)} without PUBLIC_URL` : `The public address ${publicUrl}`
  const also = settings.ADMIN_PASSWORD === undefined ? '' : ' ADMIN_PASSWORD goes with signing in alone.'
  return new AppError('invalid_input', `${cause} does not let people sign in safely.`, {
    hint: `Set PUBLIC_URL to the https address that people use. On a network of your own: set API_TOKEN to a long random string with AUTH=token, or say AUTH=none to let everybody in.${also}`,
  })
}
