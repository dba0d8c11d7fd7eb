/** How much every caller has used of a limit, by name. */
export interface CallRate {
  /** Takes one call; the milliseconds until it is worth trying again when the limit is used up, 0 when it was taken. */
  take(name: string, steps: Steps): number | Promise<number>
}

/**
 * One limit of so many calls a minute (GCRA) in whole microseconds, so that nothing is lost to rounding: each call
 * fills it by one step, and time empties it. A whole minute's calls may come at once; after that they come as they
 * drain.
 */
export interface Steps {
  readonly step: number
  /** How far ahead of now the time of being empty may be for one more call. */
  readonly room: number
}
