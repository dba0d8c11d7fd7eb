import { hash } from 'node:crypto'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../kernel/clock.ts'
import { createLineages, GRACE_MS } from './lineages.ts'
import type { OAuthRecord, OAuthStore } from './oauth-store.ts'
import { seal, unseal } from './sealed-text.ts'

interface Around {
  readonly store: OAuthStore
  /** Seals what is not for anybody who can read the database. */
  readonly key: Buffer
  readonly clock: Clock
  /** A grant is over, with all that belongs to it: something of it was used twice, or its client gave it back. */
  endGrant(grantId: string): Promise<void>
  /** What a code that is used twice at the same instant is answered with. */
  codeUsed(): Error
}

/** Sealed whole: they hold names of sessions and interactions in plain. */
const SEALED: ReadonlySet<string> = new Set(['Session', 'Interaction'])
/** What clients rely on for a long time. */
const LASTING: ReadonlySet<string> = new Set(['Grant', 'RefreshToken', 'AccessToken'])

/** Where oidc-provider keeps one model: rows know tokens, codes, sessions and interactions by their SHA-256 alone. */
export function createAdapter(model: string, around: Around): Adapter {
  const { store, key, clock } = around
  const lineages = createLineages(around)

  function toPayload(id: string, record: OAuthRecord | undefined): AdapterPayload | undefined {
    if (record === undefined || (record.expiresAt ?? Infinity) <= clock.now()) return undefined
    const text = SEALED.has(model) ? unseal(key, `${model} ${record.id}`, record.payload) : record.payload
    if (text === undefined) return undefined
    const payload: AdapterPayload = { jti: id, ...JSON.parse(text) }
    const isConsumed = record.consumedAt !== undefined && !isWithinGrace(record.consumedAt)
    return isConsumed ? { ...payload, consumed: Math.floor((record.consumedAt ?? 0) / 1000) } : payload
  }

  function isWithinGrace(consumedAt: number): boolean {
    return model === 'RefreshToken' && clock.now() - consumedAt < GRACE_MS
  }

  return {
    async upsert(id, payload, seconds) {
      const { jti: _, ...rest } = payload
      const hashed = digest(id)
      const text = JSON.stringify(SEALED.has(model) ? rest : { ...withoutSession(rest), ...lineages.mark() })
      await store.put(
        {
          model,
          id: hashed,
          payload: SEALED.has(model) ? seal(key, `${model} ${hashed}`, text) : text,
          grantId: model === 'Grant' ? id : payload.grantId,
          uid: model === 'Session' && payload.uid !== undefined ? digest(payload.uid) : undefined,
          expiresAt: seconds === undefined ? undefined : clock.now() + seconds * 1000,
        },
        LASTING.has(model),
      )
      if ((model === 'AccessToken' || model === 'RefreshToken') && payload.grantId !== undefined) {
        await lineages.made(model, hashed, payload.grantId)
      }
      if (model === 'AccessToken' && payload.gty === 'authorization_code') {
        await store.keepClient(payload.clientId ?? '')
      }
    },
    async find(id) {
      return toPayload(id, await store.find(model, digest(id)))
    },
    async findByUid(uid) {
      const record = await store.findByUid(model, digest(uid))
      // Its own name is known to the browser alone, and nobody saves what was found this way.
      return record && toPayload('', record)
    },
    async findByUserCode() {},
    async consume(id) {
      const isFirst = await store.consume(model, digest(id), clock.now())
      const isOver = !isFirst && model === 'AuthorizationCode'
      const isExchanged = isFirst && model === 'RefreshToken'
      if (!isOver && !isExchanged) return
      const { grantId } = (await store.find(model, digest(id))) ?? {}
      if (isExchanged) return grantId === undefined ? undefined : lineages.used(grantId)
      if (grantId !== undefined) await around.endGrant(grantId)
      throw around.codeUsed()
    },
    destroy: (id) => store.remove(model, digest(id)),
    async revokeByGrantId(grantId) {
      // Asked for each model in turn; what ends a grant takes all of it away.
      if (model === 'AccessToken') await around.endGrant(grantId)
    },
  }
}

/** How rows know a value. */
export function digest(value: string): string {
  return hash('sha256', value, 'base64url')
}

/** No token ends with the session of a browser, so none needs to know it. */
function withoutSession({ sessionUid: _uid, sid: _sid, ...rest }: AdapterPayload): AdapterPayload {
  return rest
}
