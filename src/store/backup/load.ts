import type { Clock } from '../../kernel/clock.ts'
import type { Engine, Run } from '../engine.ts'
import { applyMigration } from '../migrate.ts'
import { migrations } from '../migrations/all.ts'
import { damaged, decodeRow, type Header, type TableStart, tablesOf, type Values } from './format.ts'
import { readBackup } from './read.ts'

/** What was brought in. */
export interface Loaded {
  readonly schema: number
  readonly created: string
  readonly rows: number
}

const ROWS_AT_ONCE = 50

/** Makes the schema of the backup in an empty database and fills it; inside a transaction, which must end if this throws. */
export async function loadBackup(engine: Engine, run: Run, path: string, clock: Clock): Promise<Loaded> {
  let begun: { header: Header; tables: TableStart[] } | undefined
  let table: TableStart | undefined
  let waiting: Values[] = []
  let rows = 0

  async function insert(): Promise<void> {
    if (table === undefined || waiting.length === 0) return
    const { columns } = table
    const places = waiting.map(
      (_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`)})`,
    )
    const into = table
    await run(
      `insert into ${into.table} (${columns}) values ${places}`,
      waiting.flatMap((values) => decodeRow(values, into)),
    )
    rows += waiting.length
    waiting = []
  }

  for await (const line of readBackup(path)) {
    if ('format' in line) {
      begun = { header: line, tables: await createSchema(engine, run, line, clock) }
    } else if ('table' in line) {
      await insert()
      table = begun?.tables.find((known) => isSame(known, line))
      if (table === undefined) throw damaged('it names what its schema does not have')
    } else {
      if (line.length !== table?.columns.length) throw damaged('a row does not fit')
      if (waiting.push(line) === ROWS_AT_ONCE) await insert()
    }
  }
  await insert()
  if (begun === undefined) throw damaged('it is empty')
  return { schema: begun.header.schema, created: begun.header.created, rows }
}

/** The tables of the schema that the backup is of. */
async function createSchema(
  engine: Engine,
  run: Run,
  { schema }: Header,
  clock: Clock,
): Promise<TableStart[]> {
  if (!Number.isInteger(schema) || schema < 1 || schema > migrations.length) {
    throw damaged(`its schema is ${Number(schema)}, and this program knows those to ${migrations.length}`)
  }
  for (const migration of migrations.slice(0, schema)) await applyMigration(engine, run, migration, clock)
  return tablesOf(engine, run)
}

/** Only names that the schema itself has may become SQL. */
function isSame(known: TableStart, named: TableStart): boolean {
  return known.table === named.table && JSON.stringify(known) === JSON.stringify(named)
}
