import { type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import { entityOf, recordEvent } from '../log/record-event.ts'
import type { Card, CardType, Tag } from '../records.ts'
import { type Account, nextId } from '../state.ts'
import { type Item, isItem } from '../validation.ts'
import type { Stamp } from './card-kind.ts'

/** Checks `_embedded.tags`, `tags_to_add` and `tags_to_delete` of one element. */
export function checkTags(item: Item, account: Account, type: CardType, path = ''): Issue[] {
  return [
    ...checkList(embeddedTags(item) ?? undefined, `${path}_embedded.tags`, account, type),
    ...checkList(item.tags_to_add ?? undefined, `${path}tags_to_add`, account, type),
    ...checkList(item.tags_to_delete ?? undefined, `${path}tags_to_delete`),
  ]
}

/** `_embedded.tags` replaces the whole set (null empties it); the two lists change it. */
export function changeTags(card: Card, item: Item, account: Account, type: CardType, stamp: Stamp): void {
  const replaced = embeddedTags(item)
  const start = replaced === undefined ? card.tags : idsOf(replaced, account, type, true)
  const without = new Set(idsOf(item.tags_to_delete, account, type, false))
  const added = idsOf(item.tags_to_add, account, type, true)
  const next = [...new Set([...start, ...added])].filter((id) => !without.has(id))
  const { tags: before } = card
  card.tags = next
  const record = (event: string, ids: readonly number[], side: 'before' | 'after') => {
    for (const id of ids) {
      const name = account.tags[type].get(id)?.name
      const change = { type: event, entity: entityOf[type], id: card.id, ...stamp }
      recordEvent(account, { ...change, [side]: [{ tag: { name } }] })
    }
  }
  const lost = before.filter((id) => !next.includes(id))
  const gained = next.filter((id) => !before.includes(id))
  record('entity_tag_deleted', lost, 'before')
  record('entity_tag_added', gained, 'after')
}

/** The tag of that name, made when there is none. */
export function tagNamed(account: Account, type: CardType, name: string): Tag {
  const found = findTag(account, type, name)
  if (found) return found
  const tag: Tag = { id: nextId(account, 'tags'), name, color: null }
  account.tags[type].set(tag.id, tag)
  return tag
}

function findTag(account: Account, type: CardType, name: string): Tag | undefined {
  return [...account.tags[type].values()].find((tag) => tag.name === name)
}

function embeddedTags(item: Item): unknown {
  const { _embedded: embedded } = item
  return isItem(embedded) ? embedded.tags : undefined
}

/** With an account, ids must be known tags. */
function checkList(list: unknown, path: string, account?: Account, type?: CardType): Issue[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) return [invalidType(path, 'array')]
  return list.flatMap((entry: unknown, index): Issue[] => {
    const at = `${path}.${index}`
    if (!isItem(entry)) return [invalidType(at, 'array')]
    const { id, name } = entry
    if (id != null) {
      if (!Number.isSafeInteger(id)) return [invalidType(`${at}.id`, 'int')]
      return account && type && !account.tags[type].has(Number(id)) ? [notSupportedChoice(`${at}.id`)] : []
    }
    return typeof name === 'string' && name.trim() !== '' ? [] : [invalidType(`${at}.name`, 'string')]
  })
}

function idsOf(list: unknown, account: Account, type: CardType, make: boolean): number[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: Item) => {
    if (entry.id != null) return [Number(entry.id)]
    const name = String(entry.name)
    const found = make ? tagNamed(account, type, name) : findTag(account, type, name)
    return found ? [found.id] : []
  })
}
