import type { Engine } from './engine.ts'

/** What a start needs to know before anything else is loaded. */
export interface StartFacts {
  /** The master keys that stored data keys are wrapped by. */
  readonly masterKeyIds: readonly string[]
  /** The connectors that somebody has linked an account of. */
  readonly linkedConnectors: readonly string[]
}

export function readStartFacts(engine: Engine): Promise<StartFacts> {
  return engine.transaction('snapshot', async (run) => {
    const keys = await run('select distinct master_key_id as value from data_key')
    const connectors = await run('select distinct connector as value from linked_account')
    return {
      masterKeyIds: keys.map(({ value }) => String(value)),
      linkedConnectors: connectors.map(({ value }) => String(value)),
    }
  })
}
