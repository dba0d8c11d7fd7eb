import { assets } from '../console/assets.ts'
import { profileMain } from '../console/pages/profile-page.ts'
import { frameWords } from '../console/words/frame.ts'
import { profileWords } from '../console/words/profile.ts'
import type { People } from '../people/people.ts'
import { type DisconnectAround, disconnect, wantsDisconnect } from './disconnect.ts'
import { partsOf, refusedBy } from './refused.ts'
import type { PersonVisit, WebRoute } from './visit.ts'

export interface ProfileAround extends DisconnectAround {
  readonly people: Pick<People, 'changePassword' | 'signOutElsewhere' | 'passwordIsFixed'> & {
    readonly passkeys: Pick<People['passkeys'], 'list' | 'remove'>
  }
}

/** What somebody sees and changes of themselves. */
export function profileRoutes(around: ProfileAround): readonly WebRoute[] {
  const { people } = around
  return [
    { method: 'GET', path: '/console/profile', needs: 'person', handle: (visit) => page(visit) },
    { method: 'POST', path: '/console/profile/password', needs: 'person', handle: changePassword },
    { method: 'POST', path: '/console/profile/elsewhere', needs: 'person', handle: signOutElsewhere },
    { method: 'POST', path: '/console/passkeys/remove', needs: 'person', handle: removePasskey },
  ]

  async function changePassword(visit: PersonVisit): Promise<Response> {
    const { form, session, token, from } = visit
    const wish = { current: form.get('current') ?? '', next: form.get('next') ?? '' }
    try {
      await people.changePassword(session.person, wish, token, from)
      if (wantsDisconnect(form)) await disconnect(around, session.person.id)
      return done(visit, 'password')
    } catch (error) {
      const refused = refusedBy(error)
      // The login is not asked for here, so it cannot be wrong.
      const reason = refused.reason === 'wrong_password' ? 'wrong_current' : refused.reason
      return page(visit, { ...refused, reason, at: 'password' })
    }
  }

  async function signOutElsewhere(visit: PersonVisit): Promise<Response> {
    await people.signOutElsewhere(visit.session.person, visit.token)
    return done(visit, 'elsewhere')
  }

  async function removePasskey(visit: PersonVisit): Promise<Response> {
    try {
      await people.passkeys.remove(visit.session.person, visit.form.get('id') ?? '')
      return done(visit, 'passkey-removed')
    } catch (error) {
      return page(visit, { ...refusedBy(error), at: 'passkeys' })
    }
  }

  async function page(
    visit: PersonVisit,
    problem?: ReturnType<typeof refusedBy> & { at: 'password' | 'passkeys' },
  ): Promise<Response> {
    const { lang, base, csrf, session, url } = visit
    const { person } = session
    const passkeys = await people.passkeys.list(person)
    const passwordIsFixed = people.passwordIsFixed(person)
    const done = url.searchParams.get('done') ?? undefined
    const disconnects = wantsDisconnect(visit.form)
    const { title } = profileWords[lang]
    return visit.page({
      title: problem === undefined ? title : `${frameWords[lang].error}: ${title}`,
      main: profileMain({ lang, base, csrf, person, passwordIsFixed, passkeys, disconnects, done, problem }),
      scripts: [assets.passkeys],
      ...(problem && partsOf(problem)),
    })
  }
}

function done(visit: PersonVisit, what: string): Response {
  return visit.redirect(`/console/profile?done=${what}`)
}
