import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Browser, type Page, wordsOf } from '../../test/support/oauth/browser.ts'
import { join } from '../people/testing/stage.ts'
import { cookie } from './cookies.ts'
import { type Granting, openGranting } from './testing/granting.ts'

const DAY = 24 * 60 * 60_000
const CHATGPT = {
  client_id: 'https://chatgpt.com/oauth/client.json',
  redirect_uri: 'https://chatgpt.com/connector_platform_oauth_redirect',
}
const CURSOR = {
  client_id: 'https://cursor.com/oauth/mcp-client.json',
  redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
}

describe('the page', () => {
  it('says at a glance who asks, where it goes, what it may do, where and until when', async () => {
    await using stand = await openGranting({
      environment: { name: 'Север', address: 'https://north.amocrm.ru' },
    })

    const page = await reach(stand, CHATGPT, stand.browserOf(stand.owner, 'ru'))

    expect(wordsOf(page)).toMatch(
      /Вы вошли как Анна.*ChatGPT просит доступ к amoCRM.*Проверено Доступ получит chatgpt\.com\..*Только смотреть.*Искать и читать сделки.*Смотреть и менять.*Создавать сделки.*Свой выбор.*Во всех моих.*Север.*до 18 февраля 2027.*Отказать Разрешить/s,
    )
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://chatgpt.com;")
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    // The window that a program opened must find back to it.
    expect(page.headers.has('cross-origin-opener-policy')).toBe(false)
  })

  it('warns of a program that nobody vouches for, and keeps its name out of the headline', async () => {
    await using stand = await openGranting()
    const client = await registered(stand, {
      client_name: 'ChatGPT <b>',
      redirect: 'http://127.0.0.1:33418/',
    })

    const page = await reach(stand, client)

    expect(page.body).toMatch(/<h1>An unknown program asks for access to amoCRM<\/h1>/)
    expect(page.body).toContain('ChatGPT &lt;b&gt;')
    expect(wordsOf(page)).toMatch(/Not verified\. It calls itself:.*Nobody has confirmed this name/s)
    expect(wordsOf(page)).toContain('The access goes to a program on this computer (127.0.0.1:33418).')
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://127.0.0.1:33418;",
    )
  })

  it('says of a known app that anything on the device can stand behind its scheme', async () => {
    await using stand = await openGranting()

    const page = await reach(stand, CURSOR)

    expect(wordsOf(page)).toMatch(
      /Cursor asks for access to amoCRM\s+Known program The access goes to an app on this device \(cursor\)/,
    )
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' cursor:;")
  })

  it('offers nothing beyond what was asked for and what the server allows', async () => {
    await using stand = await openGranting({ ceiling: ['amocrm:read'] })

    const page = await reach(stand, { ...CHATGPT, scope: 'amocrm:read amocrm:write' })

    expect(page.body).toContain('value="amocrm:read"')
    expect(page.body).not.toMatch(/value="change"|amocrm:write/)
  })

  it('sends somebody who has not signed in to do so, and back', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf()

    const page = await browser.open(authorizeAt(stand, CHATGPT), { stays: true })
    const asked = await browser.open(page.headers.get('location') ?? '', { stays: true })

    expect(asked.headers.get('location')).toMatch(
      /^\/console\/sign-in\?next=%2Foauth%2Finteraction%2F[\w-]+$/,
    )
  })

  it('belongs to the browser that began', async () => {
    await using stand = await openGranting()
    const page = await reach(stand, CHATGPT)

    const stolen = await stand.browserOf(stand.owner).open(page.url)

    expect(stolen.status).toBe(404)
    expect(wordsOf(stolen)).toContain('This request is closed')
  })
})

describe('allowing', () => {
  it('as the page opens gives looking alone, for 90 days', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)

    const { left } = await browser.submit(await reach(stand, CHATGPT, browser), 'decision', {}, 'allow')

    expect(left?.href).toMatch(
      /^https:\/\/chatgpt\.com\/connector_platform_oauth_redirect\?code=[^&]+&state=/,
    )
    expect(await stand.connections.list('owner')).toMatchObject([
      {
        vendor: 'chatgpt',
        host: 'chatgpt.com',
        scopes: ['amocrm:read'],
        accounts: undefined,
        toolsets: undefined,
        expiresAt: stand.clock.now() + 90 * DAY,
      },
    ])
  })

  it('gives exactly the own choice, in the ticked account', async () => {
    await using stand = await openGranting({
      environment: { name: 'Север', address: 'https://north.amocrm.ru' },
    })
    const browser = stand.browserOf(stand.owner)
    const account = 'amocrm:https://north.amocrm.ru'
    const own = { preset: 'own', scope: 'amocrm:write', accounts: 'chosen', account, days: '30' }

    await browser.submit(await reach(stand, CHATGPT, browser), 'decision', own, 'allow')

    expect(await stand.connections.list('owner')).toMatchObject([
      { scopes: ['amocrm:write'], accounts: [account], expiresAt: stand.clock.now() + 30 * DAY },
    ])
  })

  it('goes back to an app by its scheme', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)

    const { left } = await browser.submit(await reach(stand, CURSOR, browser), 'decision', {}, 'allow')

    expect(left?.protocol).toBe('cursor:')
  })

  it.each([
    ['a scope that was not asked for', { scope: 'amocrm:write', preset: 'own' }],
    ['an account of somebody else', { accounts: 'chosen', account: 'amocrm:https://north.amocrm.ru' }],
    ['a time that is not offered', { days: '36500' }],
    ['nothing but the button', {}],
  ])('with %s gives nothing, and asks again', async (_, forged) => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)
    const page = await reach(stand, { ...CHATGPT, scope: 'amocrm:read' }, browser)
    const form = new URLSearchParams({ _csrf: stand.owner.session.csrf, decision: 'allow' })
    if (Object.keys(forged).length > 0) {
      for (const [name, value] of Object.entries({ preset: 'look', accounts: 'all', days: '90', ...forged }))
        form.append(name, value)
    }

    const again = await browser.open(page.url, { form })

    expect(again.status).toBe(422)
    expect(wordsOf(again)).toContain('The page was out of date')
    expect(await stand.connections.list('owner')).toEqual([])
    expect((await browser.submit(again, 'decision', {}, 'allow')).left?.searchParams.has('code')).toBe(true)
  })

  it('needs the button: a form that was sent by Enter only comes back', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)
    const page = await reach(stand, CHATGPT, browser)
    const form = new URLSearchParams({
      _csrf: stand.owner.session.csrf,
      preset: 'look',
      scope: 'amocrm:read',
    })
    form.append('accounts', 'all')
    form.append('days', '90')

    const again = await browser.open(page.url, { form })

    expect(again.left).toBeUndefined()
    expect(await stand.connections.list('owner')).toEqual([])
  })

  it('needs the form of the page', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)
    const page = await reach(stand, CHATGPT, browser)
    const form = new URLSearchParams({
      _csrf: 'guessed',
      decision: 'allow',
      preset: 'look',
      accounts: 'all',
      days: '90',
    })

    expect((await browser.open(page.url, { form })).status).toBe(403)
    expect(await stand.connections.list('owner')).toEqual([])
  })

  it('is of whoever is signed in now, not of whoever was when it began', async () => {
    await using stand = await openGranting()
    const boris = await join(stand, stand.owner.session.person, 'member', 'boris@example.com')
    const browser = stand.browserOf(stand.owner)
    const ownersPage = await reach(stand, CHATGPT, browser)
    browser.cookies.take(cookie(stand.origin, 'session', boris.token), new URL(stand.origin))
    const form = new URLSearchParams({
      _csrf: boris.session.csrf,
      decision: 'allow',
      preset: 'look',
      accounts: 'all',
      days: '90',
      scope: 'amocrm:read',
    })

    const page = await browser.open(ownersPage.url, { form })

    expect(wordsOf(page)).toContain('You are signed in as boris@example.com.')
    expect(await stand.connections.list('owner')).toEqual([])
    await browser.submit(page, 'decision', {}, 'allow')
    expect(await stand.connections.list('owner')).toEqual([])
    expect(await stand.connections.list(boris.session.person.id)).toHaveLength(1)
  })
})

describe('refusing', () => {
  it('goes back with the refusal, and grants nothing', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)

    const { left } = await browser.submit(await reach(stand, CHATGPT, browser), 'decision', {}, 'deny')

    expect(left?.searchParams.get('error')).toBe('access_denied')
    expect(await stand.connections.list('owner')).toEqual([])
  })
})

interface Asking {
  readonly client_id: string
  readonly redirect_uri: string
  readonly scope?: string
}

function authorizeAt({ origin }: Granting, asking: Asking): string {
  const challenge = createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url')
  const parameters = new URLSearchParams({
    response_type: 'code',
    scope: 'amocrm:read amocrm:write',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: `${origin}/mcp`,
    ...asking,
  })
  return `${origin}/oauth/authorize?${parameters}`
}

/** The consent page of the owner, unless another browser is told. */
async function reach(
  stand: Granting,
  asking: Asking,
  browser: Browser = stand.browserOf(stand.owner),
): Promise<Page> {
  const page = await browser.open(authorizeAt(stand, asking))
  expect(page.status).toBe(200)
  return page
}

async function registered(
  { origin }: Granting,
  { client_name, redirect }: { client_name: string; redirect: string },
): Promise<Asking> {
  const reply = await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name, redirect_uris: [redirect], token_endpoint_auth_method: 'none' }),
  })
  const { client_id } = (await reply.json()) as { client_id: string }
  return { client_id, redirect_uri: redirect }
}
