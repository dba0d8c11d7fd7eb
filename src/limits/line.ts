import { AppError } from '../kernel/errors.ts'
import type { Queue } from '../kernel/queue.ts'
import { createPause } from './pause.ts'
import type { Slots } from './slots.ts'
import { createWaiting } from './waiting.ts'

/** More would mean minutes of waiting, so somebody is asking for too much. */
const CAPACITY = 1000
/** Longer holds are said at once instead of waited for. */
const LONGEST_WAIT_MS = 30_000
/** What a limit of seven a second leaves beside a rate of six. */
const LATEST_MS = 1000 / 6
/** After so many late slots it is the store that is slow, and no other slot will be better. */
const MOST_GIVEN_UP = 3

interface Around {
  readonly name: string
  /** They never fail. */
  readonly slots: Slots
  spacingMs(): number
  now(): number
}

/**
 * The line of one name in this process. Calls go one by one, each in a slot of its own; one slot at most is asked for
 * ahead, and it belongs to whoever is first when it comes. A slot that comes late, by a stall of the process or of the
 * store, is given up, because it would crowd the next ones: no sliding second has more than one call (of rates above six:
 * a sixth) more than the rate. A larger burst would need only a jitter of milliseconds to pass the upstream's limit.
 */
export function createLine({ name, slots, spacingMs, now }: Around): Queue {
  const pause = createPause(now)
  const waiting = createWaiting(now, () => pause.keepAlive(waiting.count > 0))
  let heldUntil = 0
  let lastAt = Number.NEGATIVE_INFINITY
  let isServing = false
  /** Only background calls wait here, and others take what is free. */
  let isTurnedAway = false

  async function serve(): Promise<void> {
    isServing = true
    try {
      let givenUp = 0
      while (waiting.count > 0) {
        const late = await waitForSlot()
        if (late === undefined) continue
        if (late > Math.max(spacingMs(), LATEST_MS) && givenUp < MOST_GIVEN_UP) {
          givenUp += 1
          continue
        }
        givenUp = 0
        if (waiting.count === 0) return
        lastAt = now()
        waiting.letFirstGo()
      }
    } catch (error) {
      waiting.refuseAll(error)
    } finally {
      isServing = false
    }
  }

  /** By how many milliseconds at most the slot is late; nothing when there was none. */
  async function waitForSlot(): Promise<number | undefined> {
    await pause.until(heldUntil)
    const asked = now()
    const priority = waiting.firstCountsAs()
    const { granted, waitMs } = await slots.reserve({
      name,
      spacingMs: spacingMs(),
      priority,
      idleMs: asked - lastAt,
    })
    if (granted) {
      await pause.until(now() + waitMs)
      return heldUntil > now() ? undefined : now() - asked - waitMs
    }
    if (waitMs > LONGEST_WAIT_MS) {
      holdFor(waitMs)
    } else {
      isTurnedAway = priority === 'background'
      await pause.until(now() + waitMs)
      isTurnedAway = false
    }
    return undefined
  }

  function holdFor(ms: number): void {
    heldUntil = Math.max(heldUntil, now() + ms)
    if (ms > LONGEST_WAIT_MS) waiting.refuseAll(tooMuch(ms))
  }

  return {
    async turn(ticket) {
      const heldMs = heldUntil - now()
      if (waiting.count >= CAPACITY || heldMs > LONGEST_WAIT_MS) throw tooMuch(heldMs)
      const turn = waiting.join(ticket)
      pause.keepAlive(true)
      if (isTurnedAway && ticket.priority !== 'background') pause.cut()
      if (!isServing) void serve()
      return turn
    },
    hold(ms) {
      holdFor(ms)
      void slots.hold(name, ms)
    },
  }
}

function tooMuch(heldMs: number): AppError {
  const retryAfterSeconds = Math.max(30, Math.ceil(heldMs / 1000))
  return new AppError('rate_limited', 'The limit of calls to this account is used up for now.', {
    hint: `Ask for less at once, or try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
  })
}
