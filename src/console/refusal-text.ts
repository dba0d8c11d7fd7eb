import type { Language } from './language.ts'
import { refusalWords } from './words/refusals.ts'
import { filled } from './words.ts'

/** Why a form or a button did not do what it is for. */
export interface Refused {
  readonly reason: string
  readonly retryAfterSeconds?: number | undefined
}

export function refusalText(lang: Language, { reason, retryAfterSeconds = 60 }: Refused): string {
  const words: Record<string, string> = refusalWords[lang]
  return filled(words[reason] ?? refusalWords[lang].other, { wait: waitText(lang, retryAfterSeconds) })
}

/** "40 s", "15 min": never shorter than it is. */
function waitText(lang: Language, seconds: number): string {
  const { seconds: inSeconds, minutes } = refusalWords[lang]
  if (seconds <= 90) return filled(inSeconds, { count: Math.max(1, Math.ceil(seconds)) })
  return filled(minutes, { count: Math.ceil(seconds / 60) })
}
