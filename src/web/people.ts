import { assets } from '../console/assets.ts'
import { invitedMain } from '../console/pages/invited-page.ts'
import { peopleMain } from '../console/pages/people-page.ts'
import { removePersonMain } from '../console/pages/remove-person-page.ts'
import { frameWords } from '../console/words/frame.ts'
import { peopleWords } from '../console/words/people.ts'
import { AppError } from '../kernel/errors.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'
import { partsOf, refusedBy } from './refused.ts'
import type { PersonVisit, WebRoute } from './visit.ts'

export interface PeopleAround {
  readonly people: Pick<People, 'invitations' | 'invite' | 'list' | 'removable' | 'withdraw'>
  /** Takes a person away with everything that is theirs: connections, linked accounts, sessions. */
  removePerson(by: Person, id: string): Promise<void>
}

/** Who is here, for those who may invite; to a client there is no such page. */
export function peopleRoutes({ people, removePerson }: PeopleAround): readonly WebRoute[] {
  const one = '/console/people/:id/remove'
  return [
    { method: 'GET', path: '/console/people', needs: 'person', handle: (visit) => page(visit) },
    { method: 'POST', path: '/console/people', needs: 'person', handle: invite },
    { method: 'POST', path: '/console/people/withdraw', needs: 'person', handle: withdraw },
    { method: 'GET', path: one, needs: 'person', handle: askToRemove },
    { method: 'POST', path: one, needs: 'person', handle: remove },
  ]

  async function invite(visit: PersonVisit): Promise<Response> {
    const { form, session, lang, base, publicUrl } = visit
    readerOf(visit)
    const name = form.get('name') ?? ''
    const role = form.get('role') === 'member' ? 'member' : 'client'
    try {
      const key = await people.invite(session.person, { role, name })
      const link = `${publicUrl}/console/invite/${key}`
      return visit.page({
        title: peopleWords[lang].invitedTitle,
        main: invitedMain({ lang, base, name, link }),
        scripts: [assets.copyButtons],
      })
    } catch (error) {
      return page(visit, { typed: { name, role }, problem: refusedBy(error) })
    }
  }

  async function withdraw(visit: PersonVisit): Promise<Response> {
    try {
      await people.withdraw(readerOf(visit), visit.form.get('id') ?? '')
      return visit.redirect('/console/people?done=withdrawn')
    } catch (error) {
      return page(visit, { typed: { name: '', role: 'client' }, problem: refusedBy(error) })
    }
  }

  async function askToRemove(visit: PersonVisit): Promise<Response> {
    const { lang, base, csrf } = visit
    const person = await people.removable(readerOf(visit), visit.params.id ?? '')
    return visit.page({
      title: peopleWords[lang].removeTitle,
      main: removePersonMain({ lang, base, csrf, person }),
    })
  }

  async function remove(visit: PersonVisit): Promise<Response> {
    await removePerson(readerOf(visit), visit.params.id ?? '')
    return visit.redirect('/console/people?done=removed')
  }

  async function page(
    visit: PersonVisit,
    again?: { typed: { name: string; role: string }; problem: ReturnType<typeof refusedBy> },
  ): Promise<Response> {
    const { lang, base, csrf, url } = visit
    const reader = readerOf(visit)
    const [listed, invitations] = [await people.list(reader), await people.invitations(reader)]
    const typed = again?.typed ?? { name: '', role: 'client' }
    const done = url.searchParams.get('done') ?? undefined
    const { title } = peopleWords[lang]
    return visit.page({
      title: again === undefined ? title : `${frameWords[lang].error}: ${title}`,
      main: peopleMain({
        lang,
        base,
        csrf,
        reader,
        people: listed,
        invitations,
        typed,
        done,
        problem: again?.problem,
      }),
      ...(again && partsOf(again.problem)),
    })
  }
}

/** Who may see others; for the rest the page does not exist. */
function readerOf({ session }: PersonVisit): Person & { readonly role: 'owner' | 'member' } {
  const { person } = session
  const { role } = person
  if (role !== 'client') return { ...person, role }
  throw new AppError('not_found', 'There is nothing at this address.', { hint: 'Go back to the console.' })
}
