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
 * @param home where the account lives: ids of another account mean other cards here.
 * @returns nothing when the text has none of these forms.
 * @throws AppError `invalid_input` for the address of a card in another account.
 */
export function parseRef(text: string, home: string, bare?: CardKind): CardRef | undefined {
  const { kind = bare, id } = readForm(text, home) ?? {}
  return kind && id !== undefined && Number.isSafeInteger(id) && id > 0 ? { kind, id } : undefined
}

/** Whether the text can only be meant as a reference, be there such an id or not. */
export function isRefLike(text: string, home: string): boolean {
  return readForm(text, home)?.kind !== undefined
}

/** @throws AppError `invalid_input` when the text names no card of this account. */
export function requireRef(text: string, home: string): CardRef {
  const ref = parseRef(text, home)
  if (ref) return ref
  throw new AppError('invalid_input', 'This is not a reference to a card.', {
    hint: 'Give a ref such as lead:123, contact:123 or company:123, or the address of the card. Look for a person with amocrm_search_contacts, for anything else with search.',
  })
}

/** The kind and the digits, before it is known whether they can be an id. */
function readForm(text: string, home: string): { kind?: CardKind; id: number } | undefined {
  const asked = text.trim().toLowerCase()
  const [, bare] = /^#?(\d+)$/.exec(asked) ?? []
  if (bare !== undefined) return { id: Number(bare) }
  const [, host, section] = ADDRESS.exec(asked) ?? []
  if (section !== undefined && host !== undefined && accountOf(host) !== accountOf(new URL(home).host)) {
    throw new AppError('invalid_input', 'This is the address of a card in another amoCRM account.', {
      hint: 'Give a card of the account that is linked here; amocrm_get_account says which one it is.',
    })
  }
  const [, noun = '', digits] = REF.exec(asked.replace(ADDRESS, '$2:$3')) ?? []
  const kind = Object.hasOwn(NOUNS, noun) ? NOUNS[noun] : undefined
  return kind && { kind, id: Number(digits) }
}

/** Accounts of amocrm.com are on kommo.com now, under the same names. */
function accountOf(host: string): string {
  return host.replace(/\.amocrm\.com$/, '.kommo.com')
}

/** `/leads/detail/1`, with the account before it or without. */
const ADDRESS =
  /^(?:(?:https?:\/\/)?([a-z\d.-]+(?::\d+)?))?\/?(leads|contacts|companies)\/detail\/(\d+)\/?(?:[?#].*)?$/
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
