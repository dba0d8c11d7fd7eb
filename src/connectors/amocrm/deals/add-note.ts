import { createNotes } from '../client/notes.ts'
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
