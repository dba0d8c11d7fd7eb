import { expect } from 'vitest'
import type { startAmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'
import { readJournal, readSandbox } from '../chaos/read-back.ts'
import { post } from './rpc.ts'

type Sandbox = Awaited<ReturnType<typeof startAmocrmSandbox>>

/** One deal that somebody asked for, perhaps several times, with each answer: `ok`, or the kind of the failure. */
export interface Wish {
  readonly mark: string
  readonly answers: string[]
}

/** Calls a server, remembers every answer, and compares in the end with the account and with the journal. */
export function createWitness(server: { readonly url: string }, sandbox: Sandbox) {
  const wishes: Wish[] = []
  const told: string[] = []

  async function call(tool: string, input: object, url = server.url): Promise<string> {
    const { status, body } = await post(`${url}/api/tools/${tool}`, input)
    const answer = status === 200 ? 'ok' : String(body.error)
    told.push(`${tool} ${answer}`)
    return answer
  }

  async function write(wish: Wish = newWish(), url?: string): Promise<Wish> {
    wish.answers.push(await call('amocrm_create_lead', { name: `Сделка ${wish.mark}` }, url))
    return wish
  }

  function newWish(): Wish {
    const wish = { mark: `#${wishes.length}${Math.random().toString(36).slice(2)}#`, answers: [] }
    wishes.push(wish)
    return wish
  }

  return {
    newWish,
    /** Asks for a new deal, or again for one; over another server when it is named. */
    write,
    read: () => call('amocrm_get_account', {}),
    /** Asks again as clients do, until it is made. */
    async insist(wish?: Wish): Promise<Wish> {
      const asked = await write(wish)
      while (asked.answers.at(-1) !== 'ok') await write(asked)
      return asked
    },
    async states(): Promise<unknown> {
      const [ready, health] = await Promise.all([
        fetch(`${server.url}/readyz`),
        fetch(`${server.url}/healthz`),
      ])
      return { ready: ready.status, ...((await ready.json()) as object), health: health.status }
    },
    /** Every deal that was acknowledged is there once, none twice, none in spite of a refusal; each answer has its entry. */
    async audit(place: Record<string, string>): Promise<void> {
      const { leads } = await readSandbox(sandbox)
      const wrong = wishes.filter(({ mark, answers }) => {
        const made = leads.filter(({ name }) => name.includes(mark)).length
        const mayBeMade = answers.includes('ok') || answers.includes('unverified')
        return made > 1 || (answers.includes('ok') && made !== 1) || (!mayBeMade && made > 0)
      })
      expect(wrong).toEqual([])
      const { lines, broken } = await readJournal(place)
      expect(broken).toBeUndefined()
      expect(counts(lines.map(({ tool, outcome }) => `${tool} ${outcome}`))).toEqual(counts(told))
    },
  }
}

function counts(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const name of names.toSorted()) counted[name] = (counted[name] ?? 0) + 1
  return counted
}
