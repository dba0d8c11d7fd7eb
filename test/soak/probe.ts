/** Loaded before a server under attack (`--import`): tells its parent what only the process itself can see. */
process.on('message', () => {
  global.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  process.send?.({ heapMb: Math.round((heapUsed + arrayBuffers) / 2 ** 20), ...globalThis.soakCounts?.() })
})

declare global {
  /** Set by the lab, whose app is at hand. */
  var soakCounts: (() => object) | undefined
}
