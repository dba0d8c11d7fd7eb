import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import chromium, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** A headless Chromium: the one `CHROMIUM_PATH` names, the system's, else the one that npm brought (Linux x64). */
export async function openBrowser(): Promise<Browser> {
  const installed = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  )
  if (installed) return playwright.launch({ executablePath: installed, args: ['--no-sandbox'] })
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    env: { ...process.env, ...(await ownLibraries()) },
    args: chromium.args.filter((argument) => !UNWANTED.has(argument)),
  })
}

/** The npm build brings the system libraries that a machine without a browser often lacks, NSS above all. */
async function ownLibraries(): Promise<Record<string, string>> {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/lib/x86_64-linux-gnu']
  if (folders.some((folder) => existsSync(join(folder, 'libnss3.so')))) return {}
  const build = dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))
  const unpacked = await inflate(join(build, '..', 'bin', 'al2023.tar.br'))
  return { LD_LIBRARY_PATH: join(unpacked, 'lib') }
}

/**
 * Flags that the npm build brings for its own home, a cloud function: two switch off the very rules that tests watch,
 * and a browser in a single process dies with the first profile that closes.
 */
const UNWANTED = new Set([
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--no-zygote',
])
