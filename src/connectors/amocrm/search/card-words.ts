import type { Card } from '../cards/read-card.ts'
import { fieldsInWords } from '../fields/in-words.ts'
import type { Naming } from '../names/naming.ts'

/** Everything on a card that a person may remember it by: its name, fields and tags. */
export function cardWords({ card }: Card, naming: Naming): string {
  const { name, custom_fields_values: fields, _embedded } = card
  return [
    name,
    ...fieldsInWords(fields, naming.zone).values(),
    ..._embedded.tags.map((tag) => tag.name),
  ].join(' ')
}
