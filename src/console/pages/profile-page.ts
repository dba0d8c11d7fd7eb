import { html } from 'hono/html'
import { csrfField, notice, textField, tickField } from '../fields.ts'
import type { Language } from '../language.ts'
import { type Html, prose } from '../prose.ts'
import { type Refused, refusalText } from '../refusal-text.ts'
import { dayOf } from '../when.ts'
import { profileWords } from '../words/profile.ts'
import { type ListedPasskey, passkeysPart } from './passkeys-part.ts'

export interface ProfileProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  /** Names and logins come from outside: shown as text, never trusted. */
  readonly person: {
    readonly login: string
    readonly name: string
    readonly role: 'owner' | 'member' | 'client'
    readonly createdAt: number
    readonly hasPassword: boolean
  }
  readonly passwordIsFixed: boolean
  readonly passkeys: readonly ListedPasskey[]
  /** Whether a new password is to end what programs may do. */
  readonly disconnects: boolean
  /** What has just been done, by its word in the address. */
  readonly done?: string | undefined
  readonly problem?: (Refused & { readonly at: 'password' | 'passkeys' }) | undefined
}

export function profileMain(props: ProfileProps): Html {
  const { lang, base, csrf, person, done = '' } = props
  const words = profileWords[lang]
  const said: Record<string, string> = words.done
  const news = Object.hasOwn(said, done) ? said[done] : undefined
  return html`<section class="hero narrow">
  <h1>${person.name}</h1>
  <p class="lead">${words.roles[person.role]}</p>
  <dl class="facts"><dt>${words.login}</dt><dd>${person.login}</dd><dt>${words.since}</dt><dd>${dayOf(person.createdAt, lang)}</dd></dl>
  ${news !== undefined && notice('good', news)}
</section>
${passwordPart(props)}
${passkeysPart(props)}
<section class="narrow card" aria-labelledby="elsewhere">
  <h2 id="elsewhere">${words.elsewhereTitle}</h2>
  <p>${words.elsewhereText}</p>
  <form method="post" action="${base}/console/profile/elsewhere">${csrfField(csrf)}<button type="submit" class="quiet">${words.elsewhere}</button></form>
</section>`
}

function passwordPart({
  lang,
  base,
  csrf,
  person,
  passwordIsFixed,
  disconnects,
  problem,
}: ProfileProps): Html {
  const words = profileWords[lang]
  return html`<section class="narrow card" aria-labelledby="password">
  <h2 id="password">${words.passwordTitle}</h2>
  ${bodyOf()}
</section>`

  function bodyOf(): Html {
    if (passwordIsFixed) return html`<p>${prose(words.passwordFixed)}</p>`
    if (!person.hasPassword) return html`<p>${prose(words.noPassword)}</p>`
    const about = (isCurrent: boolean) => {
      if (problem?.at !== 'password' || (problem.reason === 'wrong_current') !== isCurrent) return undefined
      return refusalText(lang, problem)
    }
    // The login is there for password managers, which else would not know whose password changes.
    return html`<p>${words.passwordText}</p>
  <form method="post" action="${base}/console/profile/password" class="form">
    ${csrfField(csrf)}
    <input type="text" name="login" value="${person.login}" autocomplete="username" readonly hidden>
    ${textField({ name: 'current', label: words.current, type: 'password', autocomplete: 'current-password', problem: about(true) })}
    ${textField({ name: 'next', label: words.next, type: 'password', autocomplete: 'new-password', help: words.nextHelp, problem: about(false), minLength: 10 })}
    ${tickField({ name: 'disconnect', label: words.disconnect, help: words.disconnectHelp, isTicked: disconnects })}
    <button type="submit">${words.change}</button>
  </form>`
  }
}
