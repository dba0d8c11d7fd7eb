import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { assetAt } from '../../src/console/assets.ts'
import { docsPage } from '../../src/console/docs-page.ts'
import { homePage } from '../../src/console/home-page.ts'
import { languageOf } from '../../src/console/language.ts'
import { pageHeaders } from '../../src/console/page-headers.ts'
import { openBrowser } from './browser.ts'

const HOSTILE = `<script>globalThis.broken=1</script>"><img src=x onerror="globalThis.broken=1">'\``
const PUBLIC_URL = 'https://mostik-demo.example.ru'

const tools = [
  tool('amocrm_get_account', 'Read the account', 'read', z.object({})),
  tool(
    'amocrm_search_contacts',
    'Find contacts',
    'read',
    z.object({
      query: z
        .string()
        .describe('Phone, e-mail or name.')
        .meta({ examples: ['+7 495 000-12-34'] }),
      limit: z.int().min(1).max(50).default(10).describe('How many rows.'),
      period: z.object({ from: z.iso.date(), to: z.iso.date() }).optional().describe('When it was created.'),
    }),
  ),
  tool(
    'amocrm_create_lead',
    'Create a lead',
    'write',
    z.object({
      name: z
        .string()
        .describe('Name of the lead.')
        .meta({ examples: ['Тестовая сделка'] }),
      price: z
        .number()
        .optional()
        .describe('Roubles.')
        .meta({ examples: [50000] }),
    }),
  ),
  tool(
    'amocrm_undo_change',
    'Undo a change',
    'write',
    z.object({ change: z.string().describe('Id of the change.') }),
  ),
  tool(
    'amocrm_update_many',
    `Hostile ${HOSTILE}`,
    'destroy',
    z.object({
      value: z
        .string()
        .meta({ examples: [`</textarea>${HOSTILE}`] })
        .describe(HOSTILE),
    }),
  ),
]

const calls: { name: string; authorization: string | undefined; body: unknown; url: string }[] = []
let server: ServerType
let browser: Browser
let origin: string

beforeAll(async () => {
  const app = pagesApp()
  server = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await new Promise((resolve) => server.close(resolve))
})

describe.each(['ru', 'en'] as const)('in %s', (lang) => {
  describe.each([1280, 360])('at %i px', (width) => {
    it.each(['light', 'dark'] as const)(
      'shows both pages in %s colours without a fault',
      async (colorScheme) => {
        await using visit = await open({ width, lang, colorScheme })
        for (const path of ['/', '/docs']) {
          await visit.page.goto(origin + path)
          expect(await visit.page.locator('html').getAttribute('lang')).toBe(lang)
          expect(await visit.page.locator('h1').count()).toBe(1)
          const name = `${path === '/' ? 'home' : 'docs'}-${lang}-${width}-${colorScheme}`
          await screenshot(visit.page, name)
          await openEverything(visit.page)
          expect(await sidewaysScroll(visit.page), `${path} scrolls sideways by`).toBe(0)
          await screenshot(visit.page, `${name}-open`)
        }
        expect(visit.faults).toEqual([])
        expect(visit.strangers).toEqual([])
      },
    )
  })
})

describe('the home page', () => {
  it('shows the address to paste, the connectors and the three things to ask', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(origin)

    const text = await visit.page.locator('main').textContent()
    expect(text).toContain(`${PUBLIC_URL}/mcp`)
    expect(text).toContain('версия 9.8.7')
    expect(text).toContain('Получи информацию об аккаунте amoCRM')
    expect(text).toContain('Найди контакт с телефоном +7 495 000-12-34')
    expect(text).toContain('Создай сделку «Тестовая сделка» на 50000 рублей')
  })

  it('copies an address by keyboard', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visit.page.goto(origin)
    const button = visit.page.locator('.address button')

    await button.focus()
    await visit.page.keyboard.press('Enter')

    await visit.page.waitForFunction(
      () => document.querySelector('.address button')?.textContent === 'Скопировано',
    )
    expect(await visit.page.evaluate(() => navigator.clipboard.readText())).toBe(`${PUBLIC_URL}/mcp`)
  })

  it('changes the language by a link, and works without a script', async () => {
    await using visit = await open({ lang: 'ru', javaScriptEnabled: false })
    await visit.page.goto(origin)

    await visit.page.getByRole('link', { name: 'English' }).click()

    expect(await visit.page.locator('html').getAttribute('lang')).toBe('en')
    expect(await visit.page.locator('h1').textContent()).toContain('Your amoCRM')
    await visit.page.locator('summary', { hasText: 'Cursor' }).click()
    expect(await visit.page.getByText('mcpServers').isVisible()).toBe(true)
  })

  it('warns of an open server and of demo data', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(`${origin}/?auth=none`)
    expect(await visit.page.locator('.warnings .danger').textContent()).toContain('Вход без пароля')
    expect(await visit.page.locator('.warnings .info').textContent()).toContain('демонстрационный')

    await visit.page.goto(`${origin}/?auth=token`)
    expect(await visit.page.locator('.warnings .danger').count()).toBe(0)
  })
})

describe('the docs page', () => {
  it('sends the edited body with the bearer token and shows the reply', async () => {
    await using visit = await open({ lang: 'ru' })
    calls.length = 0
    await visit.page.goto(`${origin}/docs#amocrm_search_contacts`)
    const tool = visit.page.locator('#amocrm_search_contacts')
    expect(JSON.parse(await tool.locator('textarea').inputValue())).toEqual({ query: '+7 495 000-12-34' })
    await visit.page.getByLabel('Токен доступа').fill('secret-token-1')

    await tool.locator('textarea').fill('{"query": "Иван"}')
    await tool.getByRole('button', { name: 'Отправить' }).click()

    await tool.locator('[data-state=good]').waitFor()
    expect(await tool.locator('[data-status]').textContent()).toContain('HTTP 200')
    expect(await tool.locator('[data-reply]').textContent()).toContain('"echo": {\n    "query": "Иван"')
    expect(calls).toEqual([
      {
        name: 'amocrm_search_contacts',
        authorization: 'Bearer secret-token-1',
        body: { query: 'Иван' },
        url: '/api/tools/amocrm_search_contacts',
      },
    ])
    expect(visit.faults).toEqual([])
    await screenshot(visit.page, 'docs-reply')
  })

  it('keeps the token nowhere but in its field', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(`${origin}/docs#amocrm_get_account`)
    await visit.page.getByLabel('Токен доступа').fill('secret-token-2')
    await visit.page.getByLabel('Токен доступа').press('Enter')
    await visit.page.locator('#amocrm_get_account').getByRole('button', { name: 'Отправить' }).click()
    await visit.page.locator('#amocrm_get_account [data-state=good]').waitFor()

    const stored = await visit.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    )
    expect(stored).not.toContain('secret-token-2')
    expect(visit.addresses.join('\n')).not.toContain('secret-token-2')
    await visit.page.reload()
    expect(await visit.page.getByLabel('Токен доступа').inputValue()).toBe('')
  })

  it('says that a token is missing, and explains a refusal', async () => {
    await using visit = await open({ lang: 'en' })
    await visit.page.goto(`${origin}/docs#amocrm_get_account`)
    const tool = visit.page.locator('#amocrm_get_account')

    await tool.getByRole('button', { name: 'Send' }).click()

    await tool.locator('[data-state=bad]').waitFor()
    expect(await tool.locator('[data-status]').textContent()).toMatch(/HTTP 401.*enter a valid token/)
    expect(await tool.locator('[data-reply]').textContent()).toContain('unauthorized')
  })

  it('sends nothing that is not JSON', async () => {
    await using visit = await open({ lang: 'ru' })
    calls.length = 0
    await visit.page.goto(`${origin}/docs#amocrm_create_lead`)
    const tool = visit.page.locator('#amocrm_create_lead')
    await tool.locator('textarea').fill('{"name": ')

    await tool.locator('textarea').press('Control+Enter')

    await tool.locator('[data-state=bad]').waitFor()
    expect(await tool.locator('[data-status]').textContent()).toContain('Это не JSON')
    expect(await tool.locator('textarea').getAttribute('aria-invalid')).toBe('true')
    expect(calls).toEqual([])
  })

  it('finds a tool by a word of its description', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(`${origin}/docs`)

    await visit.page.getByLabel('Найти инструмент').fill('UNDO')
    expect(await visit.page.locator('details[data-tool]:visible').count()).toBe(1)

    await visit.page.getByLabel('Найти инструмент').fill('нет такого')
    expect(await visit.page.locator('details[data-tool]:visible').count()).toBe(0)
    expect(await visit.page.locator('#nothing').textContent()).toBe('Ничего не нашлось.')
  })

  it('is read without a script', async () => {
    await using visit = await open({ lang: 'ru', javaScriptEnabled: false })
    await visit.page.goto(`${origin}/docs`)

    await visit.page.locator('#amocrm_search_contacts > summary').click()

    expect(await visit.page.getByText('period.from', { exact: true }).isVisible()).toBe(true)
    expect(await visit.page.locator('#amocrm_search_contacts button[data-send]').isDisabled()).toBe(true)
    expect(await visit.page.locator('#token').isVisible()).toBe(false)
  })
})

describe('hostile text', () => {
  it.each(['/?hostile=1', '/docs'])('is inert on %s', async (path) => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(origin + path)
    await openEverything(visit.page)

    expect(await visit.page.locator('body').textContent()).toContain(HOSTILE)
    expect(await visit.page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(await visit.page.locator('img[src=x]').count()).toBe(0)
    expect(await visit.page.locator('script:not([src])').count()).toBe(0)
    expect(visit.faults).toEqual([])
  })

  it('is inert in a reply', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(`${origin}/docs#amocrm_update_many`)
    await visit.page.getByLabel('Токен доступа').fill('secret-token-3')
    const tool = visit.page.locator('#amocrm_update_many')
    await tool.getByRole('button', { name: 'Отправить' }).click()
    await tool.locator('[data-state=good]').waitFor()

    expect(await tool.locator('[data-reply]').textContent()).toContain('<script>')
    expect(await visit.page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(visit.faults).toEqual([])
  })

  it('would be stopped by the policy even if it got into a page', async () => {
    await using visit = await open({ lang: 'ru' })
    await visit.page.goto(`${origin}/raw`)

    expect(await visit.page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(visit.faults.join('\n')).toMatch(/Content Security Policy/)
  })
})

function pagesApp(): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value)
  })
  app.get('/assets/*', (c) => {
    const asset = assetAt(c.req.path)
    return asset ? c.body(asset.body, 200, { 'content-type': asset.type }) : c.notFound()
  })
  app.get('/', (c) => {
    const title = c.req.query('hostile') ? HOSTILE : 'amoCRM'
    const auth = c.req.query('auth') === 'none' ? 'none' : c.req.query('auth') === 'token' ? 'token' : 'oauth'
    return c.html(
      homePage({
        version: '9.8.7',
        publicUrl: PUBLIC_URL,
        auth,
        lang: languageOf(c.req.query('lang'), c.req.header('accept-language')),
        endpoints: {
          mcp: `${PUBLIC_URL}/mcp`,
          sse: `${PUBLIC_URL}/sse`,
          openapi: `${PUBLIC_URL}/openapi.json`,
          tools: `${PUBLIC_URL}/api/tools`,
        },
        connectors: [
          {
            id: 'amocrm',
            title,
            state: 'demo',
            account: title === HOSTILE ? HOSTILE : 'Студия «Ремонт и свет»',
            tools: 18,
            setup: ['AMOCRM_SUBDOMAIN', 'AMOCRM_ACCESS_TOKEN'],
            mcp: `${PUBLIC_URL}/amocrm/mcp`,
          },
        ],
      }),
    )
  })
  app.get('/docs', (c) =>
    c.html(
      docsPage({
        tools,
        auth: 'token',
        publicUrl: PUBLIC_URL,
        lang: languageOf(c.req.query('lang'), c.req.header('accept-language')),
      }),
    ),
  )
  app.get('/raw', (c) =>
    c.html(`<!doctype html><title>raw</title><p>${HOSTILE}</p><link rel="icon" href="data:,">`),
  )
  app.post('/api/tools/:name', async (c) => {
    const authorization = c.req.header('authorization')
    const { pathname, search } = new URL(c.req.url)
    const body: unknown = await c.req.json()
    if (!authorization) return c.json({ error: 'unauthorized', message: 'A token is needed.' }, 401)
    calls.push({ name: c.req.param('name'), authorization, body, url: pathname + search })
    return c.json({ echo: body })
  })
  return app
}

function tool(name: string, title: string, access: 'read' | 'write' | 'destroy', input: z.ZodObject) {
  return {
    name,
    title,
    description: `${title}. A sentence that tells when to use it and what comes back.`,
    access,
    inputSchema: z.toJSONSchema(input, { io: 'input' }),
    outputSchema: z.toJSONSchema(
      z.object({ rows: z.array(z.object({ id: z.string().describe('Short reference.') })) }),
    ),
  }
}

interface Look {
  readonly lang: 'ru' | 'en'
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

/** A fresh browser profile that keeps an account of everything that goes wrong or goes elsewhere. */
async function open({ lang, width = 1280, colorScheme = 'light', javaScriptEnabled = true }: Look) {
  const locale = lang === 'ru' ? 'ru-RU' : 'en-GB'
  const context = await browser.newContext({
    locale,
    colorScheme,
    javaScriptEnabled,
    viewport: { width, height: 800 },
  })
  const page = await context.newPage()
  const faults: string[] = []
  const strangers: string[] = []
  const addresses: string[] = []
  page.on('console', (message) => {
    const expected = message.text().includes('status of 401')
    if (['error', 'warning'].includes(message.type()) && !expected) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401)
      faults.push(`${response.status()} ${response.url()}`)
  })
  page.on('request', (request) => {
    addresses.push(request.url())
    const { origin: asked, protocol } = new URL(request.url())
    if (asked !== origin && protocol !== 'data:') strangers.push(request.url())
  })
  return { page, faults, strangers, addresses, [Symbol.asyncDispose]: () => context.close() }
}

async function openEverything(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) {
      details.removeAttribute('name')
      details.open = true
    }
  })
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Pictures for the eye, on demand: `SCREENSHOTS=<folder>`. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
