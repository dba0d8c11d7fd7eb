import type { EngineWords } from './migrations/migration.ts'
import type { Db, Write } from './store.ts'

export type Row = Record<string, unknown>

/** One statement of plain SQL, without the query builder; parameters are `$1`, `$2` … in order, each used once. */
export type Run = (sql: string, parameters?: readonly unknown[]) => Promise<Row[]>

/** What an engine does for the store. Every error it throws for its own reasons is an AppError `unavailable`. */
export interface Engine {
  readonly name: 'memory' | 'sqlite' | 'postgres'
  readonly words: EngineWords
  /**
   * One transaction in plain SQL; rolled back when `work` throws.
   * `schema` lets nobody else change the schema meanwhile and may take long; `snapshot` sees one state and writes nothing.
   */
  transaction<T>(purpose: 'write' | 'schema' | 'snapshot', work: (run: Run) => Promise<T>): Promise<T>
  /** Whether the database is there, at the least cost. */
  ask(): Promise<void>
  /** Loads the query builder. */
  builder(): Promise<Builder>
  close(): Promise<void>
}

export interface Builder {
  readonly db: Db
  durably<T>(work: Write<T>): Promise<T>
}
