import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../config.ts'
import type { AmocrmClient } from '../../connectors/amocrm/client/client.ts'
import { amocrm } from '../../connectors/amocrm/connector.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Connector } from '../../kernel/connector.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import type { OpenQueue } from '../../kernel/queue.ts'
import { createQueues } from '../../limits/queues.ts'
import { createLocks } from '../../locks/locks.ts'
import { startAmocrmSandbox } from '../../sandbox/amocrm/server.ts'
import { createAccountStore } from '../../store/account-store.ts'
import { createSecretStore } from '../../store/secret-store.ts'
import { openStore, type Store, type StoreOptions } from '../../store/store.ts'
import { givenMasterKeys, masterKeyOf } from '../../vault/master-key.ts'
import { createVault } from '../../vault/vault.ts'
import { createAccounts } from '../accounts.ts'
import type { Working } from '../handle.ts'
import { type LinkWish, linkAccount } from '../link-account.ts'
import { unlinkAccount } from '../unlink-account.ts'

export const owner = { userId: 'owner' }
const connector = amocrm as unknown as Connector

type Sandbox = Awaited<ReturnType<typeof startAmocrmSandbox>>

export const startSandbox = (port = 0) => startAmocrmSandbox({ port, requestsPerSecond: 10_000 })

/** By what the environment would name the sandbox. */
export function variablesOf({ baseUrl, accessToken }: Pick<Sandbox, 'baseUrl' | 'accessToken'>) {
  return { AMOCRM_BASE_URL: baseUrl, AMOCRM_ACCESS_TOKEN: accessToken, AMOCRM_REQUESTS_PER_SECOND: '50' }
}

/** Where a call would go. */
export async function whereTo(working: Working | Promise<Working>): Promise<string> {
  return ((await working).account.client as AmocrmClient).baseUrl
}

/** Gone with the test. */
export async function freshStore(): Promise<StoreOptions> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mostik-accounts-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  return { dataDir, log: silentLog }
}

/** One process on a store: what a server and a command do with accounts, with a clock that only the test moves. */
export async function openProcess(
  options: StoreOptions,
  around: {
    masterKey?: string
    log?: Log
    now?: number
    /** Gets the name of each line before an upstream that somebody has stood in. */
    lines?: string[]
    /** What stands between the process and its stores. */
    through?: <Store extends object>(store: Store) => Store
  } = {},
) {
  const {
    masterKey = 'a master key of the tests, long enough',
    log = silentLog,
    now = Date.now(),
    through = (store) => store,
  } = around
  const time = { now }
  const clock = { now: () => time.now }
  const store = await openStore(options)
  const accountStore = through(createAccountStore(store))
  const masterKeys = givenMasterKeys(masterKeyOf(masterKey))
  const vault = createVault({ masterKeys, secrets: through(createSecretStore(store, systemClock)) })
  const queues = createQueues({ log })
  const queue: OpenQueue = (name, requestsPerSecond) => {
    const line = queues(name, requestsPerSecond)
    return {
      hold: line.hold,
      turn(ticket) {
        if (!around.lines?.includes(name)) around.lines?.push(name)
        return line.turn(ticket)
      },
    }
  }
  const link = { clock, log, queue, lock: createLocks({ log }) }
  const linking = { store: accountStore, vault, environment: undefined, link }

  return {
    store,
    accountStore,
    vault,
    /** A second and more goes by: what other processes did is looked at again. */
    later(ms = 1_001) {
      time.now += ms
    },
    serve(environment: Record<string, string> = {}, consoleUrl?: string) {
      return createAccounts({
        config: readConfig(environment, [connector]),
        connectors: [connector],
        sandboxes: { amocrm: demoSandbox },
        store: accountStore,
        atStart: store.atStart,
        vault,
        consoleUrl,
        clock,
        log,
        link,
      })
    },
    async link(sandbox: Pick<Sandbox, 'baseUrl' | 'accessToken'>, wish: Partial<LinkWish> = {}) {
      if (wish.owner !== undefined) await addPerson(store, wish.owner)
      const variables = variablesOf(sandbox)
      const { signal } = new AbortController()
      const usual = { owner: 'owner', connector, variables, name: undefined, isDefault: false, signal }
      return linkAccount({ ...usual, ...wish }, linking)
    },
    unlink: (name: string) => unlinkAccount({ owner: 'owner', connector, name }, linking),
  }
}

/** Accounts are only of those who are there. */
export async function addPerson(store: Store, id: string): Promise<void> {
  const names = { id, login: id, login_key: id, name: id, role: 'member' }
  const row = { ...names, invited_by: 'owner', password: null, created_at: 0 }
  const added = (await store.db()).insertInto('person').values(row)
  await added.onConflict((conflict) => conflict.doNothing()).execute()
}

async function demoSandbox() {
  const { close, ...sandbox } = await startSandbox()
  return { variables: variablesOf(sandbox), close }
}
