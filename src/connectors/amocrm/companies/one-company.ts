import { AppError } from '../../../kernel/errors.ts'
import { clip } from '../cards/clip.ts'
import { formatRef, parseRef } from '../cards/ref.ts'
import { type Company, getCompany, listCompanies } from '../client/companies.ts'
import { fold, words } from '../names/fold.ts'
import type { Work } from '../work.ts'

/**
 * The company that a write is about: by ref, or by a name that is spelled as on its card and that only one has.
 * @throws AppError `not_found`, or `invalid_input` with the companies it may be.
 */
export async function requireCompany(work: Work, asked: string): Promise<Company> {
  const ref = parseRef(asked, work.client.baseUrl)
  const near = ref?.kind === 'company' ? await readOne(work, ref.id) : await readNear(work, asked)
  const exact = ref?.kind === 'company' ? near : near.filter(({ name }) => fold(name) === fold(asked))
  const [company] = exact
  if (company && exact.length === 1) return company
  const message =
    exact.length > 1 ? 'More than one company has this name.' : 'No company has exactly this name.'
  throw new AppError(exact.length > 1 ? 'invalid_input' : 'not_found', message, {
    hint: 'Repeat the call with the ref of the company (company:<id>).',
    candidates: (exact.length > 1 ? exact : near).slice(0, 5).map(describe),
  })
}

async function readOne({ client, signal }: Work, id: number): Promise<Company[]> {
  const company = await getCompany(client, id, { signal })
  return company && !company.is_deleted ? [company] : []
}

async function readNear({ client, signal }: Work, asked: string): Promise<readonly Company[]> {
  const longest = words(asked).toSorted((left, right) => right.length - left.length)[0]
  if (longest === undefined) return []
  const { items } = await listCompanies(client, { query: longest, limit: 250, signal })
  return items.filter(({ is_deleted }) => !is_deleted)
}

function describe({ id, name }: Company): string {
  return clip(`${formatRef({ kind: 'company', id })}, ${name}`, 120)
}
