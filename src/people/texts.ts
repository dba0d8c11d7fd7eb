import { refusal } from './refusal.ts'

/** The login as it was typed, and as it is compared. @throws AppError `invalid_input` (`bad_login`) */
export function readLogin(text: string): { readonly login: string; readonly loginKey: string } {
  const login = readLine(text, 200, UNSEEN)
  const loginKey = login && loginKeyOf(login)
  if (login === undefined || loginKey === undefined || loginKey === '') throw refusal('bad_login')
  return { login, loginKey }
}

export function loginKeyOf(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** What people call a person, or a passkey. @throws AppError `invalid_input` (`bad_name`) */
export function readName(text: string): string {
  const name = readLine(text, 100, UNSEEN_IN_NAMES)
  if (name === undefined) throw refusal('bad_name')
  return name
}

function readLine(text: string, longest: number, unseen: RegExp): string | undefined {
  const line = text.normalize('NFC').trim()
  const { length } = [...line]
  return length === 0 || length > longest || unseen.test(line) ? undefined : line
}

/** Control and format characters, line and paragraph separators, and all else that makes two texts look alike. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Emoji may say that they are to be shown in colour. */
const UNSEEN_IN_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?![\uFE0E\uFE0F])\p{Default_Ignorable_Code_Point}/u
