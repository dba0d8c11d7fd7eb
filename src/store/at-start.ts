import type { Engine } from './engine.ts'

/** What a start needs to know before anything else is loaded. */
export interface StartFacts {
  /** The master keys that stored data keys are wrapped by. */
  readonly masterKeyIds: readonly string[]
  /** The connectors that the owner of the server has linked an account of. */
  readonly ownersConnectors: readonly string[]
  /** Whether anybody has linked an account. */
  readonly holdsAccounts: boolean
}

export function readStartFacts(engine: Engine): Promise<StartFacts> {
  return engine.transaction('snapshot', async (run) => {
    const keys = await run('select distinct master_key_id as value from data_key')
    const linked = await run('select distinct connector, owner from linked_account')
    return {
      masterKeyIds: keys.map(({ value }) => String(value)),
      ownersConnectors: linked.filter(isOwners).map(({ connector }) => String(connector)),
      holdsAccounts: linked.length > 0,
    }
  })
}

/** The id of the owner of the server, who is there before anybody else. */
function isOwners({ owner }: Readonly<Record<string, unknown>>): boolean {
  return owner === 'owner'
}
