// Runs before `npm start` and `npm test`: installs the dependencies when node_modules does not match the
// lock file, and does nothing otherwise. It runs on the system's Node, before the project's own is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const STAMP = 'node_modules/.mostik-lock'
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : ''

if (installed !== wanted) {
  console.error('Installing dependencies (first run, or the lock file changed) …')
  const npm = process.env.npm_execpath
  const words = ['ci', '--include=dev', '--loglevel=error']
  const result = npm
    ? spawnSync(process.execPath, [npm, ...words], { stdio: ['ignore', 2, 2] })
    : spawnSync('npm', words, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (result.status !== 0) {
    console.error(
      'npm ci failed; the lines above say why. Check the network and the npm registry, then run the command again.',
    )
    process.exit(1)
  }
  writeFileSync(STAMP, wanted)
}
