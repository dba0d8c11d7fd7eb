import type { Row, Run } from '../engine.ts'
import { KEPT, type TableStart } from './format.ts'

/** A row of the journal holds hundreds of entries. */
const ROWS_AT_ONCE = 100

/** Every row of a table in the order of its primary key, a page at a time. */
export async function* pagesOf(run: Run, { table, columns }: TableStart): AsyncGenerator<Row[]> {
  const key = KEPT.find(({ name }) => name === table)?.key ?? []
  const places = key.map((_, index) => `$${index + 1}`)
  const tail = `order by ${key} limit ${ROWS_AT_ONCE}`
  let page = await run(`select ${columns} from ${table} ${tail}`)
  while (page.length > 0) {
    yield page
    const last = page.at(-1) ?? {}
    const behind = key.map((column) => last[column])
    page = await run(`select ${columns} from ${table} where (${key}) > (${places}) ${tail}`, behind)
  }
}
