import { html } from 'hono/html'
import type { LinkField } from '../../kernel/connector.ts'
import { csrfField, notice, textField } from '../fields.ts'
import type { Language } from '../language.ts'
import type { Html } from '../prose.ts'
import type { AccountsWords } from '../words/accounts.ts'
import { filled } from '../words.ts'

/** The form that links an account, as it stands: at first, or as it was sent and could not be taken. */
export interface LinkForm {
  readonly fields: readonly LinkField[]
  /** What was filled in, by variable; secrets never come back. */
  readonly values: Readonly<Record<string, string>>
  /** By variable. */
  readonly wrong: Readonly<Record<string, 'empty' | 'wrong'>>
  readonly name: string
  readonly problem: Exclude<keyof AccountsWords['problems'], 'empty' | 'gone'> | undefined
}

interface Around {
  readonly words: AccountsWords
  readonly lang: Language
  readonly base: string
  readonly csrf: string
  readonly connector: { readonly id: string; readonly title: string }
  /** Nothing is linked yet: the form is what the card is for. */
  readonly isFirst: boolean
}

export function linkForm(form: LinkForm, around: Around): Html {
  const { words, base, csrf, connector, isFirst } = around
  const isRefused = form.problem !== undefined || Object.keys(form.wrong).length > 0
  const fields = html`<form class="ask" method="post" action="${base}/console/accounts#${connector.id}">
    ${csrfField(csrf)}
    <input type="hidden" name="connector" value="${connector.id}">
    ${isRefused && notice('danger', problemText(form, around))}
    ${form.fields.map((field) => fieldOf(field, form, around))}
    ${textField({
      id: `${connector.id}-name`,
      name: 'name',
      label: words.name,
      value: form.name,
      autocomplete: 'off',
      help: words.nameHelp,
      problem: form.problem === 'bad_name' ? words.problems.bad_name : undefined,
      maxLength: 60,
      optional: true,
    })}
    <div class="answer"><button>${words.linkButton}</button></div>
    <p class="help">${words.linkWait}</p>
  </form>`
  if (isFirst) return html`<div class="linking"><h3>${words.link}</h3>${fields}</div>`
  return html`<details class="linking"${isRefused && html` open`}><summary>${words.linkAnother}</summary>${fields}</details>`
}

function problemText({ problem = 'invalid_input' }: LinkForm, { words, connector }: Around): string {
  return `${filled(words.problems[problem], { title: connector.title })} ${words.again}`
}

function fieldOf(field: LinkField, form: LinkForm, { words, lang, connector }: Around): Html {
  const { variable, isSecret, label, help, wrong } = field
  const trouble = form.wrong[variable]
  return textField({
    id: `${connector.id}-${variable}`,
    name: variable,
    label: label[lang],
    type: isSecret ? 'password' : 'text',
    value: isSecret ? '' : (form.values[variable] ?? ''),
    autocomplete: 'off',
    help: help[lang],
    problem: trouble && (trouble === 'empty' ? words.problems.empty : wrong[lang]),
    maxLength: 8000,
  })
}
