import { refusal } from './refusal.ts'

/**
 * Length, and not what is guessed first: NIST SP 800-63B-4 §3.1.1 asks for no more, and against more.
 * @throws AppError `invalid_input` (`short_password`, `long_password`, `weak_password`)
 */
export function checkPassword(password: string, login: string): void {
  const plain = password.normalize('NFKC')
  const { length } = [...plain]
  if (length < SHORTEST) throw refusal('short_password')
  if (length > LONGEST) throw refusal('long_password')
  if (isGuessedFirst(plain.toLowerCase(), login.normalize('NFKC').toLowerCase()))
    throw refusal('weak_password')
}

const SHORTEST = 10
const LONGEST = 200
const FEWEST_CHARACTERS = 5
/** So many figures are no date with a time and no telephone number. */
const MANY_FIGURES = 16

function isGuessedFirst(password: string, login: string): boolean {
  if (new Set(password).size < FEWEST_CHARACTERS || password === login) return true
  if (ROWS.some((row) => row.includes(password))) return true
  const word = spelled(password).replace(/[\d\s\p{P}\p{Sc}\p{Sm}\p{Sk}]+/gu, '')
  if (word === '') return password.replace(/\D/g, '').length < MANY_FIGURES
  const [name = ''] = login.split('@')
  return [login, name, ...WORDS].includes(word)
}

/** As it was before its letters were put on like `p@ssw0rd`. */
function spelled(password: string): string {
  const letters: Record<string, string> = { '@': 'a', $: 's', '0': 'o' }
  return password.replace(/(?<=\p{L})[@$0]{1,2}(?=\p{L})/gu, (signs) =>
    [...signs].map((sign) => letters[sign] ?? sign).join(''),
  )
}

/** With figures and signs before, between or after them they are still among the first guesses. */
const WORDS = [
  'password',
  'passw',
  'passwort',
  'qwerty',
  'qwertyuiop',
  'qwertyqwerty',
  'qazwsx',
  'qazwsxedc',
  'qweasd',
  'qweasdzxc',
  'asdfgh',
  'asdfghjkl',
  'zxcvbn',
  'zxcvbnm',
  'abc',
  'abcdef',
  'admin',
  'administrator',
  'adminadmin',
  'root',
  'user',
  'welcome',
  'letmein',
  'iloveyou',
  'mostik',
  'amocrm',
  'kommo',
  'owner',
  'пароль',
  'парольпароль',
  'йцукен',
  'йцукенгшщз',
  'привет',
  'админ',
  'мостик',
]

/** Rows of keys, there and back. */
const ROWS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
  'йцукенгшщзхъфывапролджэячсмитьбю',
].flatMap((row) => [row, [...row].reverse().join('')])
