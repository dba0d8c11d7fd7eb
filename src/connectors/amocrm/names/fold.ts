/** Text as people compare it: no case, ё is е, no punctuation, one space between words. */
export function fold(text: string): string {
  return words(text).join(' ')
}

/** The same text but for case, ё and blanks; signs count, so that one emoji is not another. */
export function isSameText(left: string, right: string): boolean {
  return plain(left) === plain(right)
}

function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase().replaceAll('ё', 'е')
}

/** The folded words of a text, in order. */
export function words(text: string): string[] {
  return (
    text
      .normalize('NFC')
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
  return word.replace(ENDING, '') || word
}

/** Cyrillic spelled in Latin letters, so that `Anna` meets «Анна»; other letters are kept. */
export function toLatin(text: string): string {
  return fold(text).replace(/[а-я]/g, (letter) => LATIN[letter] ?? letter)
}

const ENDING =
  /(?<=^.{3,})(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ым|ах|ях|ей|ой|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ых|их|а|я|о|е|ы|и|у|ю|ь|й)$/

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
