import { describe, expect, it } from 'vitest'
import { freshGrantForm, type GrantOptions, presetsOf } from '../console/pages/grant-form.ts'
import type { Access } from '../kernel/tool.ts'
import { isGrant, readGrant } from './grant.ts'

const options: GrantOptions = {
  groups: [
    group('amocrm', ['read', 'write', 'destroy'], ['deals', 'files']),
    group('telegram', ['read', 'draft', 'send'], ['chats']),
  ],
  accounts: [account('amocrm:https://north.amocrm.ru'), account('amocrm:https://south.amocrm.ru')],
  days: [30, 90, 365],
}
const FRESH =
  'preset=look&scope=amocrm:read&scope=telegram:read&toolset=deals&toolset=files&accounts=all&days=90'

describe('the form as it opens', () => {
  it('gives only looking, in all accounts, for 90 days', () => {
    expect(read(FRESH)).toEqual({
      scopes: ['amocrm:read', 'telegram:read'],
      accounts: undefined,
      toolsets: undefined,
      days: 90,
    })
  })

  it('has nothing chosen where there is nothing to look at', () => {
    const blind = { ...options, groups: [group('amocrm', ['write'], ['deals'])] }
    expect(freshGrantForm(blind)).toMatchObject({ preset: 'own', scopes: new Set() })
  })

  it('offers a preset only where it adds something', () => {
    expect(presetsOf(options)).toEqual(['look', 'change'])
    expect(presetsOf({ groups: [group('amocrm', ['read'], [])] })).toEqual(['look'])
    expect(presetsOf({ groups: [group('amocrm', ['destroy'], [])] })).toEqual([])
  })
})

describe('the presets', () => {
  it('never give what others see or what cannot be undone', () => {
    expect(read(FRESH.replace('look', 'change'))).toMatchObject({
      scopes: ['amocrm:read', 'amocrm:write', 'telegram:read', 'telegram:draft'],
    })
  })

  it('give nothing where single permissions say less, and say so', () => {
    const sent = 'preset=change&scope=amocrm:read&toolset=deals&toolset=files&accounts=all&days=90'
    expect(read(sent)).toMatchObject({
      problem: 'single_rights',
      preset: 'own',
      scopes: new Set(['amocrm:read']),
    })
  })

  it('give nothing where a section was left out, and say so', () => {
    expect(read(FRESH.replace('&toolset=files', ''))).toMatchObject({
      problem: 'single_rights',
      preset: 'own',
    })
  })

  it('hold where the single permissions that were looked at say more', () => {
    expect(read(`${FRESH}&scope=amocrm:write`)).toMatchObject({ scopes: ['amocrm:read', 'telegram:read'] })
  })
})

describe('an own choice', () => {
  const own = (rest: string) => read(`preset=own&accounts=all&days=30&${rest}`)

  it('gives exactly what is ticked', () => {
    expect(own('scope=amocrm:destroy&scope=telegram:send&toolset=files')).toEqual({
      scopes: ['amocrm:destroy', 'telegram:send'],
      accounts: undefined,
      toolsets: ['files', 'chats'],
      days: 30,
    })
  })

  it('leaves out the sections of a connector that it gives nothing of', () => {
    expect(own('scope=amocrm:read&toolset=deals')).toMatchObject({ toolsets: ['deals'] })
  })

  it.each([
    ['no permission', 'toolset=deals', 'nothing'],
    ['no section', 'scope=amocrm:read', 'no_toolset'],
  ])('with %s is asked for again', (_, rest, problem) => {
    expect(own(rest)).toMatchObject({ problem, preset: 'own' })
  })
})

describe('accounts', () => {
  const north = 'account=amocrm:https://north.amocrm.ru'

  it('are the ticked ones and no others', () => {
    expect(read(`${FRESH.replace('accounts=all', 'accounts=chosen')}&${north}`)).toMatchObject({
      accounts: ['amocrm:https://north.amocrm.ru'],
    })
  })

  it('are asked for again when none is ticked', () => {
    expect(read(FRESH.replace('accounts=all', 'accounts=chosen'))).toMatchObject({ problem: 'no_account' })
  })

  it('are not all of them where single ones are ticked', () => {
    expect(read(`${FRESH}&${north}`)).toMatchObject({ problem: 'single_accounts', accounts: 'chosen' })
  })

  it('cannot be chosen where there are none', () => {
    const none = { ...options, accounts: [] }
    expect(
      readGrant(new URLSearchParams(FRESH.replace('accounts=all', 'accounts=chosen')), none),
    ).toMatchObject({
      problem: 'stale',
    })
  })
})

describe('a form that was tampered with', () => {
  it.each([
    ['a scope that was not asked for', `${FRESH}&scope=telegram:destroy`],
    ['a scope of an own choice that was not asked for', 'preset=own&scope=amocrm:admin&accounts=all&days=30'],
    ['an unknown preset', FRESH.replace('look', 'everything')],
    ['no preset', FRESH.replace('preset=look&', '')],
    ['a longer time', FRESH.replace('days=90', 'days=36500')],
    ['no end', FRESH.replace('days=90', 'days=0')],
    ['an account of somebody else', `${FRESH}&account=amocrm:https://other.amocrm.ru`],
    ['an unknown section', `${FRESH}&toolset=raw`],
    ['no word about accounts', FRESH.replace('accounts=all&', '')],
    ['nothing at all', ''],
  ])('with %s gives nothing', (_, sent) => {
    const answer = read(sent)
    expect(isGrant(answer)).toBe(false)
    expect(answer).toMatchObject({ problem: 'stale', preset: 'look' })
  })
})

function read(sent: string) {
  return readGrant(new URLSearchParams(sent), options)
}

function group(id: string, classes: readonly Access[], toolsets: readonly string[]) {
  return {
    id,
    title: id,
    rights: classes.map((access) => ({ scope: `${id}:${access}`, access, words: access })),
    toolsets: toolsets.map((name) => ({ name, words: name })),
  }
}

function account(ref: string) {
  return { ref, name: ref, host: ref, connector: 'amoCRM' }
}
