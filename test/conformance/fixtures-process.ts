import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** The product's stack with the suite's fixtures, in a process of its own: the suite meets it through its port. */
export async function startFixtures(...words: string[]) {
  const child = spawn(process.execPath, [script, ...words], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  const { url }: { url: string } = JSON.parse(line)
  return {
    /** Where MCP is. */
    url,
    /** Asks it to end and gives its exit code. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}

/** Runs it to its end, for the cases where it refuses to start. */
export function runFixtures(
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env } }
    const child = execFile(process.execPath, [script], options, (_failed, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

const script = 'test/conformance/serve.ts'
