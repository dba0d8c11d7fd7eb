import { requireLasting } from '../app/kept.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { openStore } from '../store/store.ts'
import { readSettings } from './settings.ts'

/** The journal of the server's database, to be read: without the master key, which an auditor does not have. */
export async function openJournal() {
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = config
  const store = await openStore({
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(dataDir !== undefined && { dataDir }),
    clock,
    log,
  })
  try {
    requireLasting(store)
  } catch (error) {
    await store.close()
    throw error
  }
  return { journal: createJournalStore(store, clock), close: () => store.close() }
}
