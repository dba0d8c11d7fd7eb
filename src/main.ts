#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { AppError } from './kernel/errors.ts'

// What follows is loaded when it is needed, and from the second start on without being compiled again.
enableCompileCache()

/** The commands, each a module of its own that is loaded when it is asked for. */
const COMMANDS: Record<string, () => Promise<{ run(words: readonly string[]): Promise<number> }>> = {
  serve: () => import('./cli/serve.ts'),
  stdio: () => import('./cli/stdio.ts'),
  setup: () => import('./cli/setup.ts'),
  token: () => import('./cli/token.ts'),
  link: () => import('./cli/link.ts'),
  unlink: () => import('./cli/unlink.ts'),
  accounts: () => import('./cli/accounts.ts'),
  journal: () => import('./cli/journal.ts'),
  keys: () => import('./cli/keys.ts'),
  backup: () => import('./cli/backup.ts'),
  restore: () => import('./cli/restore.ts'),
  sandbox: () => import('./cli/sandbox.ts'),
  doctor: () => import('./cli/doctor.ts'),
  help: () => import('./cli/help.ts'),
  version: () => import('./cli/print-version.ts'),
}

const [first = 'serve', ...rest] = process.argv.slice(2)
const name = { '--help': 'help', '-h': 'help', '--version': 'version', '-v': 'version' }[first] ?? first
const isOption = first.startsWith('-') && name === first
const load = isOption ? COMMANDS.serve : Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined

try {
  if (load === undefined) {
    throw new AppError('invalid_input', `There is no command "${first}".`, {
      hint: 'Run with --help for the list.',
    })
  }
  process.exitCode = await (await load()).run(isOption ? [first, ...rest] : rest)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`mostik: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`)
  process.exitCode = 1
}
