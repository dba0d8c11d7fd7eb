import { AppError } from '../../kernel/errors.ts'
import type { Engine, Row, Run } from '../engine.ts'

/*
 * One JSON value a line: a header; for each table a line that names its columns, then one array a row, binary values in
 * base64; last a footer that counts the rows and holds the SHA-256 of every byte before it. No engine's own words are
 * in it, so it goes from one to the other.
 */
export interface Header {
  readonly format: 'mostik-backup'
  readonly version: 1
  /** The schema that the rows are of. */
  readonly schema: number
  readonly created: string
}

export interface TableStart {
  readonly table: string
  readonly columns: readonly string[]
  readonly binary: readonly string[]
}

export interface Footer {
  readonly rows: number
  readonly sha256: string
}

export type Values = readonly (string | number | null)[]

/** What a backup holds, parents before children, with the primary keys. Their names are SQL and come from nowhere else. */
export const KEPT: readonly { readonly name: string; readonly key: readonly string[] }[] = [
  { name: 'meta', key: ['key'] },
  { name: 'data_key', key: ['owner', 'version'] },
  { name: 'secret', key: ['owner', 'kind', 'name'] },
  { name: 'linked_account', key: ['id'] },
  { name: 'journal_anchor', key: ['id'] },
  { name: 'journal', key: ['first_seq'] },
  { name: 'once', key: ['id'] },
  { name: 'person', key: ['id'] },
  { name: 'passkey', key: ['id'] },
  { name: 'oauth_client', key: ['id'] },
  { name: 'oauth_record', key: ['model', 'id'] },
  { name: 'connection', key: ['id'] },
]

/** What holds for a while, and is not worth keeping: who is signed in signs in again. */
export const PASSING: readonly string[] = ['rate', 'call_rate', 'lock', 'web_session', 'ticket']

/** The tables of `KEPT` that this schema has, as a backup names them. */
export async function tablesOf({ words }: Engine, run: Run): Promise<TableStart[]> {
  const tables: TableStart[] = []
  for (const { name } of KEPT) {
    const columns = await run(words.columns(name))
    if (columns.length === 0) continue
    tables.push({
      table: name,
      columns: columns.map((column) => String(column.name)),
      binary: columns.filter(({ type }) => type === words.binary).map((column) => String(column.name)),
    })
  }
  return tables
}

/** One row as a line, the same for both engines. */
export function encodeRow(row: Row, { columns }: TableStart): string {
  return JSON.stringify(
    columns.map((column) => {
      const value = row[column]
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
    }),
  )
}

export function decodeRow(values: Values, { columns, binary }: TableStart): unknown[] {
  return values.map((value, index) =>
    value !== null && binary.includes(columns[index] ?? '') ? Buffer.from(String(value), 'base64') : value,
  )
}

export function damaged(how: string): AppError {
  return new AppError('invalid_input', `The backup cannot be used: ${how}.`, {
    hint: 'Nothing was changed. Take another backup file.',
  })
}
