/** One step of the schema. A released migration never changes. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number
  /** What it does, for the log. */
  readonly title: string
  /** The statements, in order; they run in one transaction with the note that they ran. */
  statements(words: EngineWords): readonly string[]
}

/** The words of SQL in which the engines differ. */
export interface EngineWords {
  readonly binary: 'blob' | 'bytea'
  /** Gives a row when the table `schema_migration` is there. */
  readonly versionTable: string
  /** Gives `name` and `type` of each column, in order; no row when there is no such table. */
  columns(table: string): string
}
