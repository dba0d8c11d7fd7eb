import { AppError } from '../kernel/errors.ts'
import type { WebRoute } from './visit.ts'

/** Every other address of the console, after all of its pages. */
export function elsewhereRoutes(): readonly WebRoute[] {
  return [
    {
      method: 'GET',
      path: '/console/*',
      needs: 'person',
      async handle() {
        throw new AppError('not_found', 'There is no such page.')
      },
    },
  ]
}
