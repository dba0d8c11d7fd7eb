type Scalar = string | number | boolean
export type QueryValue = Scalar | undefined | readonly QueryValue[] | { readonly [key: string]: QueryValue }
export interface Query {
  /** Extra parts of the reply; amoCRM takes them as one comma list. */
  readonly with?: readonly string[] | undefined
  readonly [key: string]: QueryValue
}

/**
 * Nested arrays the way PHP reads them: `filter[id][]=1`, `filter[statuses][0][status_id]=142`,
 * `order[id]=asc`. Booleans become 1 and 0; undefined is left out.
 */
export function encodeQuery({ with: extras, ...query }: Query): string {
  const params = new URLSearchParams()
  append(params, '', query)
  if (extras && extras.length > 0) params.append('with', extras.join(','))
  return params.toString()
}

function append(params: URLSearchParams, name: string, value: QueryValue): void {
  if (value === undefined) return
  if (typeof value === 'boolean') params.append(name, value ? '1' : '0')
  else if (typeof value !== 'object') params.append(name, String(value))
  else if (isList(value)) {
    value.forEach((item, index) => {
      append(params, typeof item === 'object' ? `${name}[${index}]` : `${name}[]`, item)
    })
  } else {
    for (const [key, inner] of Object.entries(value)) append(params, name ? `${name}[${key}]` : key, inner)
  }
}

function isList(value: object): value is readonly QueryValue[] {
  return Array.isArray(value)
}
