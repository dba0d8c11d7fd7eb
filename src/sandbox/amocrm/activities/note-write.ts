import { groupOf } from '../cards/card-write.ts'
import { fieldMissing, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import { entityOf, recordEvent } from '../log/record-event.ts'
import type { CardType, Note } from '../records.ts'
import { type Account, cardOf, nextId } from '../state.ts'
import { activeUser, author, checkKeys, type Item, integer, isItem, numberIn } from '../validation.ts'
import { checkParams, keptParams, noteTypes } from './note-types.ts'

const rules = {
  responsible_user_id: activeUser,
  created_by: author,
  updated_by: author,
  created_at: integer,
  updated_at: integer,
}

export function checkNewNote(item: Item, account: Account, card: CardType, entityId?: number): Issue[] {
  const id = entityId ?? item.entity_id
  if (id === undefined) return [fieldMissing('entity_id')]
  if (!Number.isSafeInteger(id)) return [invalidType('entity_id', 'int')]
  const known = cardOf(account, card, Number(id))?.is_deleted === false
  return [
    ...(known ? [] : [notSupportedChoice('entity_id')]),
    ...checkKeys(item, rules, account),
    ...checkContent(item),
  ]
}

export function createNote(
  item: Item,
  account: Account,
  card: CardType,
  entityId: number,
  userId: number,
  now: number,
): Note {
  const by = numberIn(item, 'created_by') ?? userId
  const at = numberIn(item, 'created_at') ?? now
  const holder = cardOf(account, card, entityId)
  const responsible = numberIn(item, 'responsible_user_id') ?? holder?.responsible_user_id ?? userId
  const type = noteTypes.get(item.note_type)
  const params = isItem(item.params) ? item.params : {}
  const note: Note = {
    id: nextId(account, 'notes'),
    entity_type: card,
    entity_id: entityId,
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
    responsible_user_id: responsible,
    group_id: groupOf(account, responsible),
    note_type: String(item.note_type),
    params: type ? keptParams(type, params) : {},
    is_pinned: false,
  }
  account.notes.set(note.id, note)
  if (type?.event) {
    const event = { type: type.event, entity: entityOf[card], id: entityId, by, at }
    recordEvent(account, { ...event, after: [{ note: { id: note.id } }] })
  }
  return note
}

/** A note keeps its kind; sending another one is refused. */
export function checkNoteUpdate(item: Item, note: Note | undefined, account: Account): Issue[] {
  const issues = checkKeys(item, rules, account)
  if (!note) return issues
  const { note_type: type, params } = item
  if (type !== undefined && type !== note.note_type) return [...issues, notSupportedChoice('note_type')]
  if (params === undefined) return issues
  if (!isItem(params)) return [...issues, invalidType('params', 'array')]
  const known = noteTypes.get(note.note_type)
  return known ? [...issues, ...checkParams(known, { ...note.params, ...params })] : issues
}

export function updateNote(note: Note, item: Item, account: Account, userId: number, now: number): void {
  const type = noteTypes.get(note.note_type)
  const { params } = item
  if (type && isItem(params)) note.params = keptParams(type, { ...note.params, ...params })
  const responsible = numberIn(item, 'responsible_user_id') ?? note.responsible_user_id
  note.responsible_user_id = responsible
  note.group_id = groupOf(account, responsible)
  note.updated_by = numberIn(item, 'updated_by') ?? userId
  note.updated_at = numberIn(item, 'updated_at') ?? now
}

function checkContent({ note_type: name, params }: Item): Issue[] {
  if (name === undefined) return [fieldMissing('note_type')]
  const type = noteTypes.get(name)
  if (!type) return [notSupportedChoice('note_type')]
  if (params === undefined) return [fieldMissing('params')]
  return isItem(params) ? checkParams(type, params) : [invalidType('params', 'array')]
}
