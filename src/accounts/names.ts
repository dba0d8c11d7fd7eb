import { AppError } from '../kernel/errors.ts'

/** By what an account can be told from the others. */
export interface Named {
  readonly name: string
  /** An origin such as `https://firm.amocrm.ru`. */
  readonly address: string
}

const LONGEST = 60

/** The name as it is compared: case, ё and spaces do not matter. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ').trim()
}

/** `firm.amocrm.ru` of `https://firm.amocrm.ru`. */
export function hostOf(address: string): string {
  return URL.parse(address)?.host || address
}

/**
 * Whether somebody who says this can mean this account: its name, its whole address, a link into it, its subdomain.
 * Nothing that is merely similar: a change must not land in another account.
 */
export function isMeant({ name, address }: Named, said: string): boolean {
  const key = nameKeyOf(said)
  if (key === '') return false
  if (key === nameKeyOf(name)) return true
  const host = hostOf(address).toLowerCase()
  const saidHost = /^https?:\/\//.test(key) ? hostOf(key) : key
  return saidHost === host || (!saidHost.includes('.') && host.startsWith(`${saidHost}.`))
}

/**
 * The name that a person gives to an account.
 * @throws AppError `invalid_input` for one that cannot be shown in a line or said back
 */
export function readName(text: string): string {
  const name = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  // It stands in quotes in commands that people copy.
  const isSafe = !/[\p{C}"`$\\]/u.test(name)
  if (isSafe && /[\p{L}\p{N}]/u.test(name) && [...name].length <= LONGEST) return name
  throw new AppError('invalid_input', 'The account cannot have this name.', {
    hint: `Give it a name of 1 to ${LONGEST} letters, digits and ordinary signs, such as "Север".`,
  })
}
