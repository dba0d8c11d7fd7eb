import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The slow ones wait for other processes most of the time, so that there is room for more than the cores suggest.
    maxWorkers: 3,
    globalSetup: ['test/support/postgres.ts'],
    // A busy machine takes several times as long as an idle one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
