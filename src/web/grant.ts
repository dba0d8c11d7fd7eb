import {
  type Days,
  freshGrantForm,
  type GrantForm,
  type GrantOptions,
  type Preset,
  presetsOf,
  rightsOfPreset,
  toolsetsToChoose,
} from '../console/pages/grant-form.ts'

/** What a person has granted: nothing but what stood on the form, and nothing that was not to be had. */
export interface Grant {
  readonly scopes: readonly string[]
  /** Nothing for all, also later ones. */
  readonly accounts: readonly string[] | undefined
  readonly toolsets: readonly string[] | undefined
  readonly days: Days
}

/**
 * Reads the form against what there is to choose from now. Whatever is unknown, missing or says two things grants
 * nothing: the form comes back with the problem, set to the narrower of what it said.
 */
export function readGrant(sent: URLSearchParams, options: GrantOptions): Grant | GrantForm {
  const form = readForm(sent, options)
  if (form === undefined) return { ...freshGrantForm(options), problem: 'stale' }
  const { scopes, toolsets } = form
  const isOwn = form.preset === 'own'
  if (!isOwn && saysOtherRights(form, options)) return { ...form, preset: 'own', problem: 'single_rights' }
  if (form.accounts === 'all' && form.refs.size > 0) {
    return { ...form, accounts: 'chosen', problem: 'single_accounts' }
  }
  if (isOwn && scopes.size === 0) return { ...form, problem: 'nothing' }
  if (isOwn && lacksToolset(form, options)) return { ...form, problem: 'no_toolset' }
  if (form.accounts === 'chosen' && form.refs.size === 0) return { ...form, problem: 'no_account' }
  return {
    scopes: form.preset === 'own' ? [...scopes] : scopesOf(form.preset, options),
    accounts: form.accounts === 'chosen' ? [...form.refs] : undefined,
    toolsets:
      isOwn && toolsetsToChoose(options).length > 0 ? toolsetsOf({ scopes, toolsets }, options) : undefined,
    days: form.days,
  }
}

export function isGrant(read: Grant | GrantForm): read is Grant {
  return !('preset' in read)
}

/** The form of a grant as it was sent, to be shown again. */
export function asSent(sent: URLSearchParams, { days, accounts }: Grant): GrantForm {
  return {
    preset: sent.get('preset') as GrantForm['preset'],
    scopes: new Set(sent.getAll('scope')),
    toolsets: new Set(sent.getAll('toolset')),
    accounts: accounts === undefined ? 'all' : 'chosen',
    refs: new Set(accounts),
    days,
  }
}

/** Nothing when it holds a value that is not on offer, or lacks one. */
function readForm(sent: URLSearchParams, options: GrantOptions): GrantForm | undefined {
  const presets: readonly string[] = [...presetsOf(options), 'own']
  const preset = sent.get('preset') ?? ''
  const accounts = sent.get('accounts') ?? ''
  const days = options.days.find((days) => String(days) === sent.get('days'))
  const scopes = among(
    sent.getAll('scope'),
    options.groups.flatMap(({ rights }) => rights.map(({ scope }) => scope)),
  )
  const toolsets = among(sent.getAll('toolset'), choosableToolsets(options))
  const refs = among(
    sent.getAll('account'),
    options.accounts.map(({ ref }) => ref),
  )
  if (!presets.includes(preset) || days === undefined || !scopes || !toolsets || !refs) return undefined
  if (accounts !== 'all' && (accounts !== 'chosen' || options.accounts.length === 0)) return undefined
  return { preset: preset as GrantForm['preset'], scopes, toolsets, accounts, refs, days }
}

function among(values: readonly string[], known: readonly string[]): ReadonlySet<string> | undefined {
  return values.every((value) => known.includes(value)) ? new Set(values) : undefined
}

/** The single choices were changed, and the preset would give what they leave out. */
function saysOtherRights({ preset, scopes, toolsets }: GrantForm, options: GrantOptions): boolean {
  const fresh = freshGrantForm(options)
  const isTouched = !isSame(fresh.scopes, scopes)
  const lacksScope = isTouched && scopesOf(preset as Preset, options).some((scope) => !scopes.has(scope))
  return lacksScope || !isSame(fresh.toolsets, toolsets)
}

function isSame(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((value) => right.has(value))
}

function lacksToolset({ scopes, toolsets }: GrantForm, options: GrantOptions): boolean {
  return toolsetsToChoose(options).some(
    (group) =>
      group.rights.some(({ scope }) => scopes.has(scope)) &&
      !group.toolsets.some(({ name }) => toolsets.has(name)),
  )
}

/** The ticked ones, with those of connectors that have no choice. */
function toolsetsOf(
  { scopes, toolsets }: Pick<GrantForm, 'scopes' | 'toolsets'>,
  options: GrantOptions,
): readonly string[] {
  return options.groups
    .filter(({ rights }) => rights.some(({ scope }) => scopes.has(scope)))
    .flatMap((group) =>
      group.toolsets.filter(({ name }) => group.toolsets.length === 1 || toolsets.has(name)),
    )
    .map(({ name }) => name)
}

function choosableToolsets(options: GrantOptions): readonly string[] {
  return toolsetsToChoose(options).flatMap(({ toolsets }) => toolsets.map(({ name }) => name))
}

function scopesOf(preset: Preset, options: GrantOptions): readonly string[] {
  return rightsOfPreset(preset, options).map(({ scope }) => scope)
}
