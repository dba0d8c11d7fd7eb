import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from '../support/program.ts'

it('doctor says that nothing can be written when the disk is full', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mostik-doctor-'))
  const doctor = (shell?: string) => {
    const { output, exited } = runProgram(['doctor'], { DATA_DIR: folder }, '.', { ...(shell && { shell }) })
    return exited.then((code) => ({ code, out: output.out }))
  }
  expect(await doctor()).toMatchObject({
    code: 0,
    out: expect.stringContaining('Kept: in SQLite in DATA_DIR, secrets'),
  })
  // No file may grow beyond 60 kB: what is left of a full disk.
  const full = await doctor('ulimit -f 120')
  expect(full).toMatchObject({ code: 1, out: expect.stringMatching(/FIX .*nothing can be written.*disk/) })
  rmSync(folder, { recursive: true })
})
