/** One element of a page; text stands between its children as strings. */
export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

/**
 * Reads a page as strictly as its author should have written it.
 * @throws Error for a tag that is not closed, an attribute without quotes, an unknown entity or an id that is there twice
 */
export function readHtml(html: string): Element {
  const root: Building = { tag: '#root', attributes: {}, children: [] }
  const open: Building[] = [root]
  const ids = new Set<string>()
  const token =
    /<!doctype html>|<!--[\s\S]*?-->|<\/([a-z][a-z0-9]*)\s*>|<([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>|[^<]+/giy
  while (token.lastIndex < html.length) {
    const at = token.lastIndex
    const match = token.exec(html)
    if (match === null) throw new Error(`not HTML: ${html.slice(at, at + 80)}`)
    const [whole, closed, opened, attributes = '', isClosed] = match
    const parent = open.at(-1) ?? root
    if (closed !== undefined) {
      if (open.pop()?.tag !== closed.toLowerCase()) throw new Error(`</${closed}> closes <${parent.tag}>`)
    } else if (opened !== undefined) {
      const element: Building = {
        tag: opened.toLowerCase(),
        attributes: readAttributes(attributes),
        children: [],
      }
      const { id } = element.attributes
      if (id !== undefined && ids.size === ids.add(id).size) throw new Error(`the id ${id} is there twice`)
      parent.children.push(element)
      if (RAW.has(element.tag) && !isClosed) {
        const end = html.toLowerCase().indexOf(`</${element.tag}>`, token.lastIndex)
        if (end === -1) throw new Error(`<${element.tag}> is not closed`)
        const raw = html.slice(token.lastIndex, end)
        element.children.push(element.tag === 'textarea' || element.tag === 'title' ? decode(raw) : raw)
        token.lastIndex = end + element.tag.length + 3
      } else if (!VOID.has(element.tag) && !isClosed) open.push(element)
    } else if (!whole.startsWith('<')) parent.children.push(decode(whole))
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.tag}> is not closed`)
  return root
}

interface Building extends Element {
  readonly children: (Element | string)[]
}

const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'wbr',
])
const RAW = new Set(['script', 'style', 'textarea', 'title'])

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  const rest = text.replace(
    /\s+([a-z_:][a-z0-9_:.-]*)(?:="([^"]*)"|='([^']*)')?/gi,
    (_, name: string, double: string | undefined, single: string | undefined) => {
      if (name in attributes) throw new Error(`the attribute ${name} is there twice`)
      attributes[name.toLowerCase()] = decode(double ?? single ?? '')
      return ''
    },
  )
  if (rest.trim() !== '') throw new Error(`not an attribute: ${rest}`)
  return attributes
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: '\u00a0',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  times: '×',
  rarr: '→',
  middot: '·',
}

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));|&/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    const character = ENTITIES[name]
    if (character === undefined) throw new Error(`not an entity: ${whole}`)
    return character
  })
}

export function all(element: Element, test: (element: Element) => boolean): Element[] {
  const found = test(element) ? [element] : []
  return [
    ...found,
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : all(child, test))),
  ]
}

/** What a reader sees, with single spaces. */
export function textOf(element: Element): string {
  const read = (one: Element): string =>
    one.children
      .map((child) => (typeof child === 'string' ? child : RAW.has(child.tag) ? '' : ` ${read(child)} `))
      .join('')
  return read(element).replace(/\s+/g, ' ').trim()
}
