import type { Account } from '../state.ts'
import type { QueryArray } from './query.ts'

/** One call, after the token was accepted and the body was parsed. */
export interface Call {
  readonly account: Account
  /** The path below the host, without the query: `/api/v4/leads`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: QueryArray
  /** The query as it was sent, for links. */
  readonly search: string
  readonly body: unknown
  /** The user the call acts for. */
  readonly userId: number
  /** Unix seconds. */
  readonly now: number
}

/** `body` absent means an empty reply, as with 204. */
export interface Reply {
  readonly status: number
  readonly body?: unknown
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
  /** Below `/api/v4`. `:id` and `:…_id` match digits, `:name` any one segment, `:type(a|b)` one of the words. */
  readonly path: string
  handle(call: Call): Reply
}

export const noContent: Reply = { status: 204 }

/** A whole-number path parameter. */
export function idParam(call: Call, name = 'id'): number {
  return Number(call.params[name])
}

/** Finds the route of a path; `methods` are those the path has at all, to tell 404 from 405. */
export function routerOf(routes: readonly Route[]) {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }))
  return (method: string, path: string) => {
    const matches = compiled.flatMap(({ route, pattern }) => {
      const match = pattern.exec(path)
      return match ? [{ route, params: { ...match.groups } }] : []
    })
    return {
      methods: matches.map(({ route }) => route.method),
      found: matches.find(({ route }) => route.method === method),
    }
  }
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    const [, name, choices] = /^:(\w+)(?:\((.+)\))?$/.exec(segment) ?? []
    if (name === undefined) return segment
    if (choices !== undefined) return `(?<${name}>${choices})`
    return /(^id|_id)$/.test(name) ? `(?<${name}>\\d{1,15})` : `(?<${name}>[^/]+)`
  })
  return new RegExp(`^${segments.join('/')}/?$`)
}
