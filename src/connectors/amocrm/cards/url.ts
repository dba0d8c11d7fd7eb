import type { CardRef } from './ref.ts'

/**
 * The address of a card for a person's browser.
 * @param base where the account lives, for example `https://example.amocrm.ru`.
 */
export function cardUrl(base: string, { kind, id }: CardRef): string {
  return new URL(`/${SECTION[kind]}/detail/${id}`, base).href
}

const SECTION = { lead: 'leads', contact: 'contacts', company: 'companies' } as const
