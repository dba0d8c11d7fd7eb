import { environment } from '../config.ts'

/** A terminal and npm may both pass one Ctrl-C on: what comes this soon after the first is the same wish. */
const SAME_WISH_MS = 1_000
const PARENT_CHECK_MS = 200

/**
 * Resolves when the process is to stop: SIGINT, SIGTERM, or, under npm, the end of the shell that npm started it in
 * (npm tells the shell, and some shells die without telling their child). A second signal later on ends it at once.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let since: number | undefined
    const stop = (signal: string) => {
      const now = performance.now()
      if (since !== undefined && now - since > SAME_WISH_MS) process.exit(130)
      since ??= now
      resolve(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
    if (environment.npm_lifecycle_event === undefined) return
    const parent = process.ppid
    const timer = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(timer)
      stop('end of the parent')
    }, PARENT_CHECK_MS)
    timer.unref()
  })
}
