import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import type { Around } from './around.ts'
import { problemOf } from './problem.ts'

/** What a browser sees of an error that cannot be sent back to the client: a page of ours. Programs get JSON. */
export function renderProblem({ renderError }: Pick<Around, 'renderError'>) {
  return async (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): Promise<void> => {
    if (ctx.oidc.route !== 'authorization' && ctx.oidc.route !== 'resume') {
      ctx.body = out
      return
    }
    const problem = problemOf({ status: ctx.status, ...out }, error)
    const page = await renderError(problem, ctx.req)
    ctx.status = page.status
    // Some of them may stand there already: once is enough.
    page.headers.forEach((value, name) => void ctx.set(name, value))
    ctx.body = await page.text()
  }
}
