import { existsSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** A headless Chromium: the one `CHROMIUM_PATH` names, the system's, else the one that npm brought (Linux x64). */
export async function openBrowser(): Promise<Browser> {
  const installed = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  )
  if (installed) return playwright.launch({ executablePath: installed, args: ['--no-sandbox'] })
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => !UNWANTED.has(argument)),
  })
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
