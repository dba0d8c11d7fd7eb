import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel knows of a process and its descendants (Linux, proc(5)). */
export interface ProcessTree {
  /** User and system time, that of ended and awaited children included. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  readonly count: number
}

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

export function weighTree(root: number): ProcessTree {
  let cpuSeconds = 0
  let rssBytes = 0
  const pids = treeOf(root)
  for (const pid of pids) {
    const stat = statOf(pid)
    cpuSeconds += stat?.cpuSeconds ?? 0
    rssBytes += rssOf(pid)
  }
  return { cpuSeconds, rssBytes, count: pids.length }
}

/** Without the memory, which costs the kernel a walk over all pages. */
export function cpuSecondsOf(root: number): number {
  return treeOf(root).reduce((sum, pid) => sum + (statOf(pid)?.cpuSeconds ?? 0), 0)
}

function treeOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat !== undefined) parents.set(Number(name), stat.parent)
  }
  const tree = new Set([root])
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid)
  }
  return [...tree]
}

function statOf(pid: number): { parent: number; cpuSeconds: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold spaces; fields 4 and 14 to 17 stand behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0] = fields.slice(1)
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0)
    return { parent, cpuSeconds: ticks / TICKS_PER_SECOND }
  } catch {
    return undefined
  }
}

function rssOf(pid: number): number {
  try {
    const kilobytes = /^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}
