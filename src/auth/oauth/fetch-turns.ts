import { AppError } from '../../kernel/errors.ts'

const AT_ONCE = 4
/** Each may take three seconds; nobody waits longer for a page. */
const WAITING = 12

/**
 * Lets four at once do their work, and some wait for it in turn: strangers say what is fetched, and this server is not
 * for making many requests somewhere.
 */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let atWork = 0
  const waiting: (() => void)[] = []

  return async (work) => {
    if (atWork >= AT_ONCE) {
      if (waiting.length >= WAITING) throw tooMany()
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      atWork++
    }
    try {
      return await work()
    } finally {
      // The place goes to the next in line, or is free.
      const next = waiting.shift()
      if (next === undefined) atWork--
      else next()
    }
  }
}

function tooMany(): AppError {
  return new AppError('unavailable', 'Too many programs are looked up at the moment.', {
    hint: 'Try again in a few seconds.',
    retryAfterSeconds: 5,
  })
}
