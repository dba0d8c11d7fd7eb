import type { Access } from '../../kernel/tool.ts'

/** One scope in plain words. */
export interface Right {
  /** `amocrm:read`. */
  readonly scope: string
  readonly access: Access
  readonly words: string
}

/** What can be done with one connector. */
export interface RightGroup {
  readonly id: string
  readonly title: string
  readonly rights: readonly Right[]
  /** Of its tools that fall under these rights. */
  readonly toolsets: readonly { readonly name: string; readonly words: string }[]
}

interface GrantAccount {
  /** As `accountRef` writes it. */
  readonly ref: string
  readonly name: string
  readonly host: string
  readonly connector: string
}

/** Everything there is to choose from; nothing outside it is ever granted. */
export interface GrantOptions {
  readonly groups: readonly RightGroup[]
  readonly accounts: readonly GrantAccount[]
  /** How long it may hold; 0 is without an end. */
  readonly days: readonly Days[]
}

export type Days = 0 | 30 | 90 | 365
export type Preset = 'look' | 'change'
type GrantProblem = 'nothing' | 'no_toolset' | 'no_account' | 'single_rights' | 'single_accounts' | 'stale'

/** The form as it stands: at first, or as it was sent and could not be taken. */
export interface GrantForm {
  readonly preset: Preset | 'own'
  readonly scopes: ReadonlySet<string>
  readonly toolsets: ReadonlySet<string>
  readonly accounts: 'all' | 'chosen'
  readonly refs: ReadonlySet<string>
  readonly days: Days
  readonly problem?: GrantProblem
}

const PRESETS: Readonly<Record<Preset, readonly Access[]>> = {
  look: ['read'],
  change: ['read', 'draft', 'write'],
}

/** What a preset comes to here: nothing that others see, nothing that cannot be undone. */
export function rightsOfPreset(preset: Preset, { groups }: Pick<GrantOptions, 'groups'>): readonly Right[] {
  return groups.flatMap(({ rights }) => rights.filter(({ access }) => PRESETS[preset].includes(access)))
}

/** The presets that differ here: one that would give nothing, or the same as the one before it, is not offered. */
export function presetsOf(options: Pick<GrantOptions, 'groups'>): readonly Preset[] {
  const look = rightsOfPreset('look', options).length
  const change = rightsOfPreset('change', options).length
  return [...(look > 0 ? (['look'] as const) : []), ...(change > look ? (['change'] as const) : [])]
}

/** Where somebody may choose among toolsets: one alone goes with its connector. */
export function toolsetsToChoose({ groups }: Pick<GrantOptions, 'groups'>): readonly RightGroup[] {
  return groups.filter(({ toolsets }) => toolsets.length > 1)
}

/** *Only look*, in all accounts, for 90 days; where there is nothing to look at, nothing is chosen. */
export function freshGrantForm(options: GrantOptions): GrantForm {
  return {
    preset: rightsOfPreset('look', options).length > 0 ? 'look' : 'own',
    scopes: new Set(rightsOfPreset('look', options).map(({ scope }) => scope)),
    toolsets: new Set(toolsetsToChoose(options).flatMap(({ toolsets }) => toolsets.map(({ name }) => name))),
    accounts: 'all',
    refs: new Set(),
    days: 90,
  }
}
