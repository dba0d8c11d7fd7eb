import { collection, paged, selfLink } from '../http/envelope.ts'
import { between, type Filters, filtered, oneOf, ordered, withOf } from '../http/filters.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { CardType, Note } from '../records.ts'
import type { Account } from '../state.ts'
import { checkId, type Item, itemIn, itemsIn, numberIn, refuseInvalid, requestIdOf } from '../validation.ts'
import { checkNewNote, checkNoteUpdate, createNote, updateNote } from './note-write.ts'

const all = '/:type(leads|contacts|companies)/notes'
const own = '/:type(leads|contacts|companies)/:entity_id/notes'

/** Notes of a kind of card, and of one card. */
export const noteRoutes: readonly Route[] = [all, own].flatMap((path): Route[] => [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:id`, handle: one },
  { method: 'POST', path, handle: create },
  { method: 'PATCH', path, handle: updateSeveral },
  { method: 'PATCH', path: `${path}/:id`, handle: updateOne },
  { method: 'POST', path: `${path}/:id/pin`, handle: (call) => pin(call, true) },
  { method: 'POST', path: `${path}/:id/unpin`, handle: (call) => pin(call, false) },
])

const filters: Filters<Note> = {
  id: oneOf((note) => note.id),
  entity_id: oneOf((note) => note.entity_id),
  note_type: oneOf((note) => note.note_type),
  updated_at: between((note) => note.updated_at),
}

const orders = { updated_at: (note: Note) => note.updated_at, id: (note: Note) => note.id }

function list(call: Call): Reply {
  const { account, query } = call
  const mine = [...account.notes.values()].filter((note) => isHere(note, call))
  const found = ordered(filtered(mine, query, filters, account), query, orders)
  const wanted = withOf(query)
  return paged(call, 'notes', found, (note) => view(note, account, wanted))
}

function one(call: Call): Reply {
  const note = noteHere(call, idParam(call))
  return note ? { status: 200, body: view(note, call.account, withOf(call.query)) } : noContent
}

function create(call: Call): Reply {
  const { account, userId, now } = call
  const type = typeOf(call)
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => checkNewNote(item, account, type, cardId(call)))
  const made = items.map((item, index) => {
    const entityId = cardId(call) ?? numberIn(item, 'entity_id') ?? 0
    const note = createNote(item, account, type, entityId, userId, now)
    return {
      id: note.id,
      entity_id: note.entity_id,
      request_id: requestIdOf(item, index),
      _links: linksOf(note, account),
    }
  })
  return collection(call, 'notes', made)
}

function updateSeveral(call: Call): Reply {
  const { account, userId, now } = call
  const items = itemsIn(call.body)
  const noteOf = (item: Item) => noteHere(call, numberIn(item, 'id') ?? 0)
  refuseInvalid(items, (item) => [...checkId(item, account), ...checkNoteUpdate(item, noteOf(item), account)])
  const updated = items.flatMap((item) => {
    const note = noteOf(item)
    if (!note) return []
    updateNote(note, item, account, userId, now)
    return [updateReply(note, account)]
  })
  return updated.length > 0 ? collection(call, 'notes', updated) : noContent
}

function updateOne(call: Call): Reply {
  const { account, userId, now } = call
  const note = noteHere(call, idParam(call))
  if (!note) return noContent
  const item = itemIn(call.body)
  refuseInvalid([item], () => checkNoteUpdate(item, note, account))
  updateNote(note, item, account, userId, now)
  return { status: 200, body: updateReply(note, account) }
}

function pin(call: Call, pinned: boolean): Reply {
  const note = noteHere(call, idParam(call))
  if (note) note.is_pinned = pinned
  return noContent
}

const typeOf = ({ params }: Call) => params.type as CardType

const cardId = (call: Call) => (call.params.entity_id === undefined ? undefined : idParam(call, 'entity_id'))

function isHere(note: Note, call: Call): boolean {
  const id = cardId(call)
  return note.entity_type === typeOf(call) && (id === undefined || note.entity_id === id)
}

function noteHere(call: Call, id: number): Note | undefined {
  const note = call.account.notes.get(id)
  return note && isHere(note, call) ? note : undefined
}

const updateReply = (note: Note, account: Account) => ({
  id: note.id,
  entity_id: note.entity_id,
  updated_at: note.updated_at,
  _links: linksOf(note, account),
})

const linksOf = (note: Note, account: Account) =>
  selfLink({ account }, note.entity_type, note.entity_id, 'notes', note.id)

function view(note: Note, account: Account, wanted: ReadonlySet<string>): object {
  const { is_pinned: pinned, entity_type: _type, ...shown } = note
  return {
    ...shown,
    ...(wanted.has('is_pinned') ? { is_pinned: pinned } : {}),
    account_id: account.id,
    _links: linksOf(note, account),
  }
}
