import type { Place } from '../vault/sealed-secret.ts'
import type { Vault } from '../vault/vault.ts'
import type { HeldCall, OnceStore, Past } from './once-store.ts'

/** Keeps answers secret and safe. */
export type AnswerVault = Pick<Vault, 'put' | 'get' | 'remove'>

export interface Answers {
  /** The answer of a call of this id that began then; never one of an earlier call of the same id. */
  find(past: Past): Promise<string | undefined>
  /** Keeps the answer before the call counts as done: whoever finds an answer knows that it is. */
  keep(past: Past, held: HeldCall, text: string, keepMs: number): Promise<void>
  remove(past: Past): Promise<void>
}

export function createAnswers(vault: AnswerVault, store: OnceStore): Answers {
  return {
    find: (past) => vault.get(placeOf(past)),
    async keep(past, held, text, keepMs) {
      await vault.put(placeOf(past), text)
      if (await store.finish(held, keepMs)) return
      // Somebody took the call over. The answer is a true one of it, unless nobody would ever take it away.
      const now = await store.look(past.id)
      if (now?.startedAt !== past.startedAt) await vault.remove(placeOf(past))
    },
    remove: (past) => vault.remove(placeOf(past)),
  }
}

function placeOf({ owner, id, startedAt }: Past): Place {
  return { owner, kind: 'answer', name: `${id}.${startedAt}` }
}
