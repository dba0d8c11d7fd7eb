import type { Company } from '../records.ts'
import { textIn } from '../validation.ts'
import type { CardKind } from './card-kind.ts'
import { linkedCards } from './card-view.ts'

/** Firms. The name may be empty. */
export const companyKind: CardKind<Company> = {
  type: 'companies',
  repliesWithName: true,
  rules: {},
  filters: {},
  orders: { updated_at: (company) => company.updated_at, id: (company) => company.id },
  cards: (account) => account.companies,
  check: () => [],
  make: (base) => base,
  change(company, item) {
    company.name = textIn(item, 'name') ?? company.name
  },
  view: () => ({}),
  embed: (company, account, wanted) => ({
    ...(wanted.has('contacts')
      ? { contacts: linkedCards(account, 'companies', company.id, 'contacts') }
      : {}),
    ...(wanted.has('leads') ? { leads: linkedCards(account, 'companies', company.id, 'leads') } : {}),
    ...(wanted.has('customers') ? { customers: [] } : {}),
    ...(wanted.has('catalog_elements') ? { catalog_elements: [] } : {}),
  }),
}
