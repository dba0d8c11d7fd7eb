import { expect, it } from 'vitest'
import { z } from 'zod'
import { openState } from '../app/state.ts'
import { readConfig } from '../config.ts'
import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { wholeSurface } from '../policy/narrowing.ts'
import { createToolCalls } from './call-tool.ts'
import { createCatalog } from './catalog.ts'

it('logs codes and states of an upstream failure, never what the upstream said', async () => {
  const lines: object[] = []
  const cause = { status: 502, reason: 'cut', snippet: 'Иван Петров, +7 495 000-12-34', issues: ['name'] }
  const tool = {
    name: 'lab_get_card',
    title: 'Card',
    description: 'Reads a card.',
    toolset: 'lab',
    access: 'read',
    input: z.object({}),
    output: z.object({}),
    run: async () => {
      throw new AppError('upstream_failed', 'amoCRM did not answer.', { cause })
    },
  }
  const connector = {
    id: 'lab',
    title: 'Lab',
    tools: [tool],
    link: () => ({ demo: false }),
  } as unknown as Connector
  const [entry] = createCatalog([connector]).entries
  if (entry === undefined) throw new Error('no tool')
  const { callTool } = createToolCalls({
    ...(await openState({
      config: readConfig({ DEMO: 'off' }),
      connectors: [connector],
      log: silentLog,
    })),
    clock: { now: () => 0 },
    log: { ...silentLog, info: (fields) => void lines.push(fields) },
  })
  const caller = { userId: 'owner', clientId: 'c', scopes: new Set(['lab:read']) }
  await callTool({
    entry,
    caller,
    narrowing: wholeSurface,
    input: {},
    signal: () => new AbortController().signal,
    isCancelled: () => false,
    progress() {},
  })
  expect(lines).toEqual([
    expect.objectContaining({ outcome: 'upstream_failed', cause: { status: 502, reason: 'cut' } }),
  ])
  expect(JSON.stringify(lines)).not.toContain('Петров')
})
