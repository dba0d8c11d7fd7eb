/** The ISO form of a time in whole Unix ms, made once for all entries of a millisecond. */
export function isoText(): (at: number) => string {
  let known = Number.NaN
  let text = ''
  return (at) => {
    if (at !== known) {
      known = at
      text = new Date(at).toISOString()
    }
    return text
  }
}
