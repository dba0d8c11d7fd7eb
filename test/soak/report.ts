import type { Measure, Target } from './target.ts'

/** What went wrong, and the numbers on the way; printed as it happens. */
export interface Report {
  fail(what: string): void
  expect(holds: boolean, what: string): void
  line(text: string): void
  readonly failures: number
}

/** Each kind of failure is printed a few times and counted on. */
const SHOWN_PER_KIND = 3

export function createReport(): Report {
  const seen = new Map<string, number>()
  const started = Date.now()
  const line = (text: string) =>
    void process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`)
  const fail = (what: string) => {
    const kind = what.replace(/\d+/g, '#').slice(0, 60)
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    if (count <= SHOWN_PER_KIND) line(`FAIL  ${what.slice(0, 600)}`)
  }
  return {
    fail,
    expect(holds, what) {
      if (!holds) fail(what)
    },
    line,
    get failures() {
      let sum = 0
      for (const count of seen.values()) sum += count
      return sum
    },
  }
}

export function inWords({ rssMb, heapMb, fds, counts }: Measure): string {
  const own = counts === undefined ? '' : `, ${JSON.stringify(counts)}`
  return `RSS ${rssMb} MB, heap ${heapMb} MB, ${fds} fds${own}`
}

/** The traces that a bug leaves on standard error, whatever else it did. */
export function readStderr(target: Target, report: Report): void {
  const lines = target.stderr().split('\n')
  for (const line of lines) {
    if (/unhandled ?[Rr]ejection|uncaughtException|ERR_UNHANDLED|heap out of memory|MaxListeners/.test(line))
      report.fail(`${target.name} stderr: ${line}`)
    else if (/ERR_HTTP_HEADERS_SENT|ERR_STREAM|Cannot write headers/.test(line))
      report.fail(`${target.name} stderr: an answer was written twice: ${line}`)
    else if (/^error: bug|"msg":"bug"/.test(line)) report.fail(`${target.name} logged a bug: ${line}`)
  }
  report.line(`${target.name}: ${lines.length} lines on stderr`)
}
