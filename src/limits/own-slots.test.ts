import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOwnSlots } from './own-slots.ts'

const SPACING = 100

/** One who asks: so long after the one before, for a call of this kind, having used a slot so long ago. */
const wish = fc.record({
  pause: fc.oneof(fc.constant(0), fc.nat(99), fc.nat(1000)),
  priority: fc.constantFrom('interactive' as const, 'background' as const),
  idleMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(300)),
})

it('gives slots that are never closer than the rate allows, and never in the past', () =>
  fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 100 }), async (wishes) => {
      let at = 0
      let last = Number.NEGATIVE_INFINITY
      const slots = createOwnSlots(() => at)
      for (const { pause, ...asked } of wishes) {
        at += pause
        const { granted, waitMs } = await slots.reserve({ name: 'firm', spacingMs: SPACING, ...asked })
        expect(waitMs).toBeGreaterThanOrEqual(0)
        if (!granted) continue
        expect(at + waitMs).toBeGreaterThanOrEqual(Math.max(last, at - asked.idleMs) + SPACING)
        last = at + waitMs
      }
    }),
  ))

it('gives a background call no slot before the last interactive one has passed, and names that time', () =>
  fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 100 }), async (wishes) => {
      let at = 0
      let interactiveUntil = 0
      const slots = createOwnSlots(() => at)
      for (const { pause, priority, idleMs } of wishes) {
        at += pause
        const { granted, waitMs } = await slots.reserve({
          name: 'firm',
          spacingMs: SPACING,
          priority,
          idleMs,
        })
        expect(granted).toBe(priority === 'interactive' || at >= interactiveUntil)
        if (!granted) expect(at + waitMs).toBe(interactiveUntil)
        else if (priority === 'interactive') interactiveUntil = at + waitMs + SPACING
      }
    }),
  ))
