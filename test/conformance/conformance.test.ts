import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveProgram } from '../support/program.ts'
import { startFixtures } from './fixtures-process.ts'
import { listed, type Revision, requiredScenarios, runSuite } from './suite.ts'

const revisions: Revision[] = ['2025-11-25', '2026-07-28']

/** The official suite drives two servers that share the whole stack and differ in what stands behind it. */
describe.each([
  { server: 'the stack with the fixtures', start: () => startFixtures(), needsFixtures: undefined },
  {
    server: 'the product, apart from what needs a fixture,',
    start: startProduct,
    needsFixtures: fileURLToPath(new URL('needs-fixtures.yml', import.meta.url)),
  },
])('$server', ({ start, needsFixtures }) => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    expect(await server.stop()).toBe(0)
  })

  test.concurrent.each(revisions)(
    'passes what %s requires',
    async (revision) => {
      const { exitCode, report, exercised, failures } = await runSuite(server.url, revision, needsFixtures)

      const excused = needsFixtures ? listed(await readFile(needsFixtures, 'utf8')) : []
      const inexcusable = failures.filter(
        ({ scenario, check }) =>
          !(
            excused.includes(scenario) ||
            excused.includes(`${scenario}:${check}`) ||
            isTasksExtension(scenario)
          ),
      )
      expect(inexcusable).toEqual([])
      expect(exitCode, report).toBe(0)

      const required = await requiredScenarios(revision)
      expect(required.length).toBeGreaterThan(20)
      const partlyExcused = new Set(excused.map((entry) => entry.split(':', 1)[0]))
      expect(required.filter((scenario) => !exercised.has(scenario) && !partlyExcused.has(scenario))).toEqual(
        [],
      )
    },
    suiteTimeoutMs,
  )
})

/** A run takes seconds; a slow machine may take twenty times as long. */
const suiteTimeoutMs = 120_000

/** Optional, and not offered: the suite runs its scenarios always and scores them never. */
function isTasksExtension(scenario: string): boolean {
  return scenario.startsWith('tasks-')
}

async function startProduct(): ReturnType<typeof startFixtures> {
  const { child, exited, url } = await serveProgram()
  const stop = () => {
    child.kill('SIGTERM')
    return exited
  }
  return { url: `${url}/mcp`, stop }
}
