import { at, itemsOf, listOf, type QueryNode, textOf } from '../http/query.ts'

/** `filter[value_after|value_before]`: each key that is there must hold for one of the values. */
export function valueFilter(values: readonly object[], node: QueryNode): boolean {
  if (!(node instanceof Map)) return true
  return Object.entries(tests).every(([key, passes]) => {
    const wanted = at(node, key)
    return wanted === undefined || values.some((value) => passes(flat(value), wanted))
  })
}

type Flat = Readonly<Record<string, unknown>>

const tests: Readonly<Record<string, (value: Flat, wanted: QueryNode) => boolean>> = {
  leads_statuses: (value, wanted) =>
    itemsOf(wanted).some(
      (pair) =>
        String(value['lead_status.id']) === textOf(at(pair, 'status_id')) &&
        String(value['lead_status.pipeline_id']) === textOf(at(pair, 'pipeline_id')),
    ),
  responsible_user_id: (value, wanted) => listOf(wanted).includes(String(value['responsible_user.id'])),
  custom_field_values: (value, wanted) =>
    listOf(wanted).includes(String(value['custom_field_value.enum_id'])),
  value: (value, wanted) =>
    ['sale_field_value.sale', 'name_field_value.name', 'custom_field_value.text'].some(
      (key) => value[key] !== undefined && String(value[key]) === textOf(wanted),
    ),
}

/** `{a: {b: 1}}` → `{'a.b': 1}`. */
function flat(value: object): Flat {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).map(([name, leaf]) => [`${key}.${name}`, leaf])
        : [[key, inner]],
    ),
  )
}
