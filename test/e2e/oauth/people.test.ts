import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, wordsOf } from '../../support/oauth/browser.ts'
import { statusOf } from '../../support/oauth/calls.ts'
import { authorizeAddress, newPkce } from '../../support/oauth/client.ts'
import {
  allow,
  CALLBACK,
  exchange,
  obtain,
  obtainCode,
  reachConsent,
  refresh,
} from '../../support/oauth/consent.ts'
import { invitation, join, linksOf, OWNER, signedIn, signIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

let count = 0
const somebody = () => {
  count += 1
  return { login: `person-${count}@example.com`, password: `a long enough password ${count}` }
}

async function newPerson(by = owner, role: 'member' | 'client' = 'member') {
  const who = somebody()
  const browser = await join(stack.url, await invitation(by, role, who.login), who)
  return { who, browser }
}

/** Takes this person away, on the page of people. */
async function remove(by: Browser, login: string) {
  const page = await by.open('/console/people')
  const { id } = await (await stack.state.store.db())
    .selectFrom('person')
    .select('id')
    .where('login', '=', login)
    .executeTakeFirstOrThrow()
  const link = linksOf(page).find((href) => href.includes(id))
  const sure = await by.open(link ?? `/console/people/${id}/remove`)
  return by.submit(sure, `/people/${id}/remove`)
}

describe('somebody who is taken away', () => {
  it('is out at once: no token, session or refresh of theirs works, and the others stay', async () => {
    const { who, browser } = await newPerson()
    const theirs = await obtain(stack.url, browser, { who })
    const mine = await obtain(stack.url, owner)
    expect(await statusOf(stack.url, theirs.accessToken)).toBe(200)

    await remove(owner, who.login)
    stack.pass(1_000)
    expect(await statusOf(stack.url, theirs.accessToken)).toBe(401)
    expect((await refresh(theirs)).body.error).toBe('invalid_grant')
    expect((await browser.open('/console/access')).url.pathname).toBe('/console/sign-in')
    expect((await signIn(createBrowser(stack.url), who)).url.pathname).toBe('/console/sign-in')
    expect(await statusOf(stack.url, mine.accessToken)).toBe(200)
  })

  it('cannot finish what they had begun', async () => {
    const { who, browser } = await newPerson()
    const allowed = await obtainCode(stack.url, browser, { who })
    const { clientId } = allowed
    const asked = { clientId, redirectUri: CALLBACK, pkce: newPkce() }
    const page = await reachConsent(browser, authorizeAddress(stack.url, asked), who)

    await remove(owner, who.login)
    stack.pass(1_000)
    await expect(allow(browser, page)).rejects.toThrow('not sent back')
    const { status, body } = await exchange(stack.url, allowed)
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })
})

describe('an invitation', () => {
  it('lets one person in, once', async () => {
    const link = await invitation(owner, 'member', 'Мария')
    const who = somebody()
    await join(stack.url, link, who)
    await expect(join(stack.url, link, somebody())).rejects.toThrow()
    expect((await createBrowser(stack.url).open(link)).status).toBeGreaterThanOrEqual(400)
  })

  it('lets in one of eight who use it at once', async () => {
    const link = await invitation(owner, 'member', 'Мария')
    const joined = await Promise.allSettled(
      Array.from({ length: 8 }, () => join(stack.url, link, somebody())),
    )
    expect(joined.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is over after a week', async () => {
    const link = await invitation(owner, 'client', 'Мария')
    stack.pass(8 * 24 * 60 * 60_000)
    await expect(join(stack.url, link, somebody())).rejects.toThrow()
    owner = await signedIn(stack.url)
  })

  it('of a member is for clients alone, and a client gives none', async () => {
    const member = await newPerson()
    const page = await member.browser.open('/console/people')
    expect(page.body).not.toContain('value="member"')
    const client = await newPerson(member.browser, 'client')
    await expect(invitation(client.browser, 'client', 'x')).rejects.toThrow()
  })

  it('is not guessed', async () => {
    for (const key of ['x', '0', 'a'.repeat(43), '../setup/x', '%00']) {
      const page = await createBrowser(stack.url).open(`/console/invite/${key}`)
      expect([key, page.status >= 400]).toEqual([key, true])
    }
    expect((await createBrowser(stack.url).open('/console/setup/x')).status).toBeGreaterThanOrEqual(400)
  })
})

describe('nobody sees', () => {
  it('who else there is, what they granted or that they exist', async () => {
    const [one, other] = [await newPerson(), await newPerson()]
    const grant = await obtain(stack.url, one.browser, { who: one.who })
    const db = await stack.state.store.db()
    const { id } = await db
      .selectFrom('connection')
      .select('id')
      .where('client_id', '=', grant.clientId)
      .executeTakeFirstOrThrow()
    for (const path of ['/console/access', '/console/accounts', '/console/people', '/console/profile']) {
      const page = await other.browser.open(path)
      expect([path, page.status]).toEqual([path, 200])
      expect(wordsOf(page)).not.toContain(one.who.login)
      expect(page.body).not.toContain(id)
    }
    const own = await other.browser.open('/console/access')
    const csrf = /name="_csrf" value="([^"]+)"/.exec(own.body)?.[1] ?? ''
    const form = new URLSearchParams({ _csrf: csrf })
    const foreign = await other.browser.open(`/console/access/${id}/revoke`, { form })
    const missing = await other.browser.open('/console/access/00000000-0000-4000-8000-000000000000/revoke', {
      form,
    })
    expect([foreign.status, wordsOf(foreign)]).toEqual([missing.status, wordsOf(missing)])
    expect(await statusOf(stack.url, grant.accessToken)).toBe(200)
  })

  it('from a refused sign-in whether there is such a person', async () => {
    const { who } = await newPerson()
    const [known, unknown] = await Promise.all(
      [who.login, 'nobody@example.com'].map(async (login) => {
        const page = await signIn(createBrowser(stack.url), {
          login,
          password: 'not the password of anybody',
        })
        return [page.status, wordsOf(page).replaceAll(login, '')]
      }),
    )
    expect(known).toEqual(unknown)
  })
})

describe('the owner', () => {
  it('is not taken away, by anybody', async () => {
    const { browser } = await newPerson()
    await expect(remove(owner, OWNER.login)).rejects.toThrow()
    await expect(remove(browser, OWNER.login)).rejects.toThrow()
    expect((await signedIn(stack.url)).cookies.names().length).toBeGreaterThan(0)
  })
})
