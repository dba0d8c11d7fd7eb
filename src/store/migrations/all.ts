import { firstTables } from './0001-first-tables.ts'
import { people } from './0002-people.ts'
import type { Migration } from './migration.ts'

/** Every step of the schema, oldest first. */
export const migrations: readonly Migration[] = [firstTables, people]
