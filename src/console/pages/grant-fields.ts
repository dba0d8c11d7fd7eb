import { html } from 'hono/html'
import { notice } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import { dayOf } from '../when.ts'
import { type GrantWords, grantWords } from '../words/grant.ts'
import { filled } from '../words.ts'
import {
  type GrantForm,
  type GrantOptions,
  type Preset,
  presetsOf,
  type Right,
  rightsOfPreset,
  toolsetsToChoose,
} from './grant-form.ts'

export interface GrantFields {
  readonly lang: Language
  /** Unix ms. */
  readonly now: number
  readonly options: GrantOptions
  readonly form: GrantForm
}

/** What, where and until when: the part of a form that grants. Works without a script. */
export function grantFields({ lang, now, options, form }: GrantFields): Html {
  const words = grantWords[lang]
  return html`
${form.problem !== undefined && notice('danger', words.problems[form.problem])}
<fieldset class="choices">
  <legend>${words.what}</legend>
  ${presetsOf(options).map((preset) => presetChoice(preset, { options, form, words }))}
  ${choice({ name: 'preset', value: 'own', isChosen: form.preset === 'own', label: words.presets.own, about: words.ownText })}
  ${singleRights(options, form, words)}
</fieldset>
<fieldset class="choices">
  <legend>${words.where}</legend>
  ${whichAccounts(options, form, words)}
</fieldset>
<fieldset class="choices days">
  <legend>${words.until}</legend>
  ${options.days.map((days) =>
    choice({
      name: 'days',
      value: String(days),
      isChosen: form.days === days,
      label: words.days[days],
      about: days === 0 ? words.forever : filled(words.untilDay, { day: dayOf(now + days * DAY_MS, lang) }),
    }),
  )}
</fieldset>`
}

export const DAY_MS = 24 * 60 * 60_000

/** What may be done, connector by connector; with one alone the page may have named it already. */
export function rightList(groups: GrantOptions['groups'], rights: readonly Right[], isNamed: boolean): Html {
  const given = groups.map(({ title, rights: own }) => ({
    title,
    own: own.filter((right) => rights.includes(right)),
  }))
  return html`${given
    .filter(({ own }) => own.length > 0)
    .map(
      ({ title, own }) =>
        html`<p class="rights">${isNamed && html`<strong>${title}</strong>`}${own.map(
          ({ access, words }) => html`<span class="right ${access}">${words}</span>`,
        )}</p>`,
    )}`
}

type Around = { options: GrantOptions; form: GrantForm; words: GrantWords }

function presetChoice(preset: Preset, { options, form, words }: Around): Html {
  return choice({
    name: 'preset',
    value: preset,
    isChosen: form.preset === preset,
    label: words.presets[preset],
    about: html`${rightList(options.groups, rightsOfPreset(preset, options), options.groups.length > 1)}
      <p>${preset === 'look' ? words.lookLess : words.changeLess}</p>`,
  })
}

function singleRights(options: GrantOptions, form: GrantForm, words: GrantWords): Html {
  return html`<div class="single rights-single"><p class="only">${words.ownOnly}</p>
  ${options.groups.map(
    (group) => html`<fieldset><legend>${group.title}</legend>
    ${group.rights.map(({ scope, words: right }) => tick('scope', scope, form.scopes.has(scope), right))}</fieldset>`,
  )}
  ${toolsetsToChoose(options).map(
    ({ title, toolsets }) => html`<fieldset><legend>${title}: ${words.toolsets}</legend>
    ${toolsets.map(({ name, words: label }) => tick('toolset', name, form.toolsets.has(name), label))}</fieldset>`,
  )}</div>`
}

function whichAccounts({ accounts }: GrantOptions, form: GrantForm, words: GrantWords): Html {
  if (accounts.length === 0)
    return html`<p>${words.noAccounts}</p><input type="hidden" name="accounts" value="all">`
  const isChosen = form.accounts === 'chosen'
  return html`${choice({ name: 'accounts', value: 'all', isChosen: !isChosen, label: words.allAccounts, about: words.allAccountsText })}
  ${choice({ name: 'accounts', value: 'chosen', isChosen, label: words.chosenAccounts })}
  <div class="single accounts-single"><p class="only">${words.chosenOnly}</p>
  ${accounts.map(({ ref, name, host, connector }) =>
    tick('account', ref, form.refs.has(ref), html`${name} <small>${connector} · ${host}</small>`),
  )}</div>`
}

interface Choice {
  readonly name: string
  readonly value: string
  readonly isChosen: boolean
  readonly label: string
  readonly about?: string | Html
}

/** A radio button in a card; the whole card is the button. */
function choice({ name, value, isChosen, label, about }: Choice): Html {
  const id = `${name}-${value}`
  const described = about !== undefined && html` aria-describedby="${id}-about"`
  return html`<div class="option"><input type="radio" id="${id}" name="${name}" value="${value}" required${isChosen && html` checked`}${described}>
  <div><label for="${id}">${label}</label>${about !== undefined && html`<div id="${id}-about" class="about">${about}</div>`}</div></div>`
}

function tick(name: string, value: string, isTicked: boolean, label: string | Html): Html {
  return html`<label class="tick"><input type="checkbox" name="${name}" value="${value}"${isTicked && html` checked`}><span>${label}</span></label>`
}
