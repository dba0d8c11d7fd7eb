import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wordsOf } from '../../test/support/oauth/browser.ts'
import { startSandbox } from '../accounts/testing/stage.ts'
import { join } from '../people/testing/stage.ts'
import type { startAmocrmSandbox } from '../sandbox/amocrm/server.ts'
import { amocrmAt, type Granting, openGranting } from './testing/granting.ts'

const FORM = 'AMOCRM_SUBDOMAIN'

let north: Awaited<ReturnType<typeof startAmocrmSandbox>>
let south: typeof north

beforeAll(async () => {
  ;[north, south] = await Promise.all([startSandbox(), startSandbox()])
})
afterAll(() => Promise.all([north.close(), south.close()]))

/** Two accounts of amoCRM, and an address where none is. */
const open = (wish: Parameters<typeof openGranting>[0] = {}) =>
  openGranting({
    connectors: [amocrmAt({ north: north.baseUrl, south: south.baseUrl, nowhere: 'http://127.0.0.1:9' })],
    ...wish,
  })

describe('linking on the page', () => {
  it('proves the account, keeps it for the person, and makes the first one the default', async () => {
    await using stand = await open()
    const browser = stand.browserOf(stand.owner, 'ru')
    const page = await browser.open('/console/accounts')
    expect(wordsOf(page)).toContain('Аккаунт ещё не подключён.')

    const linked = await browser.submit(page, FORM, { ...inNorth(), name: 'Север' })

    expect(wordsOf(linked)).toMatch(/Аккаунт подключён\..*Север\s+Основной/s)
    expect(await stand.accountStore.list('owner')).toMatchObject([{ name: 'Север', address: north.baseUrl }])
  })

  it('never gives a token back, refused or not', async () => {
    await using stand = await open()
    const browser = stand.browserOf(stand.owner)
    const wrong = 'a-token-that-amocrm-does-not-know'

    const page = await fillIn(stand, { AMOCRM_SUBDOMAIN: 'north', AMOCRM_ACCESS_TOKEN: wrong }, browser)

    expect(page.status).toBe(422)
    expect(page.body).not.toContain(wrong)
    expect(page.body).toContain('value="north"')
    expect(wordsOf(page)).toContain('amoCRM did not accept the token.')
    expect(wordsOf(page)).toContain('Enter the token again')
    const done = await browser.submit(page, FORM, { AMOCRM_ACCESS_TOKEN: north.accessToken })
    expect(done.body).not.toContain(north.accessToken)
    expect((await browser.open('/console/accounts')).body).not.toContain(north.accessToken)
  })

  it.each([
    [
      'an address that is none',
      { AMOCRM_SUBDOMAIN: 'evil.example.com' },
      'This does not look like an address of amoCRM.',
    ],
    [
      'a token with a space',
      { AMOCRM_ACCESS_TOKEN: 'Bearer abc' },
      'The token is not whole or has stray characters.',
    ],
    ['no token', { AMOCRM_ACCESS_TOKEN: ' ' }, 'Fill in this field.'],
    ['a name of nothing', { name: '"' }, 'It cannot have this name'],
    ['an account that does not answer', { AMOCRM_SUBDOMAIN: 'nowhere' }, 'amoCRM does not answer.'],
  ])('refuses %s in words, and links nothing', async (_, filling, problem) => {
    await using stand = await open()

    const page = await fillIn(stand, { ...inNorth(), ...filling })

    expect(page.status).toBe(422)
    expect(wordsOf(page)).toContain(problem)
    expect(await stand.accountStore.list('owner')).toEqual([])
  })

  it('says the same in Russian', async () => {
    await using stand = await open()
    const browser = stand.browserOf(stand.owner, 'ru')

    const page = await fillIn(stand, { ...inNorth(), AMOCRM_SUBDOMAIN: 'nowhere' }, browser)

    expect(wordsOf(page)).toContain('amoCRM не отвечает.')
  })

  it('takes no address from a page but by its own fields', async () => {
    await using stand = await openGranting()
    const form = csrfOf(stand.owner)
    form.append('connector', 'amocrm')
    form.append('AMOCRM_BASE_URL', north.baseUrl)
    form.append('AMOCRM_ACCESS_TOKEN', north.accessToken)

    const page = await stand.browserOf(stand.owner).open('/console/accounts', { form })

    expect(page.status).toBe(422)
    expect(await stand.accountStore.list('owner')).toEqual([])
  })

  it('gives an account that is linked already the new token', async () => {
    await using stand = await open()
    await fillIn(stand, { ...inNorth(), name: 'Север' })
    const [before] = await stand.accountStore.list('owner')

    const page = await fillIn(stand, inNorth())

    expect(wordsOf(page)).toContain('The account works with the new token.')
    const after = await stand.accountStore.list('owner')
    expect(after).toMatchObject([{ name: 'Север' }])
    expect(after[0]?.id).not.toBe(before?.id)
  })

  it('stops one who tries tokens one after another, and holds nobody else up', async () => {
    await using stand = await open()
    const boris = await join(stand, stand.owner.session.person, 'client', 'boris@example.com')
    const filling = { AMOCRM_SUBDOMAIN: 'north', AMOCRM_ACCESS_TOKEN: 'guessed' }
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(wordsOf(await fillIn(stand, filling))).toContain('amoCRM did not accept the token.')
    }

    const eleventh = await fillIn(stand, inNorth())
    const another = await fillIn(stand, inNorth(), stand.browserOf(boris))

    expect(wordsOf(eleventh)).toContain('Too many attempts in a row. Try again in a few minutes.')
    expect(await stand.accountStore.list('owner')).toEqual([])
    expect(wordsOf(another)).toContain('The account is linked.')
  })

  it.each([
    ['ru', 'Это название уже занято другим вашим аккаунтом'],
    ['en', 'Another account of yours goes by this name'],
  ] as const)('refuses a name that another account has, in %s', async (lang, words) => {
    await using stand = await open()
    await fillIn(stand, { ...inNorth(), name: 'Север' })

    const page = await fillIn(stand, { ...inSouth(), name: 'север' }, stand.browserOf(stand.owner, lang))

    expect(wordsOf(page)).toContain(words)
    expect(await stand.accountStore.list('owner')).toHaveLength(1)
  })

  it.each([
    ['ru', 'Этот аккаунт у вас уже подключён под другим названием'],
    ['en', 'This account is linked already, under another name'],
  ] as const)('does not link one account under a second name, in %s', async (lang, words) => {
    await using stand = await open()
    await fillIn(stand, { ...inNorth(), name: 'Север' })

    const page = await fillIn(stand, { ...inNorth(), name: 'Второй' }, stand.browserOf(stand.owner, lang))

    expect(wordsOf(page)).toContain(words)
  })

  it.each([
    ['ru', 'Этот аккаунт уже задан настройками сервера'],
    ['en', 'The settings of the server name this account already'],
  ] as const)("leaves the environment's account to the environment, in %s", async (lang, words) => {
    await using stand = await open({ environment: { name: 'Север', address: north.baseUrl } })

    const page = await fillIn(stand, inNorth(), stand.browserOf(stand.owner, lang))

    expect(wordsOf(page)).toContain(words)
    expect(await stand.accountStore.list('owner')).toEqual([])
  })
})

describe('what is linked', () => {
  it('can be made the default and unlinked', async () => {
    await using stand = await open()
    await fillIn(stand, { ...inNorth(), name: 'Север' })
    await fillIn(stand, { ...inSouth(), name: 'Юг' })
    const browser = stand.browserOf(stand.owner)

    const chosen = await browser.submit(await browser.open('/console/accounts'), 'accounts/default')
    expect(wordsOf(chosen)).toMatch(/Юг\s+Default.*Север/s)
    const form = csrfOf(stand.owner)
    form.append('connector', 'amocrm')
    form.append('account', new URL(north.baseUrl).host)
    const left = await browser.open('/console/accounts/unlink', { form })

    expect(wordsOf(left)).toContain('The account is unlinked and its token is deleted.')
    expect(await stand.accountStore.list('owner')).toMatchObject([{ name: 'Юг' }])
  })

  it('says that its token is refused, and what to do', async () => {
    await using stand = await open()
    await fillIn(stand, inNorth())
    const [account] = await stand.accountStore.list('owner')
    await stand.accountStore.setRefused(account?.id ?? '', stand.clock.now())

    const page = await stand.browserOf(stand.owner).open('/console/accounts')

    expect(wordsOf(page)).toContain(
      'amoCRM no longer accepts its token. Link the account again with a new token.',
    )
  })

  it('of the environment is shown to the owner, and stays as it is', async () => {
    const environment = { name: 'Север', address: 'https://north.amocrm.ru' }
    await using stand = await open({ environment })
    const browser = stand.browserOf(stand.owner)
    const form = csrfOf(stand.owner)
    form.append('connector', 'amocrm')
    form.append('account', 'north.amocrm.ru')

    const page = await browser.open('/console/accounts')
    const refused = await browser.open('/console/accounts/unlink', { form })

    expect(wordsOf(page)).toContain('Set on the server; it cannot be changed here.')
    expect(page.body).not.toContain('accounts/unlink')
    expect(wordsOf(refused)).toContain('no longer among yours')
  })
})

describe('the accounts of others', () => {
  it('are neither shown nor changed by who guesses them', async () => {
    await using stand = await open({ environment: { name: 'Запад', address: 'https://west.amocrm.ru' } })
    await fillIn(stand, { ...inNorth(), name: 'Север' })
    const before = await stand.accountStore.list('owner')
    const boris = await join(stand, stand.owner.session.person, 'client', 'boris@example.com')
    const browser = stand.browserOf(boris)

    const page = await browser.open('/console/accounts')
    for (const [what, host] of [
      ['unlink', new URL(north.baseUrl).host],
      ['default', new URL(north.baseUrl).host],
      ['default', 'west.amocrm.ru'],
    ]) {
      const form = csrfOf(boris)
      form.append('connector', 'amocrm')
      form.append('account', host ?? '')
      expect(wordsOf(await browser.open(`/console/accounts/${what}`, { form }))).toContain(
        'no longer among yours',
      )
    }

    expect(page.body).not.toMatch(/Север|Запад|west\.amocrm/)
    expect(await stand.accountStore.list('owner')).toEqual(before)
  })

  it('do not stand in the way of linking the same one', async () => {
    await using stand = await open()
    await fillIn(stand, { ...inNorth(), name: 'Север' })
    const boris = await join(stand, stand.owner.session.person, 'client', 'boris@example.com')

    await fillIn(stand, { ...inNorth(), name: 'Север' }, stand.browserOf(boris))

    expect(await stand.accountStore.list(boris.session.person.id)).toMatchObject([{ name: 'Север' }])
    expect(await stand.accountStore.list('owner')).toHaveLength(1)
  })

  it('are not linked for who has not signed in', async () => {
    await using stand = await open()

    const page = await stand.browserOf().open('/console/accounts', { stays: true })

    expect(page.headers.get('location')).toBe('/console/sign-in?next=%2Fconsole%2Faccounts')
  })
})

const inNorth = () => ({ AMOCRM_SUBDOMAIN: 'north', AMOCRM_ACCESS_TOKEN: north.accessToken })
const inSouth = () => ({ AMOCRM_SUBDOMAIN: 'south', AMOCRM_ACCESS_TOKEN: south.accessToken })

async function fillIn(
  stand: Granting,
  filling: Record<string, string>,
  browser = stand.browserOf(stand.owner),
) {
  return browser.submit(await browser.open('/console/accounts'), FORM, filling)
}

function csrfOf({ session }: Granting['owner']): URLSearchParams {
  return new URLSearchParams({ _csrf: session.csrf })
}
