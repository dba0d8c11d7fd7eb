import { html } from 'hono/html'
import { csrfField, notice, radioField, textField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { type Refused, refusalText } from '../refusal-text.ts'
import { dayOf } from '../when.ts'
import { frameWords } from '../words/frame.ts'
import { peopleWords } from '../words/people.ts'
import { filled } from '../words.ts'
import { invitationsPart, type ListedInvitation } from './invitations-part.ts'

export interface PeopleProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly reader: { readonly id: string; readonly role: 'owner' | 'member' }
  /** Names and logins come from outside: shown as text, never trusted. */
  readonly people: readonly ListedPerson[]
  readonly invitations: readonly ListedInvitation[]
  readonly typed: { readonly name: string; readonly role: string }
  readonly problem?: Refused | undefined
  /** What has just been done, by its word in the address. */
  readonly done?: string | undefined
}

interface ListedPerson {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: 'owner' | 'member' | 'client'
  readonly invitedBy: string | undefined
  readonly createdAt: number
}

/** Who is here, and the form that invites. */
export function peopleMain(props: PeopleProps): Html {
  const { lang, base, csrf, reader, people, typed, problem, done = '' } = props
  const words = peopleWords[lang]
  const said: Record<string, string> = words.done
  const news = Object.hasOwn(said, done) ? said[done] : undefined
  const isAboutName = problem?.reason === 'bad_name'
  return html`<section class="hero">
  <h1>${words.title}</h1>
  <p class="lead">${words.lead[reader.role]}</p>
  ${news !== undefined && notice('good', news)}
</section>
<section>
  <ul class="rows card">${people.map((person) => row(person, props))}</ul>
</section>
${invitationsPart(props)}
<section class="narrow card" aria-labelledby="invite">
  <h2 id="invite">${words.inviteTitle}</h2>
  <p>${words.inviteText}</p>
  ${problem !== undefined && !isAboutName && notice('danger', refusalText(lang, problem))}
  <form method="post" action="${base}/console/people" class="form">
    ${csrfField(csrf)}
    ${textField({ name: 'name', label: words.name, value: typed.name, autocomplete: 'off', help: words.nameHelp, problem: isAboutName ? refusalText(lang, problem) : undefined, maxLength: 100 })}
    ${
      reader.role === 'owner' &&
      radioField(
        'role',
        words.role,
        [
          { value: 'client', label: words.client, help: words.clientHelp },
          { value: 'member', label: words.member, help: words.memberHelp },
        ],
        typed.role === 'member' ? 'member' : 'client',
      )
    }
    <button type="submit">${words.invite}</button>
  </form>
</section>`
}

function row(person: ListedPerson, { lang, base, reader, people }: PeopleProps): Html {
  const words = peopleWords[lang]
  const { id, login, role, invitedBy, createdAt } = person
  const name = person.name || frameWords[lang].roles[role]
  const inviter = invitedBy === reader.id ? undefined : people.find((other) => other.id === invitedBy)
  const facts = [
    login,
    id === reader.id && words.you,
    inviter && filled(words.invitedBy, { name: inviter.name || frameWords[lang].roles[inviter.role] }),
    filled(words.since, { date: dayOf(createdAt, lang) }),
  ].filter(Boolean)
  return html`<li>
  <p><strong>${name}</strong> <span class="badge ${role}">${frameWords[lang].roles[role]}</span><span class="help">${facts.join(' · ')}</span></p>
  ${id !== reader.id && role !== 'owner' && html`<a class="button quiet" href="${base}/console/people/${encodeURIComponent(id)}/remove" aria-label="${words.remove}: ${name}">${words.remove}</a>`}
</li>`
}
