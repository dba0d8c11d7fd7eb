import { expect, it } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import type { Subject } from './decide.ts'
import { readNarrowing, wholeSurface } from './narrowing.ts'
import { stepUp } from './step-up.ts'

const at = 'https://crm.example.com/.well-known/oauth-protected-resource/mcp'
const reader: Caller = {
  userId: 'owner',
  clientId: 'client.example.com/1',
  scopes: new Set(['openid', 'amocrm:read']),
  resourceMetadata: at,
}
const tool: Subject = { connector: 'amocrm', name: 'amocrm_create_lead', toolset: 'amocrm', access: 'write' }
const ceiling = new Set(['amocrm:read', 'amocrm:write'])
const narrowed = (query: string, connector?: string) =>
  readNarrowing(connector, new URLSearchParams(query), new Set(['amocrm', 'companies']))

it('names all that the client needs: what it has, and what it lacks (RFC 6750 §3.1)', () => {
  expect(stepUp(reader, wholeSurface, tool, ceiling)).toBe(
    `Bearer error="insufficient_scope", error_description="The person has not allowed amocrm:write", scope="openid amocrm:read amocrm:write", resource_metadata="${at}"`,
  )
  expect(stepUp(reader, narrowed('', 'amocrm'), tool, ceiling)).toContain(
    'scope="openid amocrm:read amocrm:write"',
  )
})

const { resourceMetadata: _, ...deaf } = reader
it.each([
  ['a caller who has the scope', { ...reader, scopes: ceiling }, wholeSurface, ceiling],
  ['a caller who cannot ask', deaf, wholeSurface, ceiling],
  ['a scope above the ceiling', reader, wholeSurface, new Set(['amocrm:read'])],
  ['another mount', reader, narrowed('', 'telegram'), ceiling],
  ['an address that leaves changes out', reader, narrowed('read_only=1'), ceiling],
  ['an address that leaves the toolset out', reader, narrowed('toolsets=companies'), ceiling],
  [
    'a connection without the toolset',
    { ...reader, toolsets: new Set(['companies']) },
    wholeSurface,
    ceiling,
  ],
])('says nothing for %s', (_, caller, narrowing, most) => {
  expect(stepUp(caller, narrowing, tool, most)).toBeUndefined()
})
