import type { Language } from '../console/language.ts'
import type { RightGroup } from '../console/pages/grant-form.ts'
import { grantWords } from '../console/words/grant.ts'
import type { Connector } from '../kernel/connector.ts'
import type { Access } from '../kernel/tool.ts'

const IN_ORDER: readonly Access[] = ['read', 'draft', 'write', 'send', 'destroy']

type Source = Pick<Connector, 'id' | 'title' | 'tools' | 'words'>

/** Scopes in plain words, connector by connector; those that no tool needs are left out. */
export function rightGroups(
  scopes: ReadonlySet<string>,
  connectors: readonly Source[],
  lang: Language,
): readonly RightGroup[] {
  return connectors
    .map((connector) => groupOf(connector, scopes, lang))
    .filter(({ rights }) => rights.length > 0)
}

function groupOf(
  { id, title, tools, words }: Source,
  scopes: ReadonlySet<string>,
  lang: Language,
): RightGroup {
  const given = tools.filter(({ access }) => scopes.has(`${id}:${access}`))
  const classes = IN_ORDER.filter((access) => given.some((tool) => tool.access === access))
  return {
    id,
    title,
    rights: classes.map((access) => ({
      scope: `${id}:${access}`,
      access,
      words: words.access[access]?.[lang] ?? grantWords[lang].access[access],
    })),
    toolsets: [...new Set(given.map(({ toolset }) => toolset))].map((name) => ({
      name,
      words: words.toolsets[name]?.[lang] ?? name,
    })),
  }
}
