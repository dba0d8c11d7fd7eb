import { emailKey } from './email.ts'
import { looksLikePhone } from './phone.ts'

/** What a person is asked for by. */
export type AskedPerson =
  | { readonly by: 'phone'; readonly phone: string }
  | { readonly by: 'email'; readonly email: string }
  | { readonly by: 'name'; readonly name: string }

/** Reads a search text: an e-mail or a phone anywhere in it wins over the words around it. */
export function readAskedPerson(query: string): AskedPerson {
  const email = query
    .split(/[\s,;<>()"«»]+/)
    .map(emailKey)
    .find((key) => key !== undefined)
  if (email !== undefined) return { by: 'email', email }
  if (DATE.test(query)) return { by: 'name', name: query }
  if (looksLikePhone(query)) return { by: 'phone', phone: query }
  const [phone] = /\+?\d[\d\s()\-–.]{8,}\d/.exec(query) ?? []
  const isWhole = phone !== undefined && phone.replace(/\D/g, '').length >= 10
  return isWhole ? { by: 'phone', phone } : { by: 'name', name: query }
}

/** `12.05.2026`, `2026-05-12`: digits that are not a phone. */
const DATE = /\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b\d{4}-\d\d-\d\d\b/
