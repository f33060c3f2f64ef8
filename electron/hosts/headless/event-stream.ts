// Events to browsers, as server-sent events. Every event has an id, and the newest ones are kept: a browser that comes
// back after a short gap gets what it missed, one that cannot is told so (RESET_EVENT) and fetches again.
import { randomBytes } from 'node:crypto'
import { RESET_EVENT } from '../../contract/bridge.ts'
import type { Emit } from '../../contract/events.ts'

/** What the stream needs of a response: node's ServerResponse has it. */
export interface EventSink {
  write(text: string): boolean
  end(): void
  /** Bytes handed over and not yet taken by the network. */
  readonly writableLength: number
}

export interface EventStream {
  readonly emit: Emit
  /** Browsers that listen now. */
  readonly connections: number
  /** Begins with what was missed since `lastEventId`, or with a reset. Gives the function that ends it. */
  connect(sink: EventSink, lastEventId: string | undefined): () => void
  /** Every browser fetches everything again: the house is another one. */
  reset(): void
  /** A comment on every connection, so that a dead one is noticed. */
  heartbeat(): void
  close(): void
}

const MAXIMUM_UNREAD = 16
const KEPT_EVENTS = 4096
const KEPT_CHARACTERS = 4 * 1024 * 1024
/** A browser that lags behind by this much is cut off; it comes back and starts from a reset. */
const MAXIMUM_LAG_BYTES = 8 * 1024 * 1024

export function createEventStream(): EventStream {
  const run = randomBytes(6).toString('hex') // ids of an earlier process mean nothing here
  const kept: { sequence: number; frame: string }[] = []
  const sinks = new Set<EventSink>()
  /** Notices that nobody was there to read: the next browser gets them. Everything else it fetches. */
  const unread: string[] = []
  let keptCharacters = 0
  let newest = 0

  const send = (sink: EventSink, text: string) => {
    sink.write(text)
    if (sink.writableLength > MAXIMUM_LAG_BYTES) {
      sinks.delete(sink)
      sink.end()
    }
  }

  const keep = (sequence: number, frame: string) => {
    kept.push({ sequence, frame })
    keptCharacters += frame.length
    while (kept.length > KEPT_EVENTS || (keptCharacters > KEPT_CHARACTERS && kept.length > 0)) {
      keptCharacters -= kept.shift()?.frame.length ?? 0
    }
  }

  /** Frames after this id, or null when they cannot all be had. */
  const missedSince = (id: string | undefined): string[] | null => {
    const match = /^([0-9a-f]+)-([0-9]+)$/.exec(id ?? '')
    if (match?.[1] !== run) return null
    const seen = Number(match[2])
    if (seen > newest) return null
    if (seen === newest) return []
    const oldest = kept[0]
    if (oldest === undefined || oldest.sequence > seen + 1) return null
    return kept.slice(seen + 1 - oldest.sequence).map((event) => event.frame)
  }

  return {
    get connections() {
      return sinks.size
    },
    emit(name, payload) {
      newest += 1
      const frame = `id: ${run}-${newest}\ndata: ${JSON.stringify({ name, payload })}\n\n`
      keep(newest, frame)
      if (name === 'notice' && sinks.size === 0) {
        unread.push(`data: ${JSON.stringify({ name, payload })}\n\n`)
        if (unread.length > MAXIMUM_UNREAD) unread.shift()
      }
      for (const sink of [...sinks]) send(sink, frame)
    },
    connect(sink, lastEventId) {
      const missed = missedSince(lastEventId)
      sinks.add(sink)
      const notices = unread.splice(0)
      // The first connection of a page is a reset too: what happened between its first calls and now was not sent.
      send(
        sink,
        missed === null
          ? `retry: 500\nid: ${run}-${newest}\nevent: ${RESET_EVENT}\ndata: \n\n${notices.join('')}`
          : `retry: 500\n\n${missed.join('')}`,
      )
      return () => {
        sinks.delete(sink)
      }
    },
    reset() {
      kept.splice(0)
      keptCharacters = 0
      newest += 1
      for (const sink of [...sinks]) send(sink, `id: ${run}-${newest}\nevent: ${RESET_EVENT}\ndata: \n\n`)
    },
    heartbeat() {
      for (const sink of [...sinks]) send(sink, ': alive\n\n')
    },
    close() {
      for (const sink of sinks) sink.end()
      sinks.clear()
    },
  }
}
