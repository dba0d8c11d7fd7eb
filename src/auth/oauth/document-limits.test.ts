import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOwnCallRate } from '../../limits/own-call-rate.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import type { FetchedDocument } from './guarded-fetch.ts'
import { createFlow } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const [sqlite] = engines

describe('documents of clients that nobody knows', () => {
  let opened: Opened
  let replica: Replica
  let clock: StageClock
  let fetched: string[]
  let atOnce: number
  let mostAtOnce: number
  /** What ends every fetch; without it they end by themselves. */
  let held: Promise<void> | undefined

  async function start(...allowedHosts: string[]): Promise<void> {
    replica = await startReplica(opened.store, {
      clock,
      rate: createOwnCallRate(() => 0),
      clients: { allowedHosts: new Set(allowedHosts), allowedRedirects: new Set() },
      // The restated request does not tell it any more.
      addressOf: ({ headers }) => String(headers['x-forwarded-for'] ?? 'somewhere'),
      guardedFetch: fetchDocument,
    })
  }

  async function fetchDocument(address: string): Promise<FetchedDocument> {
    fetched.push(address)
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    await held
    atOnce--
    if (address.includes('bad')) throw new Error('it answers with the status 404')
    const { origin } = new URL(address)
    const document = { client_id: address, client_name: 'Other', redirect_uris: [`${origin}/cb`] }
    return { text: JSON.stringify(document), cacheControl: undefined }
  }

  beforeEach(async () => {
    if (sqlite === undefined) throw new Error('no engine')
    opened = await sqlite.open()
    clock = stageClock()
    fetched = []
    atOnce = 0
    mostAtOnce = 0
    held = undefined
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const open = async (id: string, from = 'somewhere') => {
    const redirect = `${new URL(id).origin}/cb`
    const flow = createFlow(() => replica, { id, redirect, headers: { 'x-forwarded-for': from } })
    const { response } = await flow.visit(flow.ask())
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  const token = (id: string, from = 'somewhere') =>
    createFlow(() => replica, { id, headers: { 'x-forwarded-for': from } }).refresh('garbage')

  it('are fetched four at a time, however many are asked for', async () => {
    await start('*')
    let letGo = () => {}
    held = new Promise((resolve) => {
      letGo = resolve
    })
    const refused: unknown[] = []
    const asked = Array.from({ length: 100 }, async (_, i) => {
      const { status, body } = await token(`https://h${i}.example/c.json`, `10.0.0.${i}`)
      if (status === 503) refused.push([status, body.error])
    })
    // Some wait; those who find the line too long may come again.
    await expect.poll(() => refused.length, { timeout: 30_000 }).toBeGreaterThan(80)
    expect(refused[0]).toEqual([503, 'temporarily_unavailable'])
    expect(atOnce).toBe(4)
    letGo()
    await Promise.all(asked)
    expect(mostAtOnce).toBe(4)
    expect(fetched).toHaveLength(100 - refused.length)
    expect((await open('https://later.example/c.json', '10.1.1.1')).status).toBe(303)
  })

  it('that could not be read are not fetched again for a minute', async () => {
    await start('*')
    const id = 'https://other.example/bad.json'
    for (let turn = 0; turn < 30; turn++) {
      const { status, text } = await open(id)
      expect([status, JSON.parse(text).reason]).toEqual([502, 'client_document_failed'])
    }
    expect((await token(id)).status).toBe(503)
    expect(fetched).toEqual([id])
    clock.ahead = 61_000
    await open(id)
    expect(fetched).toEqual([id, id])
  })

  it('are fetched so many times for one address, which then has to wait', async () => {
    await start('*')
    const answers = []
    for (let i = 0; i < 70; i++) answers.push(await open(`https://h${i}.example/c.json`))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(fetched).toHaveLength(70 - refused.length)
    expect(JSON.parse(refused[0]?.text ?? '').reason).toBe('too_many_requests')
    const told = await token('https://another.example/c.json')
    expect([told.status, told.body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(0)
    // Others are not kept waiting, nor is what is known already.
    expect((await open('https://another.example/c.json', '10.0.0.1')).status).toBe(303)
    expect((await open('https://h0.example/c.json')).status).toBe(303)
    const claude = createFlow(() => replica)
    expect((await claude.visit(claude.ask())).response.status).toBe(303)
  })

  it('are fetched so many times from one host, whoever asks', async () => {
    await start('*')
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => token(`https://other.example/bad${i}.json`, `10.0.0.${i}`)),
    )
    expect(answers.some(({ status }) => status === 429)).toBe(true)
    expect(fetched.length).toBeLessThanOrEqual(20)
    expect((await open('https://another.example/c.json')).status).toBe(303)
  })

  it('are fetched when their host is allowed, in whatever case the owner wrote it', async () => {
    await start('Other.EXAMPLE')
    expect((await open('https://other.example/c.json')).status).toBe(303)
    expect((await open('https://OTHER.example/c.json')).status).toBe(303)
    expect((await open('https://third.example/c.json')).status).toBe(403)
  })
})
