import { randomUUID } from 'node:crypto'
import { AppError, type ErrorKind } from './errors.ts'

/** How one tool call ended, before any protocol's words for it. */
export type Outcome =
  | {
      readonly ok: true
      readonly output: Record<string, unknown>
      readonly json: string
      readonly demo: boolean
      /** The answer of the same call made before: nothing was done again. */
      readonly replayed: boolean
    }
  | {
      readonly ok: false
      readonly failure: Failure
      /** By which the client asks its person to be allowed the call: a value of `WWW-Authenticate`. */
      readonly challenge?: string
    }

/** A failure with nothing in it that may not be shown. */
export interface Failure {
  readonly kind: ErrorKind | 'internal' | 'cancelled'
  readonly message: string
  readonly hint?: string
  readonly retry_after_seconds?: number
  readonly candidates?: readonly string[]
  /** Joins the answer with the log line of a bug. */
  readonly incident?: string
}

/** Invisible characters by which text from a card could say one thing to a person and another to a model. */
const HIDDEN =
  /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\udb40[\udc00-\uddef]/g

export function succeeded(output: Record<string, unknown>, demo: boolean, replayed = false): Outcome {
  const json = JSON.stringify(output)
  const visible = json.replace(HIDDEN, '')
  if (visible === json) return { ok: true, output, json, demo, replayed }
  return { ok: true, output: JSON.parse(visible), json: visible, demo, replayed }
}

export function failed(error: unknown, report: Report): Outcome {
  return { ok: false, failure: failureOf(error, report) }
}

/** The call ended because its client wanted so, or was gone. */
export const CANCELLED: Failure = {
  kind: 'cancelled',
  message: 'The call was cancelled.',
  hint: 'If it was to change something, repeat the call unchanged: what it made is looked for before anything is made again.',
}

/** Writes a bug to the log, under the incident that the answer names. */
type Report = (incident: string, error: unknown) => void

/** Only `AppError` is explained; anything else is a bug: one fixed sentence outside, the rest for `report`. */
export function failureOf(error: unknown, report: Report): Failure {
  if (error instanceof AppError) {
    const { kind, message, hint, retryAfterSeconds, candidates } = error
    return {
      kind,
      message,
      ...(hint !== undefined && { hint }),
      ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
      ...(candidates.length > 0 && {
        candidates: candidates.slice(0, 5).map((name) => name.replace(HIDDEN, '')),
      }),
    }
  }
  const incident = randomUUID()
  report(incident, error)
  const message = 'The server failed and wrote the reason to its log.'
  const hint = `Try again later; if it happens again, give the person this incident number: ${incident}.`
  return { kind: 'internal', message, hint, incident }
}
