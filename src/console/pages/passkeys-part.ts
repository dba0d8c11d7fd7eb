import { html } from 'hono/html'
import { csrfField, notice, textField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { type Refused, refusalText } from '../refusal-text.ts'
import { dayOf } from '../when.ts'
import { profileWords } from '../words/profile.ts'
import { filled } from '../words.ts'

export interface ListedPasskey {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly usedAt: number | undefined
}

interface PasskeysProps {
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly passkeys: readonly ListedPasskey[]
  readonly problem?: (Refused & { readonly at: string }) | undefined
}

/** A person's passkeys. They are listed and removed without a script; making one takes the script `passkeys`. */
export function passkeysPart({ lang, base, csrf, passkeys, problem }: PasskeysProps): Html {
  const words = profileWords[lang]
  return html`<section class="narrow card" aria-labelledby="passkeys">
  <h2 id="passkeys">${words.passkeysTitle}</h2>
  <p>${words.passkeysText}</p>
  ${problem?.at === 'passkeys' && notice('danger', refusalText(lang, problem))}
  ${passkeys.length === 0 ? html`<p>${words.passkeysNone}</p>` : html`<ul class="rows">${passkeys.map(row)}</ul>`}
  <noscript><p class="help">${words.passkeysNeedScript}</p></noscript>
  <p class="help" data-passkey-unsupported hidden>${words.passkeysUnsupported}</p>
  <form class="form" data-passkey="register" data-at="${base}/console/passkeys" data-csrf="${csrf}"
    data-done="${base}/console/profile?done=passkey-added" data-failed="${words.passkeyFailed}" data-cancelled="${words.passkeyCancelled}" hidden>
    ${textField({ name: 'passkey-name', label: words.passkeyName, autocomplete: 'off', help: words.passkeyNameHelp, maxLength: 100 })}
    <button type="submit">${words.passkeyAdd}</button>
    <p role="alert" data-status data-state="bad"></p>
  </form>
</section>`

  function row({ id, name, createdAt, usedAt }: ListedPasskey): Html {
    const used = usedAt === undefined ? words.unused : filled(words.used, { date: dayOf(usedAt, lang) })
    return html`<li>
    <p><strong>${name}</strong><span class="help">${filled(words.added, { date: dayOf(createdAt, lang) })}, ${used}</span></p>
    <form method="post" action="${base}/console/passkeys/remove">${csrfField(csrf)}<input type="hidden" name="id" value="${id}"><button type="submit" class="quiet" aria-label="${words.removeKey}: ${name}">${words.removeKey}</button></form>
  </li>`
  }
}
