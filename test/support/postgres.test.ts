import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

it('a process that has used PostgreSQL keeps its exit code, so that failed tests are seen', async () => {
  const script = `
    const { startPostgres } = await import('./test/support/postgres.ts')
    const { stop } = await startPostgres()
    await stop()
    process.exitCode = 3`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([3, null])
})
