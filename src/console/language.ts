export type Language = 'ru' | 'en'

/**
 * The language of a page: `?lang=` when it names one, else the reader's own preference. Without a preference Russian,
 * the language of most readers; for a reader who asks for neither, English.
 */
export function languageOf(query: string | undefined, acceptLanguage: string | undefined): Language {
  if (query === 'ru' || query === 'en') return query
  if (!acceptLanguage?.trim()) return 'ru'
  const known = preferences(acceptLanguage).find(
    ({ tag, weight }) => weight > 0 && (tag === 'ru' || tag === 'en'),
  )
  return known?.tag === 'ru' ? 'ru' : 'en'
}

/** RFC 9110 §12.5.4: `ru-RU,ru;q=0.9,en;q=0.8` → primary tags, most wanted first. */
function preferences(header: string): { tag: string; weight: number }[] {
  return header
    .split(',')
    .map((range) => {
      const [name = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters
        .map((parameter) => parameter.trim())
        .find((parameter) => parameter.startsWith('q='))
      const weight = quality === undefined ? 1 : Number(quality.slice(2))
      return { tag: name.split('-')[0] ?? '', weight: Number.isFinite(weight) ? weight : 0 }
    })
    .sort((a, b) => b.weight - a.weight)
}
