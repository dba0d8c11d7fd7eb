import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

const HERE = import.meta.dirname
const ROOT = join(HERE, '..')

/** Mostik as it is released: JavaScript, as its rivals are. */
export function buildMostik(): void {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(HERE, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('the build of Mostik for the bench failed; the lines above say why')
  copyFileSync(join(ROOT, 'package.json'), join(HERE, 'dist', 'package.json'))
}
