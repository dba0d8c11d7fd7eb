import { OWNER } from '../kernel/caller.ts'
import type { Connector } from '../kernel/connector.ts'
import type { LinkedAccount } from './account-store.ts'
import { inOrder, labelsOf } from './choose.ts'
import type { Handle } from './handle.ts'
import type { LinkedHandle } from './linked-handle.ts'
import type { Known } from './recent-list.ts'

/** The accounts of one connector that one person may work in. */
export interface AccountSet {
  readonly connector: Connector
  /** The default first. */
  readonly all: readonly Handle[]
  /** What to call each of them, in the same order. */
  readonly labels: readonly string[]
  /** Whether the store may hold some that are not among them. */
  readonly isUnknown: boolean
}

export interface AccountSets {
  of(connector: string, owner: string, known: Known): AccountSet | undefined
}

/** Puts the environment's accounts, the linked ones and the demo together; an account that stays keeps its client. */
export function createAccountSets(around: {
  connectors: readonly Connector[]
  environment: ReadonlyMap<string, Handle>
  demos: ReadonlyMap<string, Handle>
  handleOf(row: LinkedAccount, connector: Connector): LinkedHandle
}): AccountSets {
  const { connectors, environment, demos, handleOf } = around
  const made = new WeakMap<Known, ReadonlyMap<string, AccountSet>>()
  const handles = new Map<string, LinkedHandle>()
  /** Connectors whose demo is over: it does not come back when the real account is unlinked. */
  const beyondDemo = new Set<string>()

  function setsOf(owner: string, known: Known): ReadonlyMap<string, AccountSet> {
    const rows = known.linked ?? []
    for (const [id, handle] of handles) {
      if (handle.owner === owner && !rows.some((row) => row.id === id)) handles.delete(id)
    }
    return new Map(connectors.map((connector) => [connector.id, setOf(connector, owner, known)]))
  }

  function setOf(connector: Connector, owner: string, known: Known): AccountSet {
    const rows = known.linked?.filter((row) => row.connector === connector.id) ?? []
    const linked = rows.map((row) => currentHandle(row, connector))
    const isUnknown = known.linked === undefined
    const isOwner = owner === OWNER
    if (isOwner && linked.length > 0) beyondDemo.add(connector.id)
    const real: readonly Handle[] = inOrder(isOwner ? environment.get(connector.id) : undefined, linked)
    const hasDemo = isOwner && real.length === 0 && !isUnknown && !beyondDemo.has(connector.id)
    const demo = hasDemo ? demos.get(connector.id) : undefined
    const all = demo === undefined ? real : [demo]
    return { connector, all, labels: labelsOf(all), isUnknown }
  }

  function currentHandle(row: LinkedAccount, connector: Connector): LinkedHandle {
    const found = handles.get(row.id) ?? handleOf(row, connector)
    found.update(row)
    handles.set(row.id, found)
    return found
  }

  return {
    of(connector, owner, known) {
      let sets = made.get(known)
      if (sets === undefined) {
        sets = setsOf(owner, known)
        made.set(known, sets)
      }
      return sets.get(connector)
    },
  }
}
