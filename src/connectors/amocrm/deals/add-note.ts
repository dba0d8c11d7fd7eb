import { createNotes, listNotes } from '../client/notes.ts'
import { isSameText } from '../names/fold.ts'
import { afterChange, type Work } from '../work.ts'

/** Adds a note to a deal that was just made. @returns why it could not, or nothing. */
export async function addFirstNote(
  { client, signal }: Work,
  dealId: number,
  text: string,
): Promise<string | undefined> {
  const note = { entity_id: dealId, note_type: 'common', params: { text } } as const
  const { problem } = await afterChange(createNotes(client, 'leads', [note], { signal }))
  return problem
}

/** The same for a deal that may have the note already. */
export async function addMissingNote(work: Work, dealId: number, text: string): Promise<string | undefined> {
  const { client, signal } = work
  const options = { entityId: dealId, order: { id: 'desc' }, limit: 250, signal } as const
  const { value: notes, problem } = await afterChange(listNotes(client, 'leads', options))
  if (notes === undefined) return problem
  const isThere = notes.items.some(({ params }) => isSameText(String(params.text ?? ''), text))
  return isThere ? undefined : addFirstNote(work, dealId, text)
}
