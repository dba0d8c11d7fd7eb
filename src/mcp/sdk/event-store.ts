import type { EventId, EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

const MAX_EVENTS = 1000
/** Characters of JSON that one session may keep for clients that resume. */
const MAX_CHARACTERS = 256 * 1024

/** The last messages of one session, so that a client can resume a stream with `Last-Event-ID`. In memory. */
export function createEventStore(): EventStore {
  const events = new Map<EventId, { streamId: string; message: JSONRPCMessage; size: number }>()
  let count = 0
  let kept = 0
  return {
    async storeEvent(streamId, message) {
      count += 1
      const id = `${streamId}_${count}`
      const size = JSON.stringify(message).length
      events.set(id, { streamId, message, size })
      kept += size
      for (const [oldest, event] of events) {
        if (events.size <= MAX_EVENTS && kept <= MAX_CHARACTERS) break
        events.delete(oldest)
        kept -= event.size
      }
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

/** The SDK's own name of the stream that `GET` opens. */
export function isOfStandaloneStream(eventId: string): boolean {
  return eventId.startsWith('_GET_stream')
}
