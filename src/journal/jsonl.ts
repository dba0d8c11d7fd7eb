import { GENESIS, hashOf } from './chain.ts'
import type { Link } from './journal-store.ts'
import type { Found } from './search.ts'
import type { Verdict } from './verify.ts'

/**
 * One line of an export: the entry as it was hashed, with `prev` and `hash` as its last members. Whoever has such a file
 * can check it alone: without those two members, `hash` is the SHA-256 of `prev` and the line, and `prev` is the `hash`
 * of the line before.
 */
export function toJsonl({ line, previous, hash }: Found): string {
  return `${line.slice(0, -1)},"prev":"${previous}","hash":"${hash}"}`
}

interface VerifyExportOptions {
  /** A head that was noted before and must still be in the file. */
  readonly noted?: Link
  /** The file was made with a filter, so that entries are missing on purpose. */
  readonly hasGaps?: boolean
}

/** Checks an export line by line, as a stranger would who has nothing but the file. */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { noted, hasGaps = false }: VerifyExportOptions = {},
): Promise<Verdict> {
  let from: Link | undefined
  let head: Link = GENESIS
  let entries = 0
  let seen: string | undefined
  const verdict = (seq: number, what: string): Verdict => ({
    entries,
    from: from ?? GENESIS,
    head,
    broken: { seq, what },
  })

  for await (const text of lines) {
    if (text === '') continue
    const [, rest = '', number = '', previous = '', hash = ''] = LINE.exec(text) ?? []
    if (hash === '') return verdict(head.seq + 1, 'is not an exported entry')
    const seq = Number(number)
    from ??= { seq: seq - 1, hash: previous }
    if (entries === 0) head = from
    if (seq <= head.seq) return verdict(seq, 'stands in the wrong place')
    if (seq > head.seq + 1 && !hasGaps) return verdict(head.seq + 1, 'is missing')
    if (hash !== hashOf(previous, `${rest}}`)) return verdict(seq, 'was changed')
    if (seq === head.seq + 1 && previous !== head.hash)
      return verdict(seq, 'does not follow the one before it')
    head = { seq, hash }
    entries += 1
    if (seq === noted?.seq) seen = hash
  }
  if (noted === undefined || seen === noted.hash) return { entries, from: from ?? GENESIS, head }
  return verdict(
    noted.seq,
    seen === undefined ? 'was noted but is not in the file' : 'is not the one that was noted',
  )
}

const LINE = /^(\{"seq":(\d{1,16}),.*),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/
