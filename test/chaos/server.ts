import { run } from '../../src/cli/serve.ts'

// The server as it is, but sooner sure that a process is dead: a run with hundreds of kills has no time to wait.
process.exitCode = await run([], { leaseMs: 900, settleMs: 250 })
