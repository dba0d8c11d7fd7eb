import type { Contact } from '../records.ts'
import { cardName, type Item, textIn } from '../validation.ts'
import type { CardKind } from './card-kind.ts'
import { linkedCards } from './card-view.ts'

/** People. `name` and the two parts are kept together: writing one rewrites the other. */
export const contactKind: CardKind<Contact> = {
  type: 'contacts',
  repliesWithName: true,
  rules: { first_name: cardName, last_name: cardName },
  filters: {},
  orders: { updated_at: (contact) => contact.updated_at, id: (contact) => contact.id },
  cards: (account) => account.contacts,
  check: () => [],
  make: (base, item) => ({
    ...base,
    ...namesOf(item, { name: '', first_name: '', last_name: '' }),
    is_unsorted: false,
  }),
  change(contact, item) {
    Object.assign(contact, namesOf(item, contact))
  },
  view: (contact) => ({
    first_name: contact.first_name,
    last_name: contact.last_name,
    is_unsorted: contact.is_unsorted,
  }),
  embed: (contact, account, wanted) => ({
    companies: linkedCards(account, 'contacts', contact.id, 'companies'),
    ...(wanted.has('leads') ? { leads: linkedCards(account, 'contacts', contact.id, 'leads') } : {}),
    ...(wanted.has('customers') ? { customers: [] } : {}),
    ...(wanted.has('catalog_elements') ? { catalog_elements: [] } : {}),
  }),
}

type Names = Pick<Contact, 'name' | 'first_name' | 'last_name'>

/** The parts win over `name`; a bare `name` leaves the parts empty, as upstream. */
function namesOf(item: Item, current: Names): Names {
  const name = textIn(item, 'name')
  const first = textIn(item, 'first_name')
  const last = textIn(item, 'last_name')
  if (first === undefined && last === undefined) {
    if (name === undefined || name === current.name) return pick(current)
    return { name, first_name: '', last_name: '' }
  }
  const parts = { first_name: first ?? current.first_name, last_name: last ?? current.last_name }
  const joined = [parts.first_name, parts.last_name].filter((part) => part !== '').join(' ')
  return { name: joined === '' ? (name ?? current.name) : joined, ...parts }
}

const pick = ({ name, first_name, last_name }: Names): Names => ({ name, first_name, last_name })
