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

/** As whom a program runs, and what the shell does first that starts it, such as setting a limit. */
export interface Circumstances {
  readonly uid?: number
  readonly shell?: string
}

/** Runs the program from its sources, as `npm start` does. */
export function runProgram(
  words: readonly string[],
  environment: Record<string, string> = {},
  folder = '.',
  { uid, shell }: Circumstances = {},
): Program {
  const options = { env: { ...CLEAN, ...environment }, cwd: folder, ...(uid !== undefined && { uid }) }
  const main = [resolve('src/main.ts'), ...words]
  const child =
    shell === undefined
      ? spawn(process.execPath, main, options)
      : spawn('sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...main], options)
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
export async function serveProgram(
  environment: Record<string, string> = {},
  circumstances: Circumstances = {},
) {
  const program = runProgram([], { PORT: '0', ...environment }, '.', circumstances)
  const [, url = ''] = await program.until(/MCP +(http:\S+)\/mcp\n/)
  return { ...program, url }
}
