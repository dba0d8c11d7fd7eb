import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, formOf, wordsOf } from '../../support/oauth/browser.ts'
import { bearer, statusOf, toolNames } from '../../support/oauth/calls.ts'
import type { Filling } from '../../support/oauth/forms.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { call, post } from '../../support/rpc.ts'

let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  stack = await startOauthStack({ environment: { API_TOKEN: 'the-fixed-token-of-the-owner' } })
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

async function make(filling: Filling = {}): Promise<string> {
  const page = await owner.open('/console/access')
  const made = await owner.submit(page, 'name', { name: 'n8n', ...filling })
  const token = /mostik_[\w-]{40,}/.exec(made.body)?.[0]
  if (token === undefined) throw new Error(`no token: ${wordsOf(made)}`)
  return token
}

describe('a personal token', () => {
  it('is shown once, looks and no more, and works on the whole surface', async () => {
    const token = await make()
    expect((await owner.open('/console/access')).body).not.toContain(token)
    expect(await toolNames(stack.url, token)).toEqual(['lab_get_echo', 'lab_get_later'])
    expect(await statusOf(stack.url, token, '/mcp')).toBe(200)
    const { status } = await post(`${stack.url}/api/tools/lab_get_echo`, { text: 'x' }, bearer(token))
    expect(status).toBe(200)
    const refused = await post(
      `${stack.url}/mcp`,
      call(1, 'lab_create_trouble', { how: 'bug' }),
      bearer(token),
    )
    expect([200, 403]).toContain(refused.status)
    expect(JSON.stringify(refused.body)).toMatch(/not_allowed|insufficient_scope|Unknown tool|not_found/)
  })

  it('may change things when that was chosen', async () => {
    expect(await toolNames(stack.url, await make({ preset: 'change' }))).toContain('lab_create_trouble')
  })

  it('is over when its time is, and when it is revoked', async () => {
    const [timed, revoked] = [await make({ name: 'timed', days: '30' }), await make({ name: 'revoked' })]
    const page = await owner.open('/console/access')
    const id =
      /\/console\/access\/([\w-]+)\/revoke/.exec(page.body.slice(page.body.indexOf('>revoked')))?.[1] ?? ''
    await owner.submit(page, `/access/${id}/revoke`)
    stack.pass(1_000)
    expect(await statusOf(stack.url, revoked)).toBe(401)
    expect(await statusOf(stack.url, timed)).toBe(200)
    stack.pass(31 * 24 * 60 * 60_000)
    expect(await statusOf(stack.url, timed)).toBe(401)
    owner = await signedIn(stack.url)
  })

  it('is in no table as it is', async () => {
    const token = await make()
    const db = await stack.state.store.db()
    const rows = await db.selectFrom('connection').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token.slice(8, 40))
  })

  it('is not made by a form of another site', async () => {
    const page = await owner.open('/console/access')
    const form = new URLSearchParams({ name: 'evil', preset: 'look', accounts: 'all', days: '90' })
    const { action } = formOf(page, 'name')
    const forged = await owner.open(action, {
      form,
      headers: { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' },
    })
    expect(forged.status).toBeGreaterThanOrEqual(400)
    expect(forged.body).not.toMatch(/mostik_[\w-]{40,}/)
  })

  it.each(['mostik_', `mostik_${'x'.repeat(43)}`, 'mostik_%00', `mostik_${'x'.repeat(100_000)}`])(
    'is not guessed: %.20s',
    async (token) => {
      const status = await statusOf(stack.url, token).catch(() => 431)
      expect([401, 431]).toContain(status)
    },
  )
})

it('API_TOKEN is one more way in, for the owner', async () => {
  expect(await statusOf(stack.url, 'the-fixed-token-of-the-owner')).toBe(200)
  expect(await statusOf(stack.url, 'the-fixed-token-of-the-owne')).toBe(401)
  expect(await statusOf(stack.url, 'the-fixed-token-of-the-owner', '/lab/mcp')).toBe(200)
  const page = await createBrowser(stack.url).open('/console/access', {
    headers: { authorization: 'Bearer the-fixed-token-of-the-owner' },
  })
  expect(page.url.pathname).toBe('/console/sign-in')
})
