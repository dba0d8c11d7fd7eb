import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../test/support/oauth/browser.ts'
import type { Connection } from '../auth/connection.ts'
import { join } from '../people/testing/stage.ts'
import { type Granting, openGranting } from './testing/granting.ts'

const DAY = 24 * 60 * 60_000

describe('the list of what was granted', () => {
  it('says of each program who it is, what it may do, where and until when', async () => {
    await using stand = await openGranting()
    const now = stand.clock.now()
    await grant(stand, 'owner', {
      name: 'whatever',
      vendor: 'chatgpt',
      host: 'chatgpt.com',
      scopes: ['amocrm:read'],
      createdAt: now - 3 * DAY,
      usedAt: now - 5 * 60_000,
      expiresAt: now + 87 * DAY,
    })

    const page = await stand.browserOf(stand.owner, 'ru').open('/console/access')

    expect(wordsOf(page)).toMatch(
      /ChatGPT\s+Проверено.*Искать и читать сделки.*все ваши.*chatgpt\.com.*17 ноября 2026.*5 минут назад.*15 февраля 2027/s,
    )
    const [programs = ''] = page.body.split('id="tokens"')
    expect(programs).not.toContain('Создавать сделки')
  })

  it('warns of a name that nobody vouches for, and shows it as text on one line', async () => {
    await using stand = await openGranting()
    await grant(stand, 'owner', { name: '<b>Chat\u202eGPT\n</b>', host: '127.0.0.1:5000' })

    const page = await stand.browserOf(stand.owner).open('/console/access')

    expect(page.body).toContain('&lt;b&gt;ChatGPT &lt;/b&gt;')
    expect(wordsOf(page)).toContain('Not verified')
    expect(wordsOf(page)).toContain('a program on a computer (127.0.0.1:5000)')
  })

  it('names the only accounts of a connection, and counts those that are gone', async () => {
    await using stand = await openGranting({
      environment: { name: 'Север', address: 'https://north.amocrm.ru' },
    })
    await grant(stand, 'owner', {
      accounts: ['amocrm:https://north.amocrm.ru', 'amocrm:https://gone.amocrm.ru'],
    })

    expect(wordsOf(await stand.browserOf(stand.owner).open('/console/access'))).toContain(
      'Север, 1 no longer linked',
    )
  })

  it.each([
    [
      'revoked',
      { endedAt: Date.UTC(2026, 10, 19), endReason: 'revoked' },
      'Disconnected on 19 November 2026.',
    ],
    ['stolen', { endedAt: Date.UTC(2026, 10, 19), endReason: 'replayed' }, 'may have been stolen'],
    ['out of time', { expiresAt: Date.UTC(2026, 10, 19) }, 'Its time was over on 19 November 2026.'],
  ] as const)('puts one that is %s aside, with the reason', async (_, over, reason) => {
    await using stand = await openGranting()
    await grant(stand, 'owner', { vendor: 'claude', ...over })

    const page = await stand.browserOf(stand.owner).open('/console/access')

    expect(wordsOf(page)).toContain(reason)
    expect(page.body).not.toContain('/revoke')
  })

  it('shows nothing of other people', async () => {
    await using stand = await openGranting()
    const boris = await join(stand, stand.owner.session.person, 'member', 'boris@example.com')
    await grant(stand, 'owner', { name: 'Program of the owner' })

    const page = await stand.browserOf(boris).open('/console/access')

    expect(page.status).toBe(200)
    expect(page.body).not.toContain('Program of the owner')
  })
})

describe('disconnecting', () => {
  it('ends the connection at once', async () => {
    await using stand = await openGranting()
    await grant(stand, 'owner', { id: 'mine' })
    const browser = stand.browserOf(stand.owner)

    const page = await browser.submit(await browser.open('/console/access'), 'mine/revoke')

    expect(wordsOf(page)).toContain('Done: the access is gone.')
    expect(await stand.connections.ended(['mine'], stand.clock.now())).toEqual(['mine'])
  })

  it('of a connection of somebody else does nothing, as if it did not exist', async () => {
    await using stand = await openGranting()
    const boris = await join(stand, stand.owner.session.person, 'member', 'boris@example.com')
    await grant(stand, 'owner', { id: 'of-the-owner' })
    const post = (id: string) =>
      stand.browserOf(boris).open(`/console/access/${id}/revoke`, { form: csrfOf(boris) })

    const [guessed, invented] = [await post('of-the-owner'), await post('invented')]

    expect(guessed.status).toBe(404)
    expect(guessed.body.replaceAll('of-the-owner', '')).toBe(invented.body.replaceAll('invented', ''))
    expect(await stand.connections.ended(['of-the-owner'], stand.clock.now())).toEqual([])
  })

  it('needs the form of the page', async () => {
    await using stand = await openGranting()
    await grant(stand, 'owner', { id: 'mine' })

    const forged = new URLSearchParams({ _csrf: 'guessed' })
    const page = await stand.browserOf(stand.owner).open('/console/access/mine/revoke', { form: forged })

    expect(page.status).toBe(403)
    expect(await stand.connections.ended(['mine'], stand.clock.now())).toEqual([])
  })

  it('of one that has ended meanwhile comes back to the list', async () => {
    await using stand = await openGranting()
    await grant(stand, 'owner', { id: 'mine' })
    const browser = stand.browserOf(stand.owner)
    const page = await browser.open('/console/access')
    await stand.connections.end('mine', 'owner', 'revoked', stand.clock.now())

    expect((await browser.submit(page, 'mine/revoke')).status).toBe(200)
  })
})

describe('personal tokens', () => {
  it('are shown once and only look for 90 days unless more is chosen', async () => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)

    const made = await browser.submit(await browser.open('/console/access'), 'name', { name: ' n8n ' })

    const [token = ''] = /mostik_[\w-]{43,}/.exec(made.body) ?? []
    expect(token).not.toBe('')
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(await stand.connections.list('owner')).toMatchObject([
      {
        kind: 'token',
        name: 'n8n',
        scopes: ['amocrm:read'],
        accounts: undefined,
        expiresAt: stand.clock.now() + 90 * DAY,
      },
    ])
    const list = await browser.open('/console/access')
    expect(wordsOf(list)).toContain('n8n')
    expect(list.body).not.toContain(token)
  })

  it('may have no end, and be for one account', async () => {
    await using stand = await openGranting({
      environment: { name: 'Север', address: 'https://north.amocrm.ru' },
    })
    const browser = stand.browserOf(stand.owner)
    const page = await browser.open('/console/access')
    const account = 'amocrm:https://north.amocrm.ru'

    await browser.submit(page, 'name', {
      name: 'x',
      preset: 'change',
      accounts: 'chosen',
      account,
      days: '0',
    })

    expect(await stand.connections.list('owner')).toMatchObject([
      { scopes: ['amocrm:read', 'amocrm:write'], accounts: [account], expiresAt: undefined },
    ])
  })

  it.each([
    ['without a name', { name: ' ' }, 'Give the token a name'],
    ['with a name of nothing to read', { name: '\u202e' }, 'Give the token a name'],
    ['with an own choice of nothing', { preset: 'own', scope: [] }, 'Tick at least one permission.'],
  ])('are not made %s, and the form stays as it was', async (_, filling, problem) => {
    await using stand = await openGranting()
    const browser = stand.browserOf(stand.owner)
    const sent = { name: 'n8n', days: '30', ...filling }

    const page = await browser.submit(await browser.open('/console/access'), 'name', sent)

    expect(page.status).toBe(422)
    expect(wordsOf(page)).toContain(problem)
    expect(page.body).toMatch(/value="30" required checked/)
    expect(await stand.connections.list('owner')).toEqual([])
  })

  it('never exceed what the server allows at all', async () => {
    await using stand = await openGranting({ ceiling: ['amocrm:read'] })
    const browser = stand.browserOf(stand.owner)
    const form = csrfOf(stand.owner)
    for (const [name, value] of Object.entries({ name: 'x', preset: 'own', accounts: 'all', days: '30' }))
      form.append(name, value)
    form.append('scope', 'amocrm:write')

    expect((await browser.open('/console/access', { form })).status).toBe(422)
    expect(await stand.connections.list('owner')).toEqual([])
  })

  it('are out of reach of an account of somebody else', async () => {
    await using stand = await openGranting({
      environment: { name: 'Север', address: 'https://north.amocrm.ru' },
    })
    const boris = await join(stand, stand.owner.session.person, 'member', 'boris@example.com')
    const browser = stand.browserOf(boris)

    const page = await browser.open('/console/access')

    expect(page.body).not.toContain('north.amocrm.ru')
  })
})

async function grant(
  { connections, clock }: Granting,
  owner: string,
  parts: Partial<Connection>,
): Promise<void> {
  await connections.add({
    id: 'a-connection',
    kind: 'oauth',
    owner,
    clientId: 'https://client.example.com/c.json',
    name: 'A program',
    vendor: undefined,
    host: 'client.example.com',
    mount: '',
    scopes: ['amocrm:read'],
    accounts: undefined,
    toolsets: undefined,
    createdAt: clock.now() - 30 * DAY,
    expiresAt: undefined,
    usedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
    ...parts,
  })
}

function csrfOf({ session }: Granting['owner']): URLSearchParams {
  return new URLSearchParams({ _csrf: session.csrf })
}
