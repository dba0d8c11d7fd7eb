import { AppError } from '../../../kernel/errors.ts'

export type CardKind = 'lead' | 'contact' | 'company'

/** One card of the CRM: a deal, a person or a company. */
export interface CardRef {
  readonly kind: CardKind
  readonly id: number
}

/** The short stable name of a card in answers, for example `lead:10185151`. */
export function formatRef({ kind, id }: CardRef): string {
  return `${kind}:${id}`
}

/**
 * Reads `lead:1`, `amo:lead:1`, the English, plural or Russian noun («сделка:1»), a card's address,
 * or a bare number where only `bare` can be meant.
 * @returns nothing when the text has none of these forms.
 */
export function parseRef(text: string, bare?: CardKind): CardRef | undefined {
  const asked = text.trim().toLowerCase()
  const [, noun = '', digits = ''] = REF.exec(asked) ?? ADDRESS.exec(asked) ?? []
  const kind = (Object.hasOwn(NOUNS, noun) ? NOUNS[noun] : undefined) ?? (noun === '' ? bare : undefined)
  const id = Number(digits || (/^#?\d+$/.test(asked) ? asked.replace('#', '') : Number.NaN))
  return kind && Number.isSafeInteger(id) && id > 0 ? { kind, id } : undefined
}

/** @throws AppError `invalid_input` when the text names no card. */
export function requireRef(text: string, bare?: CardKind): CardRef {
  const ref = parseRef(text, bare)
  if (ref) return ref
  throw new AppError('invalid_input', 'This is not a reference to a card.', {
    hint: 'Give a ref such as lead:123, contact:123 or company:123, or the address of the card.',
  })
}

/** `/leads/detail/1` at the end of a path of any host. */
const ADDRESS = /^(?:https?:\/\/[^/]+)?\/?(leads|contacts|companies)\/detail\/(\d+)\/?(?:[?#].*)?$/
const REF = /^(?:amo(?:crm)?:)?([a-zа-яё]+)[:#\s]+(\d+)$/

const NOUNS: Record<string, CardKind> = {
  lead: 'lead',
  leads: 'lead',
  deal: 'lead',
  deals: 'lead',
  сделка: 'lead',
  contact: 'contact',
  contacts: 'contact',
  контакт: 'contact',
  company: 'company',
  companies: 'company',
  компания: 'company',
}
