import { placeOfCommand } from '../app/place.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { openStore } from '../store/store.ts'
import { readSettings } from './settings.ts'

/** The journal of the server's database, to be read: without the master key, which an auditor does not have. */
export async function openJournal() {
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const store = await openStore({ ...(await placeOfCommand(config, 'be there')), clock, log })
  return { journal: createJournalStore(store, clock), close: () => store.close() }
}
