// The load generator: a process of its own, on a CPU of its own, that does one order at a time.
import { type LoopOrder, runClosedLoop } from './closed-loop.ts'
import { type CrowdOrder, dismiss, gather } from './idle-crowd.ts'
import { type HammerOrder, hammer, rest } from './sign-ins.ts'

export type Order =
  | ({ readonly kind: 'loop' } & LoopOrder)
  | ({ readonly kind: 'gather' } & CrowdOrder)
  | { readonly kind: 'dismiss' }
  | ({ readonly kind: 'hammer' } & HammerOrder)
  | { readonly kind: 'rest' }

process.on('message', async (order: Order) => {
  try {
    process.send?.({ ok: true, value: await fulfil(order) })
  } catch (error) {
    process.send?.({ ok: false, message: String(error) })
  }
})

async function fulfil(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'loop':
      return runClosedLoop(order)
    case 'gather':
      return gather(order)
    case 'dismiss':
      return dismiss()
    case 'hammer':
      return hammer(order)
    case 'rest':
      return rest()
  }
}
