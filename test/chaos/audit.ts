import type { Answered } from './workload.ts'

/** What the account holds in the end, read from the sandbox itself. */
export interface Found {
  readonly leads: readonly { id: number; name: string }[]
  readonly tasks: readonly { id: number; text: string }[]
  readonly contacts: readonly { id: number; name: string }[]
}

/** One line of the journal, the parts that the audit looks at. */
export interface Line {
  readonly tool: string
  readonly outcome: string
  readonly replayed?: boolean
  readonly args: Record<string, unknown>
}

export interface Verdict {
  readonly faults: string[]
  readonly figures: Record<string, number>
}

/** Compares what clients were told with what the account holds and with what the journal says. */
export function audit(
  answers: readonly Answered[],
  marks: readonly string[],
  found: Found,
  journal: readonly Line[],
): Verdict {
  const faults: string[] = []
  const made = new Map<string, number[]>()
  for (const { id, name } of found.leads) count(name, id)
  for (const { id, text } of found.tasks) count(text, id)

  function count(text: string, id: number) {
    const mark = /#\w+#/.exec(text)?.[0]
    if (mark !== undefined) made.set(mark, [...(made.get(mark) ?? []), id])
  }

  for (const mark of marks) {
    const ids = made.get(mark) ?? []
    if (ids.length > 1) faults.push(`made ${ids.length} times: ${mark} (${ids.join(', ')})`)
  }
  for (const { wish, output } of answers) {
    const ids = made.get(wish.mark) ?? []
    if (ids.length === 0) faults.push(`acknowledged and not there: ${wish.tool} ${wish.mark}`)
    else if (!ids.includes(idIn(output)))
      faults.push(`acknowledged with another's id: ${wish.tool} ${wish.mark}`)
  }
  const people = new Map<string, number>()
  for (const { name } of found.contacts) if (name.includes('#')) people.set(name, (people.get(name) ?? 0) + 1)
  for (const [name, times] of people) if (times > 1) faults.push(`contact made ${times} times: ${name}`)

  for (const tool of new Set(answers.map(({ wish }) => wish.tool))) {
    const acknowledged = answers.filter(({ wish }) => wish.tool === tool)
    const entries = journal.filter((line) => line.tool === tool && line.outcome === 'ok')
    if (entries.length < acknowledged.length) {
      faults.push(`${tool}: ${acknowledged.length} acknowledged, ${entries.length} in the journal`)
    }
    const refs = new Set(entries.map(({ args }) => args.on))
    for (const { wish } of acknowledged) {
      if (wish.input.on !== undefined && !refs.has(wish.input.on)) {
        faults.push(`acknowledged and not in the journal: ${tool} on ${wish.input.on}`)
      }
    }
  }
  return {
    faults,
    figures: {
      acknowledged: answers.length,
      replayed: answers.filter(({ replayed }) => replayed).length,
      'needed more than one attempt': answers.filter(({ attempts }) => attempts > 1).length,
      'journal entries': journal.length,
      'journal entries of cut-off calls': journal.filter(({ outcome }) => outcome === 'unverified').length,
      deals: found.leads.length,
      tasks: found.tasks.length,
      contacts: found.contacts.length,
    },
  }
}

function idIn(output: Record<string, unknown>): number {
  const lead = output.lead as { ref?: string } | undefined
  return lead?.ref === undefined ? Number(output.id) : Number(lead.ref.split(':')[1])
}
