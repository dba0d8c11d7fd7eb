// Fills a database with people as they are after some weeks: each with an account of their own and a program that may
// work in it. Prints the programs' tokens as JSON.
import { hash, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { linkAccount } from '../../src/accounts/link-account.ts'
import { openKept } from '../../src/app/kept.ts'
import { openLink } from '../../src/app/link.ts'
import type { Connection } from '../../src/auth/connection.ts'
import { readConfig } from '../../src/config.ts'
import { systemClock as clock } from '../../src/kernel/clock.ts'
import { silentLog as log } from '../../src/kernel/log.ts'
import { createAccountStore } from '../../src/store/account-store.ts'
import { createConnectionStore } from '../../src/store/connection-store.ts'
import { benchConnector } from './bench-connector.ts'

const [count = 1_000] = process.argv.slice(2).map(Number)
const config = readConfig(process.env)
const place =
  config.DATABASE_URL === undefined ? { dataDir: config.DATA_DIR } : { databaseUrl: config.DATABASE_URL }
const kept = await openKept(place as Parameters<typeof openKept>[0], { config, clock, log })
const bench = benchConnector(3)
// What proves an account is called without input.
const connector = {
  ...bench,
  tools: bench.tools.map((tool) => ({ ...tool, input: z.object({}) })),
} as typeof bench
const link = openLink(kept, { clock, log })
const connections = createConnectionStore(kept.store, clock)
const tokens: string[] = []

for (let index = 0; index < count; index += 1) {
  const id = randomUUID()
  const login = `person-${index}@example.com`
  await kept.store.durably((db) =>
    db
      .insertInto('person')
      .values({
        id,
        login,
        login_key: login,
        name: `Сотрудник ${index}`,
        role: 'member',
        invited_by: 'owner',
        password: null,
        created_at: clock.now(),
      })
      .execute(),
  )
  await linkAccount(
    {
      owner: id,
      connector,
      variables: { BENCH_ACCOUNT: `firm-${index}` },
      name: undefined,
      isDefault: true,
      signal: AbortSignal.timeout(10_000),
    },
    { store: createAccountStore(kept.store), vault: kept.vault, environment: undefined, link },
  )
  const token = `mostik_${randomBytes(32).toString('base64url')}`
  await connections.add(connectionOf(id, index), hash('sha256', token, 'base64url'))
  tokens.push(token)
}
await kept.store.close()
process.stdout.write(JSON.stringify(tokens))

function connectionOf(owner: string, index: number): Connection {
  return {
    id: randomUUID(),
    kind: 'token',
    owner,
    clientId: '',
    name: `Программа ${index}`,
    vendor: undefined,
    host: '',
    mount: '',
    scopes: ['bench:read'],
    accounts: [`bench:https://firm-${index}.example.com`],
    toolsets: undefined,
    createdAt: clock.now(),
    expiresAt: clock.now() + 90 * 24 * 60 * 60_000,
    usedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
  }
}
