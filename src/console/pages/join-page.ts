import { html } from 'hono/html'
import { csrfField, notice, textField, tickField } from '../fields.ts'
import type { Language } from '../language.ts'
import { type Html, prose } from '../prose.ts'
import { type Refused, refusalText } from '../refusal-text.ts'
import { joinWords } from '../words/join.ts'
import { filled } from '../words.ts'

export interface JoinProps {
  readonly lang: Language
  readonly csrf: string
  /** The address of this page, where its form goes back to. */
  readonly action: string
  /** `recover`: the server has an owner already, who sets everything anew. */
  readonly kind: 'setup' | 'recover' | 'invite'
  readonly role: 'owner' | 'member' | 'client'
  /** Who invites. From outside: shown as text, never trusted. */
  readonly inviter: string | undefined
  readonly typed: { readonly login: string; readonly name: string }
  /** Whether a new password of the owner is to end what programs may do. */
  readonly disconnects: boolean
  readonly problem?: Refused | undefined
  /** The name of who is signed in with this browser now. */
  readonly signedInAs: string | undefined
}

export function joinTitle(lang: Language, kind: JoinProps['kind']): string {
  const { setupTitle, recoverTitle, inviteTitle } = joinWords[lang]
  return { setup: setupTitle, recover: recoverTitle, invite: inviteTitle }[kind]
}

/** Where a one-time link leads: somebody chooses how they will sign in. */
export function joinMain(props: JoinProps): Html {
  const { lang, csrf, action, kind, role, typed, disconnects, problem, signedInAs } = props
  const words = joinWords[lang]
  const about = (...reasons: string[]) =>
    problem !== undefined && reasons.includes(problem.reason) ? refusalText(lang, problem) : undefined
  const ofFields = [LOGIN, NAME, PASSWORD].flat()
  return html`<section class="hero narrow">
  <h1>${joinTitle(lang, kind)}</h1>
  <p class="lead">${leadOf(props)}</p>
  <p>${prose(kind === 'invite' ? words.inviteAs[role] : words.setupNote)}</p>
</section>
<section class="narrow card">
  ${signedInAs !== undefined && notice('info', filled(words.signedInAlready, { name: signedInAs }))}
  ${problem !== undefined && !ofFields.includes(problem.reason) && notice('danger', refusalText(lang, problem))}
  <form method="post" action="${action}" class="form">
    ${csrfField(csrf)}
    ${textField({ name: 'name', label: words.name, value: typed.name, autocomplete: 'name', help: words.nameHelp, problem: about(...NAME), maxLength: 100 })}
    ${textField({ name: 'login', label: words.login, value: typed.login, autocomplete: 'username', help: words.loginHelp, problem: about(...LOGIN), maxLength: 200 })}
    ${textField({ name: 'password', label: words.password, type: 'password', autocomplete: 'new-password', help: words.passwordHelp, problem: about(...PASSWORD), minLength: 10 })}
    ${kind === 'recover' && tickField({ name: 'disconnect', label: words.disconnect, help: words.disconnectHelp, isTicked: disconnects })}
    <button type="submit">${{ setup: words.setupSubmit, recover: words.recoverSubmit, invite: words.inviteSubmit }[kind]}</button>
  </form>
</section>`
}

const LOGIN = ['login_taken', 'bad_login']
const NAME = ['bad_name']
const PASSWORD = ['short_password', 'long_password', 'weak_password', 'wrong_password', 'password_fixed']

function leadOf({ lang, kind, inviter }: JoinProps): string {
  const words = joinWords[lang]
  if (kind !== 'invite') return kind === 'setup' ? words.setupLead : words.recoverLead
  return inviter === undefined ? words.inviteLeadUnnamed : filled(words.inviteLead, { inviter })
}
