import { html } from 'hono/html'
import { type Html, prose } from './prose.ts'

interface TextField {
  readonly name: string
  readonly label: string
  /** What stands in it: whatever was typed before, never a password. */
  readonly value?: string
  readonly type?: 'text' | 'password'
  /** For password managers (HTML §4.10.18.7), such as `username` or `new-password`. */
  readonly autocomplete: string
  /** Sentences of ours; `back ticks` mark what is typed. */
  readonly help?: string | undefined
  /** What is wrong with the value. */
  readonly problem?: string | undefined
  readonly maxLength?: number
  readonly minLength?: number
  /** Where two forms of one page have a field of the same name. */
  readonly id?: string
  readonly optional?: boolean
  /** Where the reader goes on; a field with a problem is it anyway. */
  readonly focused?: boolean
}

/** A labelled line of text, with its help and what is wrong with it where screen readers find both. */
export function textField(field: TextField): Html {
  const { name, label, value = '', type = 'text', autocomplete, help, problem, id = name } = field
  const described = [problem && `${id}-problem`, help && `${id}-help`].filter(Boolean).join(' ')
  const wrong = problem !== undefined && html` aria-invalid="true"`
  const focused = (problem !== undefined || field.focused) && html` autofocus`
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${problem !== undefined && html`<p class="problem" id="${id}-problem">${problem}</p>`}
    <input id="${id}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" spellcheck="false" autocapitalize="${name === 'name' ? 'words' : 'none'}"${limits(field)}${!field.optional && html` required`}${described !== '' && html` aria-describedby="${described}"`}${wrong}${focused}>
    ${help !== undefined && html`<p class="help" id="${id}-help">${prose(help)}</p>`}
  </div>`
}

function limits({ minLength, maxLength }: TextField): Html {
  return html`${minLength !== undefined && html` minlength="${minLength}"`}${maxLength !== undefined && html` maxlength="${maxLength}"`}`
}

interface Choice {
  readonly value: string
  readonly label: string
  readonly help?: string
}

/** One of a few, each with a line that says what it means. */
export function radioField(name: string, legend: string, choices: readonly Choice[], chosen: string): Html {
  return html`<fieldset class="field"><legend>${legend}</legend>${choices.map(({ value, label, help }) => {
    const checked = value === chosen && html` checked`
    return html`<label class="choice"><input type="radio" name="${name}" value="${value}"${checked}><span><span class="choice-label">${label}</span>${help !== undefined && html`<span class="help">${help}</span>`}</span></label>`
  })}</fieldset>`
}

/** Something that is done too when it is ticked, with a line that says what it means. */
export function tickField(field: {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly isTicked: boolean
}): Html {
  const { name, label, help, isTicked } = field
  return html`<label class="choice"><input type="checkbox" name="${name}" value="yes"${isTicked && html` checked`}><span><span class="choice-label">${label}</span><span class="help">${help}</span></span></label>`
}

/** Proves that a form comes from one of our pages. */
export function csrfField(csrf: string): Html {
  return html`<input type="hidden" name="_csrf" value="${csrf}">`
}

/** What just went wrong or well, read out by screen readers. */
export function notice(kind: 'danger' | 'good' | 'info', text: string): Html {
  const role = kind === 'danger' ? 'alert' : 'status'
  return html`<p class="warning ${kind}" role="${role}">${prose(text)}</p>`
}
