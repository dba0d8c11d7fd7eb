import type { Engine } from './engine.ts'
import type { HealthKeeper } from './health.ts'
import type { StoreOptions } from './store.ts'

/** The engine as it is, whatever its schema. Each is loaded only where it is used. */
export async function openEngine(options: StoreOptions, health: HealthKeeper): Promise<Engine> {
  const { dataDir, databaseUrl, startPatienceMs = START_PATIENCE_MS, log } = options
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres/engine.ts')
    return openPostgres(databaseUrl, startPatienceMs, health, log)
  }
  const { openSqliteFile, openSqliteMemory } = await import('./sqlite/engine.ts')
  return dataDir === undefined ? openSqliteMemory(health) : openSqliteFile(dataDir, health, log)
}

const START_PATIENCE_MS = 15_000
