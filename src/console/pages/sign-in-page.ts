import { html } from 'hono/html'
import { csrfField, notice, textField } from '../fields.ts'
import type { Language } from '../language.ts'
import { type Html, prose } from '../prose.ts'
import { type Refused, refusalText } from '../refusal-text.ts'
import { signInWords } from '../words/sign-in.ts'

export interface SignInProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  /** Where to go on afterwards, a path of this server. */
  readonly next?: string | undefined
  /** What was typed before. */
  readonly login?: string | undefined
  readonly problem?: Refused | undefined
  /** Whether anybody can sign in yet. */
  readonly claimed: boolean
  readonly signedOut?: boolean
}

export function signInMain(props: SignInProps): Html {
  const { lang, base, csrf, next, login, problem, claimed, signedOut } = props
  const words = signInWords[lang]
  return html`<section class="hero narrow">
  <h1>${words.title}</h1>
  <p class="lead">${next === undefined ? words.lead : words.leadNext}</p>
</section>
<section class="narrow card">
  ${!claimed && notice('info', words.unclaimed)}
  ${signedOut && notice('good', words.signedOut)}
  ${problem !== undefined && notice('danger', refusalText(lang, problem))}
  <form method="post" action="${base}/console/sign-in" class="form">
    ${csrfField(csrf)}
    ${next !== undefined && html`<input type="hidden" name="next" value="${next}">`}
    ${textField({ name: 'login', label: words.login, value: login ?? '', autocomplete: 'username', maxLength: 200 })}
    ${textField({ name: 'password', label: words.password, type: 'password', autocomplete: 'current-password', focused: problem !== undefined })}
    <button type="submit">${words.submit}</button>
  </form>
  <div class="form" data-passkey="sign-in" data-at="${base}/console/passkeys" data-csrf="${csrf}" data-next="${next ?? ''}"
    data-failed="${words.passkeyFailed}" data-cancelled="${words.passkeyCancelled}" hidden>
    <p class="or">${words.or}</p>
    <button type="button" class="quiet">${words.passkey}</button>
    <p role="alert" data-status data-state="bad"></p>
  </div>
  <details class="aside"><summary>${words.forgotten}</summary><p>${prose(words.forgottenText)}</p></details>
</section>`
}
