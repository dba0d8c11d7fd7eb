import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HERE = import.meta.dirname
const STAMP = join(HERE, 'node_modules', '.bench-lock')

/** Installs the rivals when their lock file is not what stands in `node_modules`. */
export function installRivals(): void {
  const wanted = createHash('sha256')
    .update(readFileSync(join(HERE, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  console.error('Installing the servers to compare with (first run, or their lock file changed) …')
  const words = ['ci', '--ignore-scripts', '--loglevel=error']
  const npm = process.env.npm_execpath
  const options = { cwd: HERE, stdio: ['ignore', 2, 2] as ['ignore', number, number] }
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...words], options)
    : spawnSync('npm', words, options)
  if (status !== 0) throw new Error('npm ci failed in bench/rivals; the lines above say why')
  writeFileSync(STAMP, wanted)
}
