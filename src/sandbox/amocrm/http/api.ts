import type { IncomingMessage } from 'node:http'
import { type Refusal, takeRefusal } from '../faults.ts'
import { apiRoutes } from '../routes.ts'
import type { World } from '../world.ts'
import { type Answer, answerOf, gatewayAnswer, problemAnswer } from './answers.ts'
import { readJson } from './body.ts'
import { ApiProblem } from './problem.ts'
import { parseQuery } from './query.ts'
import { routerOf } from './routing.ts'

const route = routerOf(apiRoutes)
const prefix = '/api/v4'

/**
 * Answers one request below `/api/v4`, in the order of the real one: the quota, the token, the account's standing,
 * the route, the body. `beforeEffect` may stop it (and the connection) before anything is changed.
 */
export async function answerApi(
  world: World,
  request: IncomingMessage,
  url: URL,
  beforeEffect: () => void,
): Promise<Answer> {
  world.requests++
  const admitted = world.quota.admit(performance.now())
  const body = await attempt(readJson(request))
  if (admitted !== 'ok') return gatewayAnswer(admitted === 'over' ? 429 : 403)
  try {
    const refusal = takeRefusal(world.faults)
    if (refusal !== undefined) return refused(refusal)
    const userId = authenticate(world, request)
    if (body.error !== undefined) throw body.error
    const method = request.method ?? 'GET'
    const { found, methods } = route(method, url.pathname.slice(prefix.length))
    if (!found)
      throw methods.length > 0 ? new ApiProblem(405, 'Method not allowed') : new ApiProblem(404, 'Not found')
    if (world.usersForbidden && found.route.path.startsWith('/users')) throw new ApiProblem(403, 'Нет прав')
    beforeEffect()
    const reply = found.route.handle({
      account: world.account,
      path: url.pathname,
      params: found.params,
      query: parseQuery(url.search),
      search: url.search,
      body: body.value,
      userId,
      now: world.time.now(),
    })
    return answerOf(reply)
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    return error.status === 413 ? gatewayAnswer(413) : problemAnswer(error)
  }
}

/** The user a token acts for. An admin's token may speak for another user of the account. */
function authenticate({ account, credentials }: World, { headers }: IncomingMessage): number {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? []
  const { 'x-context-user-id': context } = headers
  const user = context === undefined ? account.users.get(account.ownerId) : account.users.get(Number(context))
  if (token !== credentials.accessToken || !user?.is_active) {
    throw new ApiProblem(401, 'Неверный логин или пароль')
  }
  return user.id
}

function refused(kind: Refusal): Answer {
  if (kind === 'unpaid') return problemAnswer(new ApiProblem(402, 'Аккаунт не оплачен'))
  if (kind === 'disabled') return problemAnswer(new ApiProblem(401, 'Интеграция отключена'))
  if (kind === 'blocked') return gatewayAnswer(403)
  return kind === 429 || kind >= 500
    ? gatewayAnswer(kind)
    : problemAnswer(new ApiProblem(kind, 'Request failed'))
}

/** A failure that waits until it is its turn to be told. */
async function attempt(work: Promise<unknown>): Promise<{ value?: unknown; error?: unknown }> {
  try {
    return { value: await work }
  } catch (error) {
    return { error }
  }
}
