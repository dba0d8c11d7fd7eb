/** Text as people compare it: no case, ё is е, no punctuation, one space between words. */
export function fold(text: string): string {
  return words(text).join(' ')
}

/** The same text but for case, ё and blanks; signs count, so that one emoji is not another. */
export function isSameText(left: string, right: string): boolean {
  return plain(left) === plain(right)
}

function plain(text: string): string {
  return composed(text).trim().replace(/\s+/g, ' ').toLowerCase().replaceAll('ё', 'е')
}

/**
 * Letters with their marks as one character. A letter with hundreds of marks is no word, and putting them in order
 * takes the square of their number, so a run is cut at thirty, as Unicode's Stream-Safe Text Format does (UAX #15).
 */
function composed(text: string): string {
  return text.replace(/(\p{M}{30})\p{M}+/gu, '$1').normalize('NFC')
}

/** The folded words of a text, in order. */
export function words(text: string): string[] {
  return (
    composed(text)
      .toLowerCase()
      .replaceAll('ё', 'е')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/**
 * A word without its case ending: «воронку» and «воронка» meet in «воронк».
 * -ов and -ев stay, so that the surname «Иванов» never meets the name «Иван».
 */
export function stem(word: string): string {
  if (!/^[а-я]{4,}$/.test(word)) return word
  return word.slice(0, LEAST) + word.slice(LEAST).replace(ENDING, '')
}

/** Cyrillic spelled in Latin letters, so that `Anna` meets «Анна»; other letters are kept. */
export function toLatin(text: string): string {
  return fold(text).replace(/[а-я]/g, (letter) => LATIN[letter] ?? letter)
}

/** Letters that stay whatever the ending is. */
const LEAST = 3

const ENDING =
  /(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ым|ах|ях|ей|ой|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ых|их|а|я|о|е|ы|и|у|ю|ь|й)$/

const LATIN: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
}
