import { describe, expect, it } from 'vitest'
import { type HomePageOptions, homePage } from './home-page.ts'

const url = 'https://mostik-demo.example.ru'
const basis: HomePageOptions = {
  version: '1.2.3',
  publicUrl: url,
  auth: 'oauth',
  lang: 'en',
  endpoints: {
    mcp: `${url}/mcp`,
    sse: `${url}/sse`,
    openapi: `${url}/openapi.json`,
    tools: `${url}/api/tools`,
  },
  connectors: [{ id: 'amocrm', title: 'amoCRM', state: 'linked' }],
}

async function page(changes: Partial<HomePageOptions> = {}): Promise<string> {
  return String(await homePage({ ...basis, ...changes }))
}

function at(publicUrl: string): Partial<HomePageOptions> {
  const endpoints = { ...basis.endpoints, mcp: `${publicUrl}/mcp` }
  return { publicUrl, endpoints }
}

describe('the warning of an open server', () => {
  const OPEN = 'No sign-in is required'

  it.each(['https://mostik-demo.example.ru', 'http://192.168.1.5:8080', 'http://localhost.example.ru'])(
    'stands on a page without sign-in at %s',
    async (publicUrl) => expect(await page({ auth: 'none', ...at(publicUrl) })).toContain(OPEN),
  )

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'is left out where only this computer reaches %s',
    async (publicUrl) => expect(await page({ auth: 'none', ...at(publicUrl) })).not.toContain(OPEN),
  )

  it('stands on a page of a server that says it is exposed, whatever its address', async () => {
    expect(await page({ auth: 'none', exposed: true, ...at('http://localhost:8080') })).toContain(OPEN)
  })

  it.each(['oauth', 'token'] as const)('is left out with sign-in by %s', async (auth) => {
    expect(await page({ auth, exposed: true })).not.toContain(OPEN)
  })
})

describe('the connectors', () => {
  const setup = ['AMOCRM_SUBDOMAIN', 'AMOCRM_ACCESS_TOKEN']
  const amocrm = { id: 'amocrm', title: 'amoCRM', setup }

  it('shows a linked account by its name, and no variables to set', async () => {
    const shown = await page({ connectors: [{ ...amocrm, state: 'linked', account: 'Ромашка', tools: 18 }] })

    expect(shown).toContain('Linked')
    expect(shown).toContain('Ромашка')
    expect(shown).toContain('Tools: 18')
    expect(shown).not.toContain('AMOCRM_SUBDOMAIN')
    expect(shown).not.toContain('This is a demo account')
  })

  it('warns that demo data is not real, and names the variables of a real account', async () => {
    const shown = await page({ connectors: [{ ...amocrm, state: 'demo' }] })

    expect(shown).toContain('This is a demo account')
    expect(shown).toContain('AMOCRM_ACCESS_TOKEN')
  })

  it('says when nothing is linked, and how to link it', async () => {
    const shown = await page({ connectors: [{ ...amocrm, state: 'not_linked' }] })

    expect(shown).toContain('Not linked')
    expect(shown).toContain('AMOCRM_SUBDOMAIN')
    expect(shown).not.toContain('This is a demo account')
  })

  it('shows a hostile name as text', async () => {
    const shown = await page({
      connectors: [{ id: 'x', title: '<b>x</b>', state: 'linked', account: '"><script>' }],
    })

    expect(shown).toContain('&lt;b&gt;x&lt;/b&gt;')
    expect(shown).toContain('&quot;&gt;&lt;script&gt;')
    expect(shown).not.toMatch(/<script(?! src=)/)
  })
})

describe('the steps for each program', () => {
  it('tells ChatGPT users which authentication to choose', async () => {
    expect(await page({ auth: 'oauth' })).toMatch(/Authentication: <code>OAuth<\/code>/)
    expect(await page({ auth: 'none' })).toContain('No authentication')
  })

  it('sends ChatGPT users with a permanent token to a custom GPT', async () => {
    const shown = await page({ auth: 'token' })

    expect(shown).toContain('chatgpt.com/gpts/editor')
    expect(shown).not.toContain('chatgpt.com/plugins')
  })

  it('puts the token where a program reads it, and only when there is one', async () => {
    const open = await page({ auth: 'oauth' })
    const secured = await page({ auth: 'token' })

    expect(secured).toContain('Bearer &lt;your API_TOKEN&gt;')
    expect(secured).toMatch(/Bearer \$\{input:mostik-token\}/)
    expect(open).not.toContain('Bearer &lt;')
    expect(open).toContain('cursor://anysphere.cursor-deeplink/mcp/install?name=mostik&amp;config=')
    expect(open).toContain('vscode:mcp/install?')
  })

  it('explains that programs on the internet cannot call an address without https', async () => {
    expect(await page(at('http://127.0.0.1:8080'))).toContain('ChatGPT calls the server from the internet')
    expect(await page()).not.toContain('calls the server from the internet')
  })
})

it('keeps its own links below the path that a proxy serves it at', async () => {
  const shown = await page({ publicUrl: `${url}/crm/` })

  const own = [...shown.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path]) => path)
  expect(own.length).toBeGreaterThan(5)
  expect(own.filter((path) => !path?.startsWith('/crm/'))).toEqual([])
})

it.each(['ru', 'en'] as const)('leaves no brace unfilled in %s', async (lang) => {
  const text = (
    await page({ lang, connectors: [{ id: 'a', title: 'A', state: 'demo', tools: 3, mcp: url }] })
  ).replaceAll(/<pre[\s\S]*?<\/pre>/g, '')
  expect(text).not.toMatch(/\{\w+\}/)
})
