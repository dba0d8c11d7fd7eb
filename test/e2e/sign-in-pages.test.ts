import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizeAddress, newPkce, program, register } from '../support/oauth/client.ts'
import { exchange } from '../support/oauth/consent.ts'
import { ADMIN_PASSWORD } from '../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../support/oauth/stack.ts'
import { openBrowser } from './browser.ts'

let browser: Browser
/** Where programs on this computer wait for their answers. */
let waiting: Server
let callback: string
beforeAll(async () => {
  browser = await openBrowser()
  waiting = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Program</title><p>Connected')
  })
  await new Promise<void>((resolve) => waiting.listen(0, '127.0.0.1', resolve))
  callback = `http://127.0.0.1:${(waiting.address() as AddressInfo).port}/callback`
})
afterAll(async () => {
  await browser?.close()
  await new Promise((resolve) => waiting.close(resolve))
})

const PASSWORD = 'the first password of the owner'

describe.each(['ru', 'en'] as const)('in %s', (lang) => {
  describe.each([1280, 360])('at %i px', (width) => {
    it('somebody sets up, signs in, allows a program, invites, and takes all of it back', async () => {
      const stack = await startOauthStack({ host: 'localhost', environment: { ADMIN_PASSWORD: '' } })
      const visit = await openVisit(lang, width)
      try {
        await walk(stack, visit)
        expect(visit.faults).toEqual([])
        expect(visit.strangers(stack.url)).toEqual([])
      } finally {
        await visit.close()
        await stack.close()
      }
    })
  })
})

it('all of it but passkeys works without a script', async () => {
  const stack = await startOauthStack({ host: 'localhost' })
  const visit = await openVisit('ru', 360, false)
  try {
    const { page } = visit
    const clientId = await clientOf(stack)
    const pkce = newPkce()
    await page.goto(authorizeAddress(stack.url, { clientId, redirectUri: callback, pkce }))
    await signIn(page, 'owner', ADMIN_PASSWORD)
    await page.locator('button[name=decision][value=allow]').click()
    await page.waitForURL(`${callback}?**`)
    await page.goto(`${stack.url}/console/access`)
    await page.locator('.connection summary').first().click()
    await page.locator('.connection form button').first().click()
    expect(await page.locator('.ended li').count()).toBe(1)
    await page.locator('form.who button').click()
    await page.waitForURL('**/console/sign-in**')
    expect(visit.faults).toEqual([])
  } finally {
    await visit.close()
    await stack.close()
  }
})

type Visit = Awaited<ReturnType<typeof openVisit>>

async function walk(stack: OauthStack, { page, look, anotherPage }: Visit): Promise<void> {
  const at = (path: string) => page.goto(stack.url + path)

  // The first start: one link, once.
  await page.goto(await stack.setupUrl())
  await look(page, 'setup')
  await fill(page, { name: 'Мария Орлова', login: 'maria@example.com', password: PASSWORD })
  await look(page, 'accounts')

  // A passkey, which needs a script, and a way back in by it.
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await at('/console/profile')
  await look(page, 'profile')
  await page.locator('input[name=passkey-name]').fill('Ноутбук')
  await page.locator('[data-passkey=register] button').click()
  await page.waitForURL('**/console/profile?done=passkey-added')
  await look(page, 'profile-with-passkey')
  await page.locator('form.who button').click()
  await page.waitForURL('**/console/sign-in**')
  await look(page, 'sign-in')
  await signIn(page, 'maria@example.com', 'a wrong password')
  expect(await page.locator('[role=alert]').first().textContent()).not.toBe('')
  await look(page, 'sign-in-refused')
  await page.locator('[data-passkey=sign-in] button').click()
  await page.waitForURL('**/console/accounts**')

  // A program that asks, is refused, asks again and is allowed.
  const clientId = await clientOf(stack)
  const asked = (pkce = newPkce()) =>
    authorizeAddress(stack.url, { clientId, redirectUri: callback, pkce, scope: 'lab:read lab:write' })
  await page.goto(asked())
  await look(page, 'consent')
  await page.locator('#preset-own').check()
  await look(page, 'consent-own')
  await page.locator('button[name=decision][value=deny]').click()
  await page.waitForURL(`${callback}?**`)
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
  const pkce = newPkce()
  await page.goto(asked(pkce))
  await page.locator('#preset-change').check()
  await page.locator('button[name=decision][value=allow]').click()
  await page.waitForURL(`${callback}?**`)
  const code = new URL(page.url()).searchParams.get('code') ?? ''
  const { status, body } = await exchange(stack.url, { clientId, redirectUri: callback, code, pkce })
  expect([status, String(body.scope).includes('lab:write')]).toEqual([200, true])
  await page.goto(`${stack.url}/oauth/authorize?client_id=nobody&redirect_uri=${callback}`)
  await look(page, 'authorization-refused')

  // What was granted, a personal token, and both taken back.
  await at('/console/access')
  await look(page, 'access')
  await page.locator('#new-token summary').click()
  await look(page, 'access-new-token')
  await page.locator('#new-token input[name=name]').fill('n8n')
  await page.locator('#new-token .answer button').click()
  expect(await page.locator('main').textContent()).toMatch(/mostik_[\w-]{40,}/)
  await look(page, 'access-created-token')
  await at('/console/access')
  for (const left of [1, 0]) {
    await page.locator('.connection summary').first().click()
    await page.locator('.connection form button').first().click()
    await page.waitForFunction((count) => document.querySelectorAll('.connection').length === count, left)
  }
  await look(page, 'access-ended')

  // Somebody else, invited, with a page of their own, and taken away.
  await at('/console/people')
  await look(page, 'people')
  await fill(page, { name: 'Иван Петров' })
  await look(page, 'people-invited')
  const link = /https?:\/\/\S+\/console\/invite\/[\w-]+/.exec(
    (await page.locator('main').textContent()) ?? '',
  )?.[0]
  const guest = await anotherPage()
  await guest.goto(link ?? '')
  await look(guest, 'invited')
  await fill(guest, { login: 'ivan@example.com', password: 'the password of Ivan' })
  await look(guest, 'accounts-of-a-client')
  expect(await guest.locator('nav.sections a[href$="/console/people"]').count()).toBe(0)
  await at('/console/people')
  await page.locator('a[href$="/remove"]').first().click()
  await look(page, 'people-remove')
  await page.locator('main form button').click()
  await look(page, 'people-removed')
  stack.pass(1_000)
  await guest.goto(`${stack.url}/console/accounts`)
  expect(new URL(guest.url()).pathname).toBe('/console/sign-in')
}

async function clientOf(stack: OauthStack): Promise<string> {
  const { body } = await register(stack.url, program(callback))
  return String(body.client_id)
}

/** Fills the fields of the page's own form and sends it. */
async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  const form = page.locator('main form').filter({ has: page.locator(`[name="${Object.keys(fields)[0]}"]`) })
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value)
  await form.locator('button[type=submit]').click()
  await page.waitForLoadState()
}

const signIn = (page: Page, login: string, password: string) => fill(page, { login, password })

/** A fresh browser profile that keeps an account of everything that goes wrong or goes elsewhere. */
async function openVisit(lang: 'ru' | 'en', width: number, javaScriptEnabled = true) {
  const faults: string[] = []
  const asked: string[] = []
  // Words and widths change little for axe, and it takes its time: each page is looked at in both, not in all four ways.
  const isLookedAtClosely = (lang === 'ru') === (width === 360)
  const contexts: { close(): Promise<void> }[] = []

  async function anotherPage(): Promise<Page> {
    const context = await browser.newContext({
      locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
      javaScriptEnabled,
      viewport: { width, height: 800 },
    })
    contexts.push(context)
    const page = await context.newPage()
    page.on('console', (message) => {
      const isExpected = /status of 40\d|favicon/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !isExpected) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('response', (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`)
    })
    page.on('request', (request) => asked.push(request.url()))
    return page
  }

  const page = await anotherPage()
  return {
    page,
    anotherPage,
    faults,
    /** Requests to anybody but the server and the program. */
    strangers: (home: string) =>
      asked.filter(
        (url) =>
          ![home, callback, 'data:', 'blob:'].some((known) => url.startsWith(known)) &&
          !url.startsWith(new URL(callback).origin),
      ),
    /** Is it in the reader's language, without a fault that axe finds, and no wider than the screen? */
    async look(page: Page, name: string) {
      expect([name, await page.locator('html').getAttribute('lang')]).toEqual([name, lang])
      expect([name, await page.locator('h1').count()]).toEqual([name, 1])
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, wide]).toEqual([name, 0])
      if (isLookedAtClosely) {
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
        const faults = violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map(({ html }) => html)
              .join(' ')
              .slice(0, 300)}`,
        )
        expect([name, faults]).toEqual([name, []])
      }
      const folder = process.env.SCREENSHOTS
      if (folder) await page.screenshot({ path: `${folder}/${name}-${lang}-${width}.png`, fullPage: true })
    },
    close: async () => void (await Promise.all(contexts.map((context) => context.close()))),
  }
}
