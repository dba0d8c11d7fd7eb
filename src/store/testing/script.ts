import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

export interface Script {
  readonly child: ChildProcess
  /** Lines of standard output so far. */
  readonly lines: string[]
  /** Resolves with the next line. */
  line(): Promise<string>
  /** Resolves with the exit code, and everything that was written to standard error. */
  readonly ended: Promise<{ code: number | null; errors: string }>
}

/** Runs a module in another process; in it `say(text)` writes a line and `store(file)` imports a module of `src/store`. */
export function runScript(code: string, options: { uid?: number; shell?: string } = {}): Script {
  const folder = pathToFileURL('src/store/').href
  const source = `const say = (text) => process.stdout.write(text + '\\n')
    const store = (file) => import('${folder}' + file)
    const log = { info() {}, warn() {}, error() {} }
    ${code}`
  const words = ['--input-type=module', '-e', source]
  const { uid, shell } = options
  const child =
    shell === undefined
      ? spawn(process.execPath, words, { ...(uid !== undefined && { uid }) })
      : spawn('sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...words])
  const lines: string[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  return {
    child,
    lines,
    async line() {
      const [line] = await once(reader, 'line')
      return line
    },
    ended: once(child, 'close').then(([code]) => ({ code, errors })),
  }
}
