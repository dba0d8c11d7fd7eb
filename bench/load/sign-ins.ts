import { openConnection, requestBytes } from './connection.ts'

export interface HammerOrder {
  readonly port: number
  /** Browsers at once. */
  readonly atOnce: number
}

let isOver = true
let loops: Promise<unknown> = Promise.resolve()
let answered = 0
/** Never the same address or name twice. */
let tries = 0

/**
 * Guesses passwords as somebody with many addresses does: each try names another person and comes from another
 * address, so that it is the passwords that cost, and not the refusals.
 */
export async function hammer({ port, atOnce }: HammerOrder): Promise<void> {
  isOver = false
  answered = 0
  loops = Promise.all(Array.from({ length: atOnce }, () => guess(port)))
  loops.catch(() => undefined)
}

export async function rest(): Promise<number> {
  isOver = true
  await loops
  return answered
}

async function guess(port: number): Promise<void> {
  const page = await fetch(`http://127.0.0.1:${port}/console/sign-in`)
  const cookie = page.headers.getSetCookie().find((one) => one.startsWith('mostik-form='))
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1]
  if (cookie === undefined || csrf === undefined) throw new Error('the sign-in page has no form')
  const connection = await openConnection(port)
  try {
    while (!isOver) {
      tries += 1
      const login = `nobody-${tries}`
      const form = new URLSearchParams({
        _csrf: csrf,
        login,
        password: 'a wrong password',
      })
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-forwarded-for': `10.${(tries >> 8) & 255}.${tries & 255}.1`,
        cookie: cookie.split(';', 1).join(),
      }
      const answer = await connection.send(requestBytes('POST', '/console/sign-in', headers, form.toString()))
      if (answer.status !== 403 || !answer.body.includes(`value="${login}"`)) {
        throw new Error(
          `a wrong password is answered with ${answer.status}: ${answer.body.toString().slice(0, 2_000)}`,
        )
      }
      answered += 1
    }
  } finally {
    connection.close()
  }
}
