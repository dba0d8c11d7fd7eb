import { createNotes } from '../client/notes.ts'
import { reasonOfFailure, type Work } from '../work.ts'

/** Adds a note to a deal that was just made. @returns why it could not, or nothing. */
export function addFirstNote(
  { client, signal }: Work,
  dealId: number,
  text: string,
): Promise<string | undefined> {
  const note = { entity_id: dealId, note_type: 'common', params: { text } } as const
  return reasonOfFailure(createNotes(client, 'leads', [note], { signal }))
}
