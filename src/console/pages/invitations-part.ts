import { html } from 'hono/html'
import { csrfField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { dayOf } from '../when.ts'
import { frameWords } from '../words/frame.ts'
import { peopleWords } from '../words/people.ts'
import { filled } from '../words.ts'

export interface ListedInvitation {
  readonly id: string
  /** As the one who invites has written it: shown as text, never trusted. */
  readonly name: string
  readonly role: 'member' | 'client'
  readonly invitedBy: string
  readonly expiresAt: number
}

type Role = 'owner' | 'member' | 'client'

interface InvitationsProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly reader: { readonly id: string }
  readonly people: readonly { readonly id: string; readonly name: string; readonly role: Role }[]
  readonly invitations: readonly ListedInvitation[]
}

/** The links that still let somebody in, each with a button that ends it; nothing when there are none. */
export function invitationsPart({ lang, base, csrf, reader, people, invitations }: InvitationsProps): Html {
  const words = peopleWords[lang]
  if (invitations.length === 0) return html``
  return html`<section aria-labelledby="invitations">
  <h2 id="invitations">${words.invitationsTitle}</h2>
  <p>${words.invitationsText}</p>
  <ul class="rows card">${invitations.map(row)}</ul>
</section>`

  function row({ id, name, role, invitedBy, expiresAt }: ListedInvitation): Html {
    const inviter = invitedBy === reader.id ? undefined : people.find((person) => person.id === invitedBy)
    const facts = [
      inviter && filled(words.invitedBy, { name: inviter.name || frameWords[lang].roles[inviter.role] }),
      filled(words.until, { date: dayOf(expiresAt, lang) }),
    ].filter(Boolean)
    return html`<li>
  <p><strong>${name}</strong> <span class="badge ${role}">${frameWords[lang].roles[role]}</span><span class="help">${facts.join(' · ')}</span></p>
  <form method="post" action="${base}/console/people/withdraw">${csrfField(csrf)}<input type="hidden" name="id" value="${id}"><button type="submit" class="quiet" aria-label="${words.withdraw}: ${name}">${words.withdraw}</button></form>
</li>`
  }
}
