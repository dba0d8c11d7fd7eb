import type { People } from '../people/people.ts'
import { cookieValue } from './cookies.ts'
import { checkForm } from './csrf.ts'
import { readForm } from './form.ts'
import { type Addresses, type Asked, personVisit, strangerVisit } from './open-visit.ts'
import { type TroubleAround, troublePage } from './trouble.ts'
import type { Visit, WebRoute } from './visit.ts'

export interface VisitAround extends Addresses, TroubleAround {
  readonly people: Pick<People, 'session'>
}

/** Who is it, may they be here, is the form from our own page; then the route answers. */
export async function answerVisit(
  around: VisitAround,
  route: WebRoute,
  asked: Asked,
): Promise<Response | undefined> {
  let visit = strangerVisit(around, asked)
  try {
    const token = cookieValue(visit.publicUrl, 'session', asked.incoming.headers.cookie)
    const session = await around.people.session(token)
    if (session !== undefined && token !== undefined) visit = personVisit(around, asked, { session, token })
    return await answerAs(visit, route)
  } catch (error) {
    return troublePage(around, visit, error)
  }
}

async function answerAs(visit: Visit, route: WebRoute): Promise<Response | undefined> {
  const { session, token } = visit
  if (route.needs === 'nothing') return route.handle({ ...visit, form: await checkedForm(visit, route) })
  if (session === undefined || token === undefined) return toSignIn(visit, route)
  return route.handle({ ...visit, session, token, form: await checkedForm(visit, route) })
}

/** Only what was opened can be opened again: a form that was sent without a session is lost. */
function toSignIn(visit: Visit, { method }: WebRoute): Response {
  const { pathname, search } = visit.url
  const next = method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : ''
  return visit.redirect(`/console/sign-in${next}`)
}

async function checkedForm(visit: Visit, { method }: WebRoute): Promise<URLSearchParams> {
  if (method === 'GET') return visit.form
  const { request, incoming, publicUrl, session } = visit
  const form = await readForm(request)
  const expected = session?.csrf ?? cookieValue(publicUrl, 'form', incoming.headers.cookie)
  checkForm(incoming, expected, form.get('_csrf'))
  return form
}
