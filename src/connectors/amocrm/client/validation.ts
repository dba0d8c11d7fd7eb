import { z } from 'zod'

const problem = z.object({
  'validation-errors': z.array(
    z.object({ errors: z.array(z.object({ code: z.string().catch(''), path: z.string().catch('') })) }),
  ),
})

/** What amoCRM's codes mean to a person. Only the first is documented; the others are met in practice. */
const WORDS: Record<string, string> = {
  NotSupportedChoice: 'not one of the allowed values',
  InvalidType: 'of a wrong type',
  FieldMissing: 'missing',
  NotBlank: 'empty',
  TooLong: 'too long',
  InvalidValue: 'not allowed',
}
const MOST_NAMED = 5

/**
 * Names the values that amoCRM found wrong, as the end of a sentence; empty when it did not say. A path is
 * text from outside, so one that is anything but a path of keys and numbers is left out.
 */
export function invalidValues(body: unknown): string {
  const { data } = problem.safeParse(body)
  const named = (data?.['validation-errors'] ?? [])
    .flatMap(({ errors }) => errors)
    .filter(({ path }) => /^[a-z0-9_.]{1,80}$/.test(path))
    .map(({ path, code }) => `${path} is ${Object.hasOwn(WORDS, code) ? WORDS[code] : 'wrong'}`)
  return named.length > 0 ? `: ${[...new Set(named)].slice(0, MOST_NAMED).join(', ')}` : ''
}
