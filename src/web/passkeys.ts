import { refusalText } from '../console/refusal-text.ts'
import { AppError } from '../kernel/errors.ts'
import type { People } from '../people/people.ts'
import { type EnterAround, enter, placeAfter } from './enter.ts'
import { refusedBy } from './refused.ts'
import type { PersonVisit, Visit, WebRoute } from './visit.ts'

export interface PasskeysAround extends EnterAround {
  readonly people: Pick<People, 'signOut'> & {
    readonly passkeys: Pick<People['passkeys'], 'registration' | 'register' | 'authentication' | 'signIn'>
  }
}

/**
 * What the script `passkeys` asks for: forms like the others, answered with JSON. A refusal is `{error}` in the words
 * of the reader.
 */
export function passkeyRoutes(around: PasskeysAround): readonly WebRoute[] {
  const { passkeys } = around.people
  const at = '/console/passkeys'
  return [
    { method: 'POST', path: `${at}/registration`, needs: 'person', handle: answered(registration) },
    { method: 'POST', path: `${at}/register`, needs: 'person', handle: answered(register) },
    { method: 'POST', path: `${at}/authentication`, needs: 'nothing', handle: answered(authentication) },
    { method: 'POST', path: `${at}/sign-in`, needs: 'nothing', handle: answered(signIn) },
  ]

  async function registration({ session }: PersonVisit): Promise<Response> {
    return json(await passkeys.registration(session.person))
  }

  async function register({ session, form }: PersonVisit): Promise<Response> {
    await passkeys.register(session.person, { ...answerOf(form), name: form.get('name') ?? '' })
    return json({ done: true })
  }

  async function authentication({ from }: Visit): Promise<Response> {
    return json(await passkeys.authentication(from))
  }

  async function signIn(visit: Visit): Promise<Response> {
    const { form, from, base } = visit
    const cookies = await enter(around, visit, await passkeys.signIn(answerOf(form), from))
    return json({ next: base + placeAfter(form.get('next')) }, { cookies })
  }
}

function answered<V extends Visit>(handle: (visit: V) => Promise<Response>) {
  return async (visit: V): Promise<Response> => {
    try {
      return await handle(visit)
    } catch (error) {
      const { status, ...refused } = refusedBy(error)
      const { retryAfterSeconds } = refused
      return json({ error: refusalText(visit.lang, refused) }, { status, retryAfterSeconds })
    }
  }
}

function answerOf(form: URLSearchParams): { key: string; response: unknown } {
  return { key: form.get('key') ?? '', response: parsed(form.get('response') ?? '') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_input', 'The answer of the passkey is not JSON.', {
      hint: 'Try again from the page.',
      cause: { reason: 'passkey_rejected', error: cause },
    })
  }
}

function json(
  body: object,
  {
    status = 200,
    cookies = [],
    retryAfterSeconds,
  }: { status?: number; cookies?: readonly string[]; retryAfterSeconds?: number | undefined } = {},
): Response {
  const headers = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterSeconds)))
  for (const value of cookies) headers.append('set-cookie', value)
  return Response.json(body, { status, headers })
}
