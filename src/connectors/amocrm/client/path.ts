declare const checked: unique symbol

/** A path below `/api/v4`; only the `path` tag makes one, so no text from outside can steer a call elsewhere. */
export type ApiPath = string & { readonly [checked]: true }

/** Builds a path whose every value is exactly one segment: path`/leads/${id}`. A value that cannot be one throws. */
export function path(template: TemplateStringsArray, ...values: readonly (string | number)[]): ApiPath {
  return String.raw({ raw: template }, ...values.map(segment)) as ApiPath
}

function segment(value: string | number): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError('A number in a path must be a safe integer.')
  }
  // WHATWG URL also resolves dot segments that are written with %2e; encodeURIComponent leaves no other way in.
  if (value === '' || value === '.' || value === '..') {
    throw new TypeError('A value in a path must be a segment of its own.')
  }
  return encodeURIComponent(value)
}
