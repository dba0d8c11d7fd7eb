import { version } from '../version.ts'

export async function run(): Promise<number> {
  process.stdout.write(`${version}\n`)
  return 0
}
