import { batches } from '../../src/journal/batches.ts'
import { verifyChain } from '../../src/journal/verify.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createJournalStore } from '../../src/store/journal-store.ts'
import { openStore } from '../../src/store/store.ts'
import type { Found, Line } from './audit.ts'

/** The account's own record, asked of the sandbox without the product in between. */
export async function readSandbox({
  baseUrl,
  accessToken,
}: {
  baseUrl: string
  accessToken: string
}): Promise<Found> {
  async function all<Item>(kind: string): Promise<Item[]> {
    const items: Item[] = []
    for (let page = 1; ; page++) {
      const answer = await fetch(`${baseUrl}/api/v4/${kind}?limit=250&page=${page}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      if (answer.status === 204) return items
      const { _embedded } = (await answer.json()) as { _embedded: Record<string, Item[]> }
      const rows = _embedded[kind] ?? []
      items.push(...rows)
      if (rows.length < 250) return items
    }
  }
  return { leads: await all('leads'), tasks: await all('tasks'), contacts: await all('contacts') }
}

/** The whole journal of a database, checked link by link. */
export async function readJournal(
  place: Record<string, string>,
): Promise<{ lines: Line[]; broken: string | undefined }> {
  const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = place
  const store = await openStore({
    ...(dataDir !== undefined && { dataDir }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    log: silentLog,
  })
  try {
    const journal = createJournalStore(store, systemClock)
    const { broken } = await verifyChain(journal)
    const lines: Line[] = []
    for await (const batch of batches(journal, { after: 0 })) {
      for (const line of batch.lines.split('\n')) lines.push(JSON.parse(line.slice(line.indexOf(' ') + 1)))
    }
    return { lines, broken: broken && `entry ${broken.seq} ${broken.what}` }
  } finally {
    await store.close()
  }
}
