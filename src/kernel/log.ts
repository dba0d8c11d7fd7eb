/** Structured log, one event a line. Fields never hold a secret, a header or the contents of a call. */
export interface Log {
  info(fields: object, event: string): void
  warn(fields: object, event: string): void
  error(fields: object, event: string): void
}

export const silentLog: Log = { info() {}, warn() {}, error() {} }
