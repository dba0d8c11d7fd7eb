import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

export interface Program {
  readonly child: ChildProcess
  /** Standard output and error so far. */
  readonly output: { out: string; err: string }
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>
  /** The first match of the pattern in standard output. */
  until(pattern: RegExp): Promise<RegExpExecArray>
}

/** The names that the machine's own environment must not bring into a test. */
const CLEAN: Record<string, string | undefined> = { PATH: process.env.PATH, HOME: process.env.HOME }

/** Runs the program from its sources, as `npm start` does. */
export function runProgram(
  words: readonly string[],
  environment: Record<string, string> = {},
  folder = '.',
): Program {
  const env = { ...CLEAN, ...environment }
  const child = spawn(process.execPath, [resolve('src/main.ts'), ...words], { env, cwd: folder })
  const output = { out: '', err: '' }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text
    for (const watch of watchers) watch()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  return {
    child,
    output,
    exited,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(output.out)
          if (match === null) return
          watchers.delete(watch)
          resolve(match)
        }
        watchers.add(watch)
        watch()
        exited.then((code) => reject(new Error(`exited with ${code}: ${output.out}${output.err}`)))
      }),
  }
}

/** Starts the server on a free port and gives its address. */
export async function serveProgram(environment: Record<string, string> = {}) {
  const program = runProgram([], { PORT: '0', ...environment })
  const [, url = ''] = await program.until(/MCP +(http:\S+)\/mcp\n/)
  return { ...program, url }
}
