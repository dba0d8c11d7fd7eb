import { all, type Element, textOf } from './html.ts'

/** What somebody changes in a form before sending it: a text, several ticks of one name, or nothing for leaving it out. */
export type Filling = Readonly<Record<string, string | readonly string[] | undefined>>

interface Control {
  readonly name: string
  readonly type: string
  readonly value: string
  readonly isChosen: boolean
}

export interface Button {
  readonly name: string
  readonly value: string
  readonly text: string
}

export interface Form {
  readonly method: string
  readonly action: string
  readonly controls: readonly Control[]
  readonly buttons: readonly Button[]
}

/** The forms of a page, as a browser without scripts would send them. */
export function formsOf(page: Element): Form[] {
  return all(page, ({ tag }) => tag === 'form').map((form) => ({
    method: (form.attributes.method ?? 'get').toLowerCase(),
    action: form.attributes.action ?? '',
    controls: controlsOf(form).filter(({ name }) => name !== ''),
    buttons: all(form, isSubmit).map((button) => ({
      name: button.attributes.name ?? '',
      value: button.attributes.value ?? '',
      text: button.tag === 'input' ? (button.attributes.value ?? '') : textOf(button),
    })),
  }))
}

/**
 * What the form sends once it is filled like this.
 * @throws Error for a field that the form does not have, and for a choice that it does not offer
 */
export function fill(form: Form, filling: Filling = {}, button?: Button): URLSearchParams {
  for (const name of Object.keys(filling)) {
    if (!form.controls.some((control) => control.name === name)) {
      throw new Error(
        `no field ${name} among ${[...new Set(form.controls.map((one) => one.name))].join(', ')}`,
      )
    }
  }
  const sent = new URLSearchParams()
  const written = new Set<string>()
  for (const { name, type, value, isChosen } of form.controls) {
    if (!(name in filling)) {
      if (isChosen) sent.append(name, value)
      continue
    }
    const wanted = filling[name]
    const offered = CHOICES.has(type)
    if (offered) {
      if ([wanted].flat().includes(value)) sent.append(name, value)
    } else if (!written.has(name) && typeof wanted === 'string') sent.append(name, wanted)
    written.add(name)
  }
  for (const [name, wanted] of Object.entries(filling)) {
    const sentValues = sent.getAll(name)
    for (const value of [wanted ?? []].flat()) {
      if (!sentValues.includes(value)) throw new Error(`the form does not offer ${name}=${value}`)
    }
  }
  if (button !== undefined && button.name !== '') sent.append(button.name, button.value)
  return sent
}

const CHOICES = new Set(['radio', 'checkbox', 'option'])

function isSubmit({ tag, attributes }: Element): boolean {
  const { type = 'submit', disabled } = attributes
  if (disabled !== undefined) return false
  return (tag === 'button' && type === 'submit') || (tag === 'input' && attributes.type === 'submit')
}

function controlsOf(form: Element): Control[] {
  const fields = all(
    form,
    ({ tag, attributes }) =>
      ['input', 'textarea', 'select'].includes(tag) && attributes.disabled === undefined,
  )
  return fields.flatMap((field): Control[] => {
    const { name = '', type = 'text', value } = field.attributes
    if (field.tag === 'textarea')
      return [{ name, type: 'textarea', value: field.children.join(''), isChosen: true }]
    if (field.tag === 'select') return optionsOf(field, name)
    if (['submit', 'button', 'reset', 'image'].includes(type)) return []
    const isChoice = CHOICES.has(type)
    const isChosen = !isChoice || field.attributes.checked !== undefined
    return [{ name, type, value: value ?? (isChoice ? 'on' : ''), isChosen }]
  })
}

function optionsOf(select: Element, name: string): Control[] {
  const options = all(select, ({ tag }) => tag === 'option')
  const chosen = options.findIndex(({ attributes }) => attributes.selected !== undefined)
  return options.map((option, index) => ({
    name,
    type: 'option',
    value: option.attributes.value ?? textOf(option),
    isChosen: index === Math.max(0, chosen),
  }))
}
