import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../../test/e2e/browser.ts'
import { openStand, type Stand } from './testing/stand.ts'

const PASSWORD = 'three plain green words'
const HOSTILE = `<img src=x onerror="globalThis.broken=1">"'><script>globalThis.broken=1</script>`

let stand: Stand
let browser: Browser
let setupKey: string
let inviteKey: string

beforeAll(async () => {
  browser = await openBrowser()
  stand = await openStand({ host: 'localhost' })
  setupKey = await stand.people.setupKey()
  const from = { address: '192.0.2.7', agent: 'test' }
  const { session } = await stand.people.accept(
    await stand.people.setupKey(),
    'setup',
    { login: 'anna@example.ru', name: 'Анна Ковалёва', password: PASSWORD },
    from,
  )
  const owner = session.person
  const member = await stand.people.accept(
    await stand.people.invite(owner, { role: 'member', name: 'Пётр' }),
    'invite',
    { login: 'petr@example.ru', name: 'Пётр Сомов', password: PASSWORD },
    from,
  )
  await stand.people.accept(
    await stand.people.invite(member.session.person, { role: 'client', name: 'Клиент' }),
    'invite',
    { login: 'client@example.ru', name: HOSTILE.slice(0, 100), password: PASSWORD },
    from,
  )
  inviteKey = await stand.people.invite(owner, { role: 'member', name: 'Ольга' })
  setupKey = await stand.people.setupKey()
})

afterAll(async () => {
  await browser?.close()
  await stand?.[Symbol.asyncDispose]()
})

it.each([
  // What axe looks for depends on neither the language nor the width.
  { lang: 'ru', width: 360, colorScheme: 'dark', axe: true },
  { lang: 'en', width: 1280, colorScheme: 'light', axe: false },
] as const)(
  'shows every page in $lang at $width px in $colorScheme colours: nothing beside the screen, nothing that axe finds',
  async ({ lang, width, colorScheme, axe }) => {
    await using visit = await open({ lang, width, colorScheme, bypassCSP: true })
    const { page } = visit
    const look = async (name: string) => {
      await check(page, name)
      if (axe) await checkWithAxe(page, name)
      await screenshot(page, `${name}-${lang}-${width}-${colorScheme}`)
    }
    await page.goto(`${stand.origin}/console/setup/${setupKey}`)
    await look('setup')
    await page.goto(`${stand.origin}/console/invite/${inviteKey}`)
    await look('invite')
    await page.goto(`${stand.origin}/console/invite/none`)
    await look('invite-over')
    await page.goto(`${stand.origin}/console/people`)
    await look('sign-in')
    await fill(page, `${lang}-${width}@example.ru`, PASSWORD)
    await look('sign-in-wrong')
    await fill(page, 'anna@example.ru', PASSWORD)
    await look('people')
    await press(page, 'a[href$="/remove"] >> nth=-1')
    await look('remove')
    await page.goto(`${stand.origin}/console/people`)
    await page.locator('#name').fill('Ольга')
    await press(page, 'main form.form button')
    await look('invited')
    await page.goto(`${stand.origin}/console/profile`)
    await look('profile')
    await page.locator('#current').fill(PASSWORD)
    await page.locator('#next').fill('password1234')
    await press(page, 'form[action$="/password"] button')
    await look('profile-wrong')
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
  },
)

it('signs in, invites and removes without JavaScript', async () => {
  await using visit = await open({ lang: 'ru', width: 360, javaScriptEnabled: false })
  const { page } = visit
  await page.goto(`${stand.origin}/console/people`)
  await fill(page, 'petr@example.ru', PASSWORD)
  await page.getByLabel('Как зовут').fill('Новый человек')
  await page.getByRole('button', { name: 'Создать ссылку' }).click()
  const link = await page.locator('pre code').textContent()

  await using other = await open({ lang: 'ru', width: 360, javaScriptEnabled: false })
  await other.page.goto(link ?? '')
  await other.page.getByLabel('Логин').fill('new@example.ru')
  await other.page.getByLabel('Пароль').fill(PASSWORD)
  await other.page.getByRole('button', { name: 'Присоединиться' }).click()
  await other.page.goto(`${stand.origin}/console/profile`)
  expect(await other.page.locator('h1').textContent()).toBe('Новый человек')
  expect(await other.page.locator('.sections').textContent()).not.toContain('Люди')

  await page.goto(`${stand.origin}/console/people`)
  await page.getByRole('link', { name: 'Убрать: Новый человек' }).click()
  await page.getByRole('button', { name: 'Да, убрать' }).click()
  expect(await page.locator('main').textContent()).toContain('Человека здесь больше нет')
  await other.page.reload()
  expect(new URL(other.page.url()).pathname).toBe('/console/sign-in')
})

describe('a passkey', () => {
  it('is added on the profile and signs in, with no rule of the page broken', async () => {
    await using visit = await open({ lang: 'en', width: 1280 })
    const { page } = visit
    await addAuthenticator(page)
    await page.goto(`${stand.origin}/console/profile`)
    await fill(page, 'anna@example.ru', PASSWORD)
    await page.getByLabel('Name of the passkey').fill('Laptop <b>')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.waitForURL('**/console/profile?done=passkey-added')
    expect(await page.locator('.rows').textContent()).toContain('Laptop <b>')

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.goto(`${stand.origin}/console/people`)
    await page.getByRole('button', { name: /without a password/ }).click()
    await page.waitForURL('**/console/people')

    expect(await page.locator('h1').textContent()).toBe('People')
    expect(visit.faults).toEqual([])
  })

  it('that has been removed is refused in words, and the button works again', async () => {
    await using visit = await open({ lang: 'ru', width: 360 })
    const { page } = visit
    await addAuthenticator(page)
    await page.goto(`${stand.origin}/console/profile`)
    await fill(page, 'petr@example.ru', PASSWORD)
    await page.getByLabel('Название ключа').fill('телефон')
    await page.getByRole('button', { name: 'Добавить ключ' }).click()
    await page.getByRole('button', { name: 'Удалить: телефон' }).click()
    expect(await page.locator('main').textContent()).toContain('Ключ входа удалён')
    await page.getByRole('button', { name: 'Выйти', exact: true }).click()
    const button = page.getByRole('button', { name: /без пароля/ })
    await button.click()

    await expect.poll(() => page.locator('[data-status]').textContent()).toContain('не знает такого ключа')
    expect(await button.isEnabled()).toBe(true)
  })
})

interface Look {
  readonly lang: 'ru' | 'en'
  readonly width: number
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
  /** For axe, which puts its own script into the page. */
  readonly bypassCSP?: boolean
}

async function open({ lang, width, ...more }: Look) {
  const locale = lang === 'ru' ? 'ru-RU' : 'en-GB'
  const context = await browser.newContext({ locale, viewport: { width, height: 800 }, ...more })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  return { page, faults, [Symbol.asyncDispose]: () => context.close() }
}

async function fill(page: Page, login: string, password: string): Promise<void> {
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(password)
  await press(page, 'main form button[type=submit] >> nth=0')
}

/** A click, and the page that it leads to with all its styles. */
async function press(page: Page, selector: string): Promise<void> {
  const loaded = page.waitForEvent('load')
  await page.locator(selector).click()
  await loaded
}

async function checkWithAxe(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found).toEqual([])
}

async function check(page: Page, name: string): Promise<void> {
  const beside = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(beside, `${name} scrolls sideways by`).toBe(0)
  expect(await page.locator('h1').count(), `${name} has one heading`).toBe(1)
}

/** A passkey device that says yes, as the browser's own developer tools have it. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** Pictures for the eye, on demand: `SCREENSHOTS=<folder>`. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
