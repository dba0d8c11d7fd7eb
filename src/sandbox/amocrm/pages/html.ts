/** Markup that is safe to send. Only `html` makes it, so no text of the account gets in unescaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | readonly Html[]

/** A template whose values are escaped, but for markup that was made the same way. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const rest = strings.slice(1)
  return new Html((strings[0] ?? '') + parts.map((part, index) => textOf(part) + rest[index]).join(''))
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('')
  return String(part).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
