import { assets } from '../console/assets.ts'
import { signInMain } from '../console/pages/sign-in-page.ts'
import { frameWords } from '../console/words/frame.ts'
import { signInWords } from '../console/words/sign-in.ts'
import type { People } from '../people/people.ts'
import { noCookie } from './cookies.ts'
import { type EnterAround, enter, placeAfter } from './enter.ts'
import { ownPath } from './own-path.ts'
import { partsOf, refusedBy } from './refused.ts'
import type { PersonVisit, Visit, WebRoute } from './visit.ts'

export interface SignInAround extends EnterAround {
  readonly people: Pick<People, 'isClaimed' | 'signIn' | 'signOut'>
}

/** The way in by password, and the way out. */
export function signInRoutes(around: SignInAround): readonly WebRoute[] {
  const { people } = around
  return [
    { method: 'GET', path: '/console/sign-in', needs: 'nothing', handle: show },
    { method: 'POST', path: '/console/sign-in', needs: 'nothing', handle: signIn },
    { method: 'POST', path: '/console/sign-out', needs: 'person', handle: signOut },
    {
      method: 'GET',
      path: '/console',
      needs: 'person',
      handle: async (visit) => visit.redirect('/console/accounts'),
    },
  ]

  async function show(visit: Visit): Promise<Response> {
    const { searchParams } = visit.url
    if (visit.session !== undefined) return visit.redirect(placeAfter(searchParams.get('next')))
    return page(visit, searchParams, { signedOut: searchParams.has('signed-out') })
  }

  async function signIn(visit: Visit): Promise<Response> {
    const { form, from } = visit
    const login = form.get('login') ?? ''
    const password = form.get('password') ?? ''
    try {
      const cookies = await enter(around, visit, await people.signIn({ login, password }, from))
      return visit.redirect(placeAfter(form.get('next')), cookies)
    } catch (error) {
      return page(visit, form, { problem: refusedBy(error), login })
    }
  }

  async function signOut(visit: PersonVisit): Promise<Response> {
    await people.signOut(visit.token)
    return visit.redirect('/console/sign-in?signed-out=1', [noCookie(visit.publicUrl, 'session')])
  }

  async function page(
    visit: Visit,
    asked: URLSearchParams,
    said: { problem?: ReturnType<typeof refusedBy>; login?: string; signedOut?: boolean },
  ): Promise<Response> {
    const { lang, base, csrf } = visit
    const { title } = signInWords[lang]
    const claimed = await people.isClaimed()
    return visit.page({
      title: said.problem === undefined ? title : `${frameWords[lang].error}: ${title}`,
      main: signInMain({ lang, base, csrf, claimed, next: ownPath(asked.get('next')), ...said }),
      scripts: [assets.passkeys],
      ...(said.problem && partsOf(said.problem)),
    })
  }
}
