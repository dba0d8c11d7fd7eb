// As src/main.ts and src/cli/serve.ts start: compiled code is kept for the next start.
import { enableCompileCache, flushCompileCache } from 'node:module'

enableCompileCache()
await import('./mostik.ts')
setTimeout(flushCompileCache, 100).unref()
