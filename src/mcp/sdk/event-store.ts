import type { EventId, EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

const MAX_EVENTS = 1000

/** The last messages of one session, so that a client can resume a stream with `Last-Event-ID`. In memory. */
export function createEventStore(): EventStore {
  const events = new Map<EventId, { streamId: string; message: JSONRPCMessage }>()
  let count = 0
  return {
    async storeEvent(streamId, message) {
      count += 1
      const id = `${streamId}_${count}`
      events.set(id, { streamId, message })
      const [oldest] = events.keys()
      if (events.size > MAX_EVENTS && oldest !== undefined) events.delete(oldest)
      return id
    },
    getStreamIdForEventId: async (id) => events.get(id)?.streamId,
    async replayEventsAfter(lastId, { send }) {
      const streamId = events.get(lastId)?.streamId ?? ''
      let passed = false
      for (const [id, event] of events) {
        const isLater = passed && event.streamId === streamId
        if (id === lastId) passed = true
        // An empty message only primes the stream and is not sent twice.
        if (isLater && Object.keys(event.message).length > 0) await send(id, event.message)
      }
      return streamId
    },
  }
}
