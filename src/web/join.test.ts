import { describe, expect, it } from 'vitest'
import { openStand, type Stand } from './testing/stand.ts'
import { createVisitor, type Visitor } from './testing/visitor.ts'

const PASSWORD = 'three plain green words'
const ANNA = { login: 'anna@example.ru', name: 'Анна', password: PASSWORD }
const PETR = { login: 'petr@example.ru', name: 'Пётр', password: PASSWORD }

async function ownerOf(stand: Stand): Promise<Visitor> {
  const visitor = createVisitor(stand.origin)
  const path = `/console/setup/${await stand.people.setupKey()}`
  await visitor.get(path)
  await visitor.post(path, ANNA)
  await visitor.get('/console/people')
  return visitor
}

/** Invites through the page; the path of the link. */
async function invite(visitor: Visitor, wish: { name: string; role?: string }): Promise<string> {
  await visitor.get('/console/people')
  const { html } = await visitor.post('/console/people', wish)
  return /\/console\/invite\/[\w-]+/.exec(html)?.[0] ?? ''
}

async function join(stand: Stand, path: string, who = PETR): Promise<Visitor> {
  const visitor = createVisitor(stand.origin)
  await visitor.get(path)
  await visitor.post(path, who)
  return visitor
}

describe('the setup link', () => {
  it('makes its holder the owner and signs in, once', async () => {
    await using stand = await openStand()
    const path = `/console/setup/${await stand.people.setupKey()}`
    const visitor = createVisitor(stand.origin)
    const shown = await visitor.get(path)
    const done = await visitor.post(path, ANNA)

    expect(shown.html).toContain('Become the owner of the server')
    expect(done.location).toBe('/console')
    expect((await visitor.get('/console/profile')).html).toContain('Owner of the server')
    const again = await createVisitor(stand.origin).get(path)
    expect(again.status).toBe(404)
    expect(again.html).toContain('The link no longer works')
  })

  it('is told apart from the invitation: neither opens as the other', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const invitation = await invite(owner, { name: 'Пётр' })
    const setup = await stand.people.setupKey()

    const visitor = createVisitor(stand.origin)
    expect((await visitor.get(invitation.replace('invite', 'setup'))).status).toBe(404)
    expect((await visitor.get(`/console/invite/${setup}`)).status).toBe(404)
  })

  it('says on a server with an owner that it sets their password anew', async () => {
    await using stand = await openStand()
    await ownerOf(stand)
    const { html } = await createVisitor(stand.origin).get(`/console/setup/${await stand.people.setupKey()}`)
    expect(html).toContain('A new password for the owner')
    expect(html).toContain('value="Анна"')
  })

  it('of a new password disconnects the programs too, unless its holder says no', async () => {
    await using stand = await openStand()
    const recover = async (fields: Record<string, string>) => {
      const path = `/console/setup/${await stand.people.setupKey()}`
      const visitor = createVisitor(stand.origin)
      const shown = await visitor.get(path)
      return { shown, done: await visitor.post(path, { ...ANNA, ...fields }) }
    }

    const first = await recover({})
    const kept = await recover({})
    expect(stand.ended).toEqual([])
    const refused = await recover({ disconnect: 'yes', password: 'short' })
    const ended = await recover({ disconnect: 'yes' })

    expect(first.shown.html).not.toContain('name="disconnect"')
    expect(kept.shown.html).toMatch(/name="disconnect" value="yes" checked/)
    expect(refused.done.html).toMatch(/name="disconnect" value="yes" checked/)
    expect(ended.done.location).toBe('/console')
    expect(stand.ended).toEqual(['owner'])
  })

  it('says when the password is set but the programs are still connected', async () => {
    await using stand = await openStand({ endAccessFails: true })
    await ownerOf(stand)
    const path = `/console/setup/${await stand.people.setupKey()}`
    const visitor = createVisitor(stand.origin)
    await visitor.get(path)
    const done = await visitor.post(path, { ...ANNA, disconnect: 'yes' })
    expect(done.status).toBe(503)
    expect(done.html).toContain('The password is set, but the programs are still connected')
  })

  it('of an invitation disconnects nobody, whatever the form says', async () => {
    await using stand = await openStand()
    const path = await invite(await ownerOf(stand), { name: 'Пётр' })
    const visitor = createVisitor(stand.origin)
    await visitor.get(path)
    expect((await visitor.post(path, { ...PETR, disconnect: 'yes' })).status).toBe(303)
    expect(stand.ended).toEqual([])
  })

  it.each([
    [{ password: 'short' }, 'password-problem', 'shorter than 10 characters'],
    [{ password: 'password1234' }, 'password-problem', 'among the first that are tried'],
    [{ name: '' }, 'name-problem', 'A name has 1 to 100 characters'],
    [{ login: 'a\nb' }, 'login-problem', 'A login has 1 to 200 characters'],
  ])('stays good when %j is refused, with what was typed but the password', async (wrong, id, words) => {
    await using stand = await openStand()
    const path = `/console/setup/${await stand.people.setupKey()}`
    const visitor = createVisitor(stand.origin)
    await visitor.get(path)

    const refused = await visitor.post(path, { ...ANNA, ...wrong })

    expect(refused.status).toBe(400)
    expect(refused.html).toMatch(new RegExp(`id="${id}">[^<]*${words}`))
    expect(refused.html).toContain('<title>Error: ')
    expect(refused.html).not.toMatch(/ value="(short|password1234|three plain)/)
    expect((await visitor.post(path, ANNA)).status).toBe(303)
  })
})

describe('an invitation', () => {
  it('brings somebody in with the role it was made for, whatever the form says', async () => {
    await using stand = await openStand()
    const path = await invite(await ownerOf(stand), { name: 'Пётр', role: 'client' })
    const visitor = createVisitor(stand.origin)
    const shown = await visitor.get(path)

    await visitor.post(path, { ...PETR, role: 'owner', kind: 'setup' })

    expect(shown.html).toContain('value="Пётр"')
    expect((await visitor.get('/console/profile')).html).toContain('Client: links their own accounts')
    expect((await createVisitor(stand.origin).get(path)).status).toBe(404)
  })

  it('never gives two people one login', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const path = await invite(owner, { name: 'Пётр' })
    const visitor = createVisitor(stand.origin)
    await visitor.get(path)
    const refused = await visitor.post(path, { ...PETR, login: 'ANNA@example.ru' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('This login is taken')
  })

  it('opened by somebody who is signed in ends that session for the new one', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const path = await invite(owner, { name: 'Пётр' })
    const old = owner.cookies.get('mostik') ?? ''
    const shown = await owner.get(path)
    await owner.post(path, PETR)

    expect(shown.html).toContain('You are signed in as Анна now')
    expect((await owner.get('/console/profile')).html).toContain('petr@example.ru')
    const before = createVisitor(stand.origin)
    before.cookies.set('mostik', old)
    expect((await before.get('/console/profile')).status).toBe(303)
  })
})

describe('the people page', () => {
  it('is for a client an address where nothing is', async () => {
    await using stand = await openStand()
    const client = await join(stand, await invite(await ownerOf(stand), { name: 'Пётр', role: 'client' }))
    const { html } = await client.get('/console/profile')

    const shown = await client.get('/console/people')
    const invited = await client.post('/console/people', { name: 'X', role: 'client' })

    expect(html).not.toContain('/console/people')
    expect(shown.status).toBe(404)
    expect(shown.html).not.toContain('Анна')
    expect(invited.status).toBe(404)
    expect((await client.get('/console/people/owner/remove')).status).toBe(404)
    expect((await client.post('/console/people/owner/remove', {})).status).toBe(404)
    expect(stand.removed).toEqual([])
  })

  it('shows a member those they invited, offers clients alone, and refuses more', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const member = await join(stand, await invite(owner, { name: 'Пётр', role: 'member' }))
    await join(stand, await invite(owner, { name: 'Ольга', role: 'client' }), {
      ...PETR,
      login: 'olga@example.ru',
      name: 'Ольга',
    })

    const { html } = await member.get('/console/people')
    const refused = await member.post('/console/people', { name: 'X', role: 'member' })
    const invited = await member.post('/console/people', { name: 'X' })

    expect(html).not.toContain('Ольга')
    expect(html).not.toContain('Анна')
    expect(html).not.toContain('value="member"')
    expect(refused.status).toBe(403)
    expect(refused.html).toContain('Only the owner can make such an invitation')
    expect(invited.html).toContain('/console/invite/')
  })

  it('takes a person away with everything that is theirs, after asking', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const client = await join(stand, await invite(owner, { name: 'Пётр' }))
    const { html } = await owner.get('/console/people')
    const path = /\/console\/people\/[\w-]+\/remove/.exec(html)?.[0] ?? ''

    const asked = await owner.get(path)
    expect(asked.html).toContain('<strong>Пётр</strong>')
    expect((await client.get('/console/profile')).status).toBe(200)
    const done = await owner.post(path, {})

    expect(done.location).toBe('/console/people?done=removed')
    expect(stand.removed).toHaveLength(1)
    expect((await client.get('/console/profile')).status).toBe(303)
    expect((await owner.get(path)).status).toBe(404)
  })

  it('lets nobody take the owner away, nor a member those of others', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const member = await join(stand, await invite(owner, { name: 'Пётр', role: 'member' }))
    await member.get('/console/people')

    for (const path of ['/console/people/owner/remove', '/console/people/nobody/remove']) {
      expect((await member.get(path)).status).toBe(403)
      expect((await member.post(path, {})).status).toBe(403)
    }
    expect((await owner.get('/console/people/owner/remove')).status).toBe(403)
    expect(stand.removed).toEqual([])
  })

  it('has nobody with a sign in their id that a database does not take', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    for (const path of ['/console/people/a%00b/remove', '/console/people/nobody/remove']) {
      expect((await owner.get(path)).status).toBe(404)
      expect((await owner.post(path, {})).status).toBe(404)
    }
  })

  it('lists the invitations that are open, and withdraws one', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    expect((await owner.get('/console/people')).html).not.toContain('Open invitations')
    const path = await invite(owner, { name: 'Пётр', role: 'member' })
    const kept = await invite(owner, { name: '<b>Ольга</b>' })
    const { html } = await owner.get('/console/people')
    const ids = [...html.matchAll(/name="id" value="([\w-]{43})"/g)]
    const id = /Пётр<\/strong>[\s\S]*?name="id" value="([\w-]{43})"/.exec(html)?.[1] ?? ''

    const done = await owner.post('/console/people/withdraw', { id })
    const again = await owner.post('/console/people/withdraw', { id })

    expect(html).toMatch(
      /Open invitations[\s\S]*Пётр<\/strong> <span class="badge member">[\s\S]*good until \d+ \w+ \d{4}/,
    )
    expect(html).toContain('&lt;b&gt;Ольга')
    expect(ids).toHaveLength(2)
    expect(html).not.toContain(path)
    expect(done.location).toBe('/console/people?done=withdrawn')
    expect((await owner.get('/console/people?done=withdrawn')).html).toContain('The invitation is withdrawn')
    expect(again.status).toBe(404)
    expect(again.html).toContain('There is no such invitation any more')
    expect((await createVisitor(stand.origin).get(path)).status).toBe(404)
    await join(stand, kept)
    expect((await owner.get('/console/people')).html).not.toContain('Open invitations')
  })

  it('shows a member the invitations of their own and withdraws no others', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const member = await join(stand, await invite(owner, { name: 'Пётр', role: 'member' }))
    await invite(owner, { name: 'Ольга' })
    await invite(member, { name: 'Иван' })
    const [seen, own] = [await owner.get('/console/people'), await member.get('/console/people')]
    const id = /name="id" value="([\w-]{43})"[\s\S]*Ольга/.exec(seen.html)?.[1] ?? ''

    expect(seen.html).toMatch(/Иван[\s\S]*invited by Пётр/)
    expect(own.html).toContain('Иван')
    expect(own.html).not.toContain('Ольга')
    expect((await member.post('/console/people/withdraw', { id })).status).toBe(404)
    expect((await owner.post('/console/people/withdraw', { id })).status).toBe(303)
  })

  it('says what is wrong with the name of an invitation and keeps the choice', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const refused = await owner.post('/console/people', { name: 'я'.repeat(101), role: 'member' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('A name has 1 to 100 characters')
    expect(refused.html).toMatch(/value="member" checked/)
  })
})

describe('the profile', () => {
  it('changes the password, ends the other sessions and keeps this one', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const other = createVisitor(stand.origin)
    await other.get('/console/sign-in')
    await other.post('/console/sign-in', ANNA)
    await owner.get('/console/profile')

    const done = await owner.post('/console/profile/password', {
      current: PASSWORD,
      next: 'four other blue words',
    })

    expect(done.location).toBe('/console/profile?done=password')
    expect((await owner.get('/console/profile?done=password')).html).toContain('The password is changed')
    expect((await other.get('/console/profile')).status).toBe(303)
  })

  it('disconnects the programs with the change of the password when that is wanted', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const { html } = await owner.get('/console/profile')
    const change = (current: string, next: string, more = {}) =>
      owner.post('/console/profile/password', { current, next, ...more })

    await change(PASSWORD, 'four other blue words')
    const refused = await change('not this one at all', PASSWORD, { disconnect: 'yes' })
    expect(stand.ended).toEqual([])
    await change('four other blue words', PASSWORD, { disconnect: 'yes' })

    expect(html).toMatch(/name="disconnect" value="yes">/)
    expect(refused.html).toMatch(/name="disconnect" value="yes" checked/)
    expect(stand.ended).toEqual(['owner'])
  })

  it('says what is wrong beside the field, and shows no password back', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const change = (current: string, next: string) =>
      owner.post('/console/profile/password', { current, next })

    const wrong = await change('not this one at all', 'four other blue words')
    const short = await change(PASSWORD, 'short')

    expect(wrong.status).toBe(403)
    expect(wrong.html).toMatch(/id="current-problem">The current password is not right/)
    expect(short.status).toBe(400)
    expect(short.html).toMatch(/id="next-problem">The password is shorter/)
    expect(wrong.html + short.html).not.toMatch(/not this one|green words|blue words/)
  })

  it('offers no change of a password that the settings give, and refuses one', async () => {
    await using stand = await openStand({ adminPassword: PASSWORD })
    const owner = createVisitor(stand.origin)
    await owner.get('/console/sign-in')
    await owner.post('/console/sign-in', { login: 'owner', password: PASSWORD })
    const { html } = await owner.get('/console/profile')
    const refused = await owner.post('/console/profile/password', {
      current: PASSWORD,
      next: 'four other blue words',
    })

    expect(html).toContain('ADMIN_PASSWORD')
    expect(html).not.toContain('new-password')
    expect(refused.status).toBe(403)
  })

  it('signs out elsewhere', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    const other = createVisitor(stand.origin)
    await other.get('/console/sign-in')
    await other.post('/console/sign-in', ANNA)
    await owner.get('/console/profile')

    await owner.post('/console/profile/elsewhere', {})

    expect((await other.get('/console/profile')).status).toBe(303)
    expect((await owner.get('/console/profile?done=elsewhere')).html).toContain(
      'you are signed in with this browser only',
    )
  })

  it('shows no text that an address brings', async () => {
    await using stand = await openStand()
    const owner = await ownerOf(stand)
    for (const done of ['<b>x</b>', '__proto__', 'constructor', 'toString']) {
      const { html, status } = await owner.get(`/console/profile?done=${encodeURIComponent(done)}`)
      expect(status).toBe(200)
      expect(html).not.toContain('role="status"')
    }
  })
})

describe('what the passkey script asks', () => {
  it('is answered with JSON, refusals in words too', async () => {
    await using stand = await openStand({ adminPassword: PASSWORD })
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in')
    const at = '/console/passkeys'
    const asked = await visitor.post(`${at}/authentication`, {})
    const notJson = await visitor.post(`${at}/sign-in`, { key: 'x', response: '{' })
    const late = await visitor.post(`${at}/sign-in`, { key: 'x', response: '{}' })

    expect(Object.keys(JSON.parse(asked.html))).toEqual(['key', 'options'])
    expect(asked.headers.get('cache-control')).toBe('no-store')
    expect(notJson.status).toBe(400)
    expect(late.status).toBe(403)
    expect(JSON.parse(late.html)).toEqual({ error: 'It took too long. Begin again.' })
    expect((await visitor.post(`${at}/registration`, {})).status).toBe(303)
  })

  it('needs the token of a form like any other', async () => {
    await using stand = await openStand({ adminPassword: PASSWORD })
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in')
    expect((await visitor.post('/console/passkeys/authentication', { _csrf: '' })).status).toBe(403)
  })
})
