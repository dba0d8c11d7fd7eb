import { answerVisit, type VisitAround } from './answer-visit.ts'
import type { Asked } from './open-visit.ts'
import type { WebRoute } from './visit.ts'

/** A route as the router of the server has it. */
export interface OpenRoute extends Pick<WebRoute, 'method' | 'path' | 'needs'> {
  /** `undefined` when the answer has been written to `outgoing`. */
  open(asked: Asked): Promise<Response | undefined>
}

export function openRoutes(around: VisitAround, routes: readonly WebRoute[]): readonly OpenRoute[] {
  return routes.map((route) => {
    const { method, path, needs } = route
    return { method, path, needs, open: (asked) => answerVisit(around, route, asked) }
  })
}
