/** Waits; rejects with the signal's reason when it is aborted before. A wait without a signal keeps no process alive. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, Math.max(0, ms))
    if (signal === undefined) timer.unref()
    function end(): void {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    function stop(): void {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Waits for the work, but no longer than this; what it throws then is nobody's any more. */
export async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController()
  await Promise.race([work, pause(ms, over.signal)]).finally(() => over.abort())
}
