import type { ExpressionBuilder } from 'kysely'
import type { Batch, JournalStore } from '../journal/journal-store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'

type Words = ExpressionBuilder<Tables, never>

/** The journal's batches in `journal`, a row each, and where they begin in `journal_anchor`. */
export function createJournalStore(store: Pick<Store, 'db'>, clock: Clock): JournalStore {
  let insert: Insert | undefined
  return {
    async head() {
      const db = await store.db()
      const ends = db.selectNoFrom((words) => [lastSeq(words).as('seq'), lastHash(words).as('hash')])
      const { seq, hash } = await ends.executeTakeFirstOrThrow()
      return seq === null || hash === null ? undefined : { seq, hash }
    },
    async anchor() {
      const db = await store.db()
      return db.selectFrom('journal_anchor').select(['seq', 'hash']).executeTakeFirst()
    },
    async append(batch) {
      const db = await store.db()
      insert ??= compileInsert(db)
      return (await insert(batch)) || holds(db, batch)
    },
    async page({ after, before, since, until, most }) {
      let query = rows(await store.db()).limit(most)
      if (since !== undefined) query = query.where('last_at', '>=', since)
      if (until !== undefined) query = query.where('first_at', '<=', until)
      if (before !== undefined) query = query.where('first_seq', '<', before).orderBy('first_seq', 'desc')
      else query = query.where('first_seq', '>', after ?? 0).orderBy('first_seq', 'asc')
      const found = await query.execute()
      return found.map((row) => ({
        firstSeq: row.first_seq,
        lastSeq: row.last_seq,
        firstAt: row.first_at,
        lastAt: row.last_at,
        lines: row.lines,
        head: row.head,
        previous: row.previous ?? undefined,
      }))
    },
    async prune(time, most) {
      const db = await store.db()
      // Usually there is nothing to do, and no lock to be taken for it.
      const now = clock.now()
      if ((await lastOld(db, { time, now, most: 1 })) === undefined) return 0
      return db.transaction().execute((work) => prune(work, { time, now, most }))
    },
  }
}

/**
 * One statement that writes only where the chain ends; of two at once, the key lets one through. Its text parameters
 * are members of a batch by name, so that it is compiled once.
 */
function compileInsert(db: Db): Insert {
  const query = db
    .insertInto('journal')
    .columns(['first_seq', 'last_seq', 'first_at', 'last_at', 'lines', 'head'])
    .expression(
      db
        .selectNoFrom((words) => [
          number(words, 'firstSeq').as('first_seq'),
          number(words, 'lastSeq').as('last_seq'),
          number(words, 'firstAt').as('first_at'),
          number(words, 'lastAt').as('last_at'),
          text(words, 'lines').as('lines'),
          text(words, 'head').as('head'),
        ])
        .where((words) => {
          const follows = words(
            words.fn.coalesce(lastSeq(words), words.lit(0)),
            '=',
            number(words, 'seqBefore'),
          )
          // Only an empty journal has no last hash.
          const previous = text(words, 'previous')
          return words.and([follows, words(words.fn.coalesce(lastHash(words), previous), '=', previous)])
        }),
    )
    .onConflict((conflict) => conflict.column('first_seq').doNothing())
    .compile()
  return async (batch) => {
    const members: Record<string, unknown> = { ...batch, seqBefore: batch.firstSeq - 1 }
    const parameters = query.parameters.map((value) => (typeof value === 'string' ? members[value] : value))
    const { numAffectedRows } = await db.executeQuery({ ...query, parameters })
    return numAffectedRows === 1n
  }
}

type Insert = (batch: Batch) => Promise<boolean>

function number(words: Words, member: keyof Batch | 'seqBefore') {
  return words.cast<number>(words.val(member), 'bigint')
}

function text(words: Words, member: keyof Batch) {
  return words.cast<string>(words.val(member), 'text')
}

/** Whether it is this very batch that stands there: its head covers every byte of it. */
async function holds(db: Db, { firstSeq, head }: Batch): Promise<boolean> {
  const row = await db
    .selectFrom('journal')
    .select('head')
    .where('first_seq', '=', firstSeq)
    .executeTakeFirst()
  return row?.head === head
}

function rows(db: Db) {
  return db
    .selectFrom('journal')
    .select(['first_seq', 'last_seq', 'first_at', 'last_at', 'lines', 'head'])
    .select((words) => {
      const before = words
        .selectFrom('journal as earlier')
        .select('earlier.head')
        .whereRef('earlier.first_seq', '<', 'journal.first_seq')
        .orderBy('earlier.first_seq', 'desc')
        .limit(1)
      return words.fn
        .coalesce(before, words.selectFrom('journal_anchor').select('hash').limit(1))
        .as('previous')
    })
}

function lastSeq(words: Words) {
  const newest = words.selectFrom('journal').select('last_seq').orderBy('first_seq', 'desc').limit(1)
  return words.fn.coalesce(newest, words.selectFrom('journal_anchor').select('seq').limit(1))
}

function lastHash(words: Words) {
  const newest = words.selectFrom('journal').select('head').orderBy('first_seq', 'desc').limit(1)
  return words.fn.coalesce(newest, words.selectFrom('journal_anchor').select('hash').limit(1))
}

interface Pruning {
  readonly time: number
  readonly now: number
  readonly most: number
}

/**
 * The last of the oldest batches that hold nothing from `time` on. A batch from after `now` was dated by a clock that
 * was wrong: it is as old as the batches behind it.
 */
async function lastOld(db: Db, { time, now, most }: Pruning) {
  const found = await ends(db).limit(most).execute()
  const young = found.findIndex(({ last_at }) => last_at >= time && last_at <= now)
  const last = (young < 0 ? found : found.slice(0, young)).findLast(({ last_at }) => last_at < time)
  if (last !== undefined || young >= 0) return last
  const end = found.at(-1)
  if (end === undefined) return undefined
  const behind = ends(db).where('first_seq', '>', end.first_seq).where('last_at', '<=', now)
  const next = await behind.limit(1).executeTakeFirst()
  return next !== undefined && next.last_at < time ? end : undefined
}

function ends(db: Db) {
  return db.selectFrom('journal').select(['first_seq', 'last_seq', 'last_at', 'head']).orderBy('first_seq')
}

/** Another process may do the same at the same time: both take away the front, and the anchor only moves forward. */
async function prune(db: Db, pruning: Pruning): Promise<number> {
  const last = await lastOld(db, pruning)
  if (last === undefined) return 0
  const { numDeletedRows } = await db
    .deleteFrom('journal')
    .where('first_seq', '<=', last.first_seq)
    .executeTakeFirstOrThrow()
  const anchor = { seq: last.last_seq, hash: last.head, pruned_at: pruning.now }
  await db
    .insertInto('journal_anchor')
    .values({ id: 1, ...anchor })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(anchor).where('journal_anchor.seq', '<', last.last_seq),
    )
    .execute()
  return Number(numDeletedRows)
}
