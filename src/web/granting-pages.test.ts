import { createHash, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../../test/e2e/browser.ts'
import { startSandbox } from '../accounts/testing/stage.ts'
import type { Connection } from '../auth/connection.ts'
import { grantWords } from '../console/words/grant.ts'
import { amocrmAt, type Granting, openGranting } from './testing/granting.ts'

const DAY = 24 * 60 * 60_000
const CHATGPT = 'https://chatgpt.com/connector_platform_oauth_redirect'
/** A folder for pictures of every page, to be looked at. */
const SHOTS = process.env.SHOTS_DIR

let browser: Browser
let stand: Granting
let north: Awaited<ReturnType<typeof startSandbox>>

beforeAll(async () => {
  ;[browser, north] = await Promise.all([openBrowser(), startSandbox()])
  stand = await openGranting({
    environment: { name: 'Запад', address: 'https://west.amocrm.ru' },
    connectors: [amocrmAt({ north: north.baseUrl })],
  })
  await addConnections(stand)
  if (SHOTS !== undefined) await mkdir(SHOTS, { recursive: true })
}, 60_000)
afterAll(async () => {
  await browser.close()
  await stand[Symbol.asyncDispose]()
  await north.close()
})

describe.each([
  // Every language and width is walked from end to end by the tests of the whole server.
  { lang: 'ru', width: 360, colorScheme: 'dark' },
] as const)('in $lang at $width px, $colorScheme', ({ lang, width, colorScheme }) => {
  const words = grantWords[lang]

  it('every page can be read and used by everybody, and nothing sticks out', {
    timeout: 120_000,
  }, async () => {
    const viewport = { width, height: width === 360 ? 740 : 900 }
    const context = await signedIn({ viewport, locale: lang, colorScheme })
    const page = await context.newPage()
    const problems: string[] = []
    const check = async (name: string) => {
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/${name}-${lang}-${width}.png`, fullPage: true })
      }
      problems.push(...(await problemsOf(page)).map((problem) => `${name}: ${problem}`))
    }

    await page.goto(authorizeAt('https://chatgpt.com/oauth/client.json', CHATGPT))
    await page.locator('[value="allow"]:enabled').waitFor()
    await check('consent')
    await page.getByLabel(words.presets.own).check()
    await page.getByLabel(words.chosenAccounts).check()
    await check('consent-own')
    await page.locator('[name="scope"]').first().uncheck()
    await page.locator('[value="allow"]').click()
    await page.getByRole('alert').waitFor()
    await check('consent-again')
    await page.goto(authorizeAt(await registered('http://127.0.0.1:33418/'), 'http://127.0.0.1:33418/'))
    await page.locator('[value="allow"]:enabled').waitFor()
    await check('consent-unknown')
    await page.goto(`${stand.origin}/oauth/interaction/none`)
    await check('consent-over')
    await page.goto(`${stand.origin}/console/access`)
    await page.locator('#new-token > summary').click()
    await page.locator('.sure > summary').first().click()
    await check('access')
    await page.locator('[name="name"]').fill('n8n')
    await page.locator('#new-token button:visible').last().click()
    await page.locator('.address').waitFor()
    await check('access-created')
    await page.goto(`${stand.origin}/console/accounts`)
    await page.locator('.linking > summary').click()
    await page.locator('[name="AMOCRM_SUBDOMAIN"]').fill('not an address')
    await page.locator('[name="AMOCRM_ACCESS_TOKEN"]').fill('not a token')
    await page.locator('.linking button:visible').click()
    await page.getByRole('alert').waitFor()
    await check('accounts-wrong')
    await page.locator('[name="AMOCRM_SUBDOMAIN"]').fill('north')
    await page.locator('[name="AMOCRM_ACCESS_TOKEN"]').fill(north.accessToken)
    await page.locator('.linking button:visible').click()
    await page.getByRole('status').waitFor()
    await check('accounts')

    expect(problems).toEqual([])
    await context.close()
  })
})

describe('in a real browser', () => {
  it('the consent page lets the answer go to a host of the internet', async () => {
    // Nothing leaves this machine: the way to the host ends at a proxy that refuses it.
    await using wall = await listenOnLoopback(() => '')
    const context = await signedIn({ proxy: { server: wall.origin, bypass: '127.0.0.1' } })
    const page = await context.newPage()
    await page.goto(authorizeAt('https://chatgpt.com/oauth/client.json', CHATGPT))

    const left = page.waitForRequest((request) => request.url().startsWith(CHATGPT))
    await page.locator('[value="allow"]').click()

    expect(new URL((await left).url()).searchParams.has('code')).toBe(true)
    await context.close()
  })

  it('the window that a program opened finds back to it', async () => {
    await using other = await listenOnLoopback((path) =>
      path === '/callback' ? '<script>opener.postMessage("back", "*")</script>' : '<p>start',
    )
    const context = await signedIn({})
    const program = await context.newPage()
    await program.goto(other.origin)
    const [window] = await Promise.all([
      context.waitForEvent('page'),
      program.evaluate(
        (address) => {
          addEventListener('message', ({ data }) => {
            document.title = data
          })
          open(address)
        },
        authorizeAt(await registered(`${other.origin}/callback`), `${other.origin}/callback`),
      ),
    ])

    await window.locator('[value="allow"]').click()

    await program.waitForFunction(() => document.title === 'back')
    await context.close()
  })

  it('single choices are out of sight until they count, and then they do, without a script', async () => {
    await using other = await listenOnLoopback(() => 'arrived')
    const context = await signedIn({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(authorizeAt(await registered(other.origin), other.origin))
    const single = page.locator('[name="scope"][value="amocrm:read"]')

    expect(await single.isVisible()).toBe(false)
    await page.locator('[name="preset"][value="own"]').check()
    await page.locator('[name="scope"][value="amocrm:write"]').check()
    await single.uncheck()
    await page.locator('[value="allow"]').click()
    await page.getByText('arrived').waitFor()

    const granted = await stand.connections.list('owner')
    expect(granted.filter(({ host }) => host === new URL(other.origin).host)).toMatchObject([
      { scopes: ['amocrm:write'] },
    ])
    await context.close()
  })

  it('Enter answers nothing, and leaves the choice as it is', async () => {
    const context = await signedIn({})
    const page = await context.newPage()
    await page.goto(authorizeAt('https://chatgpt.com/oauth/client.json', CHATGPT))
    await page.locator('[value="allow"]:enabled').waitFor()
    const before = await stand.connections.list('owner')
    const change = page.locator('[name="preset"][value="change"]')

    await change.check()
    await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === 'POST'),
      change.press('Enter'),
    ])
    await page.locator('[value="allow"]:enabled').waitFor()

    expect(await change.isChecked()).toBe(true)
    expect(await stand.connections.list('owner')).toEqual(before)
    await context.close()
  })
})

async function listenOnLoopback(html: (path: string) => string) {
  const server = createServer((request, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end(html(new URL(request.url ?? '/', 'http://own').pathname))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function signedIn(options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  await context.addCookies([{ name: 'mostik', value: stand.owner.token, url: stand.origin }])
  return context
}

async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
  const isTooWide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth > clientWidth
  })
  return isTooWide ? [...found, 'it scrolls sideways'] : found
}

function authorizeAt(client: string, redirect: string): string {
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url')
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: redirect,
    scope: 'amocrm:read amocrm:write',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: `${stand.origin}/mcp`,
  })
  return `${stand.origin}/oauth/authorize?${parameters}`
}

async function registered(redirect: string): Promise<string> {
  const reply = await fetch(`${stand.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Помощник',
      redirect_uris: [redirect],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id } = (await reply.json()) as { client_id: string }
  return client_id
}

async function addConnections({ connections, clock }: Granting): Promise<void> {
  const now = clock.now()
  const usual: Connection = {
    id: 'chatgpt',
    kind: 'oauth',
    owner: 'owner',
    clientId: 'https://chatgpt.com/oauth/client.json',
    name: 'ChatGPT',
    vendor: 'chatgpt',
    host: 'chatgpt.com',
    mount: '',
    scopes: ['amocrm:read'],
    accounts: undefined,
    toolsets: undefined,
    createdAt: now - 12 * DAY,
    expiresAt: now + 78 * DAY,
    usedAt: now - 7 * 60_000,
    endedAt: undefined,
    endReason: undefined,
  }
  const accounts = ['amocrm:https://west.amocrm.ru']
  const name = 'Программа с очень длинным названием, которому не видно конца'
  await connections.add(usual)
  await connections.add({ ...usual, id: 'own', name, vendor: undefined, host: '127.0.0.1:33418', accounts })
  await connections.add({
    ...usual,
    id: 'token',
    kind: 'token',
    name: 'curl',
    vendor: undefined,
    host: '',
    expiresAt: undefined,
  })
  await connections.add({ ...usual, id: 'over', vendor: 'claude', endedAt: now - DAY, endReason: 'replayed' })
}
