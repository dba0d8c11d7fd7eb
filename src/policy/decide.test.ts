import { describe, expect, it } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import { decide, isAllowed, type Subject } from './decide.ts'
import { readNarrowing, wholeSurface } from './narrowing.ts'

const caller: Caller = { userId: 'u', clientId: 'c', scopes: new Set(['amocrm:read', 'amocrm:write']) }
const tool = (changes: Partial<Subject> = {}): Subject => ({
  connector: 'amocrm',
  name: 'amocrm_create_lead',
  toolset: 'amocrm',
  access: 'write',
  ...changes,
})
const narrowed = (query: string, connector?: string) =>
  readNarrowing(connector, new URLSearchParams(query), new Set(['amocrm', 'companies']))

describe('decide', () => {
  it('lets a granted access class through', () => {
    expect(() => decide(caller, wholeSurface, tool())).not.toThrow()
  })

  it('refuses an access class that was not granted, naming it', () => {
    expect(() => decide(caller, wholeSurface, tool({ access: 'destroy' }))).toThrow(
      expect.objectContaining({ kind: 'not_allowed', hint: expect.stringContaining('amocrm:destroy') }),
    )
  })

  it.each([
    ['read_only=1 leaves only reads', 'read_only=1', undefined, tool(), false],
    ['read_only=1 keeps reads', 'read_only=1', undefined, tool({ access: 'read' }), true],
    ['read_only=0 narrows nothing', 'read_only=0', undefined, tool(), true],
    ['another toolset leaves it out', 'toolsets=companies', undefined, tool(), false],
    ['its own toolset keeps it', 'toolsets=companies,%20amocrm', undefined, tool(), true],
    ["another connector's address leaves it out", '', 'telegram', tool(), false],
    ["its own connector's address keeps it", '', 'amocrm', tool(), true],
  ])('%s', (_, query, connector, subject, allowed) => {
    expect(isAllowed(caller, narrowed(query, connector), subject)).toBe(allowed)
  })

  it('leaves out the toolsets that the connection has not, whatever the address says', () => {
    const few: Caller = { ...caller, toolsets: new Set(['companies']) }
    expect(isAllowed(few, wholeSurface, tool())).toBe(false)
    expect(isAllowed(few, narrowed('toolsets=amocrm'), tool())).toBe(false)
    expect(isAllowed(few, wholeSurface, tool({ toolset: 'companies' }))).toBe(true)
    expect(isAllowed({ ...caller, toolsets: new Set() }, wholeSurface, tool())).toBe(false)
  })

  it('never widens: a narrowing cannot add what was not granted', () => {
    const reader: Caller = { ...caller, scopes: new Set(['amocrm:read']) }
    expect(isAllowed(reader, narrowed('read_only=0&toolsets=amocrm'), tool())).toBe(false)
  })
})

describe('readNarrowing', () => {
  it.each(['toolsets=', 'toolsets=,', 'toolsets[]=amocrm', 'toolset=amocrm', 'readonly=1', 'Read-Only=1'])(
    'refuses %s, since it would narrow nothing',
    (query) => {
      expect(() => narrowed(query)).toThrow(expect.objectContaining({ kind: 'invalid_input' }))
    },
  )

  it('is read-only when one of two values says so', () => {
    expect(narrowed('read_only=0&read_only=1').readOnly).toBe(true)
  })

  it('leaves parameters of others alone', () => {
    expect(narrowed('sessionId=1&utm_source=x')).toEqual(wholeSurface)
  })

  it('refuses an unknown toolset and lists the known ones', () => {
    expect(() => narrowed('toolsets=crm')).toThrow(
      expect.objectContaining({ kind: 'invalid_input', hint: expect.stringContaining('amocrm, companies') }),
    )
  })

  it('refuses a read_only value that is neither yes nor no', () => {
    expect(() => narrowed('read_only=maybe')).toThrow(expect.objectContaining({ kind: 'invalid_input' }))
  })
})
