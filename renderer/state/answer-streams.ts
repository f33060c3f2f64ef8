// Text of running answers. Deltas are collected here, outside React, and those who watch an answer are told at most once
// per frame. A buffer lives from the first sign of an answer until its row is committed.
//
// One run of one answer:
//   begin(base) -> delta 0, 1, 2 ... -> drop()         the ordinary course
//   join(text, next) -> delta next, next + 1 ...       joined midway (reload): the host said how far its text goes
//   delta k with a gap -> gapped                       lost something: `refill` is asked for the text and where it goes on
import type { Events } from '../../electron/contract/events.ts'

export interface StreamView {
  readonly text: string
  /** Set while the prompt is read, until the first text. */
  readonly progress: { readonly done: number; readonly total: number; readonly rebuilding: boolean } | null
}

interface Stream {
  view: StreamView
  pending: string[]
  /** Came while the text was being fetched. */
  early: Events['answer.delta'][]
  progress: StreamView['progress']
  next: number
  /** Its beginning was seen and nothing was missed since. */
  live: boolean
  gapped: boolean
  refilling: boolean
  refillTimer: ReturnType<typeof setTimeout> | null
  dirty: boolean
  listeners: Set<() => void>
  conversation: string
}

/** When the text of a gapped answer could not be fetched: how long until the next attempt. */
export const REFILL_MS = 400

/** The text of a running answer up to the delta `next`; deltas from there on continue it. */
export interface Refill {
  readonly text: string
  readonly next: number | null
}

export interface StreamsOptions {
  /** The present text of an answer; null when it is not running any more. */
  refill(conversation: string, answer: string): Promise<Refill | null>
  /** requestAnimationFrame in the window. */
  schedule(flush: () => void): void
}

export class AnswerStreams {
  readonly #streams = new Map<string, Stream>()
  readonly #options: StreamsOptions
  #scheduled = false

  constructor(options: StreamsOptions) {
    this.#options = options
  }

  /** The answer's row was committed as running: deltas append to `base`, which is what it held before. */
  begin(conversation: string, answer: string, base: string): void {
    const stream = this.#of(conversation, answer)
    stream.view = { text: base, progress: null }
    stream.pending = []
    stream.progress = null
    stream.next = 0
    stream.live = true
    stream.gapped = false
    this.#mark(stream)
  }

  /** A running answer was found that this window did not see begin. */
  join(conversation: string, answer: string, text: string, next: number | null): void {
    if (this.#streams.get(answer)?.live) return
    const stream = this.#of(conversation, answer)
    if (next !== null && next >= stream.next) {
      this.#goOn(stream, { text, next })
      return
    }
    if (text.length > stream.view.text.length) {
      stream.view = { ...stream.view, text }
      this.#mark(stream)
    }
    this.#gap(answer, stream)
  }

  /** Deltas that came meanwhile and are in the text already are left out by their sequence. */
  #goOn(stream: Stream, { text, next }: { text: string; next: number }): void {
    stream.view = { text, progress: stream.progress }
    stream.pending = []
    stream.next = next
    stream.live = true
    stream.gapped = false
    const early = stream.early.filter(({ sequence }) => sequence >= next)
    stream.early = []
    this.#mark(stream)
    for (const event of early) this.delta(event)
  }

  delta(event: Events['answer.delta']): void {
    const stream = this.#of(event.conversation, event.answer)
    if (stream.gapped) {
      stream.early.push(event)
      return
    }
    if (event.sequence === 0) stream.live = true
    if (event.sequence < stream.next) return // said twice, after a reconnect
    if (event.sequence > stream.next) {
      this.#gap(event.answer, stream)
      stream.early.push(event)
      return
    }
    stream.next += 1
    stream.pending.push(event.text)
    stream.progress = null
    this.#mark(stream)
  }

  progress(event: Events['answer.progress']): void {
    const stream = this.#of(event.conversation, event.answer)
    if (stream.next > 0) return
    stream.progress = { done: event.done, total: event.total, rebuilding: event.rebuilding }
    this.#mark(stream)
  }

  /** The row is committed: its own text counts from now on. Watchers are told and fall back to the row. */
  drop(answer: string): void {
    const stream = this.#streams.get(answer)
    if (stream === undefined) return
    if (stream.refillTimer !== null) clearTimeout(stream.refillTimer)
    if (stream.listeners.size === 0) this.#streams.delete(answer)
    stream.view = EMPTY
    stream.pending = []
    stream.early = []
    stream.progress = null
    stream.next = 0
    stream.live = false
    stream.gapped = false
    stream.refillTimer = null
    this.#mark(stream)
  }

  /** Everything that is running must be fetched again: events were missed. */
  reset(): void {
    for (const [answer, stream] of this.#streams) {
      if (stream.view !== EMPTY || stream.pending.length > 0) this.#gap(answer, stream)
    }
  }

  /** Stable between two flushes, as useSyncExternalStore asks. */
  view(answer: string): StreamView {
    return this.#streams.get(answer)?.view ?? EMPTY
  }

  watch(conversation: string, answer: string, listener: () => void): () => void {
    const stream = this.#of(conversation, answer)
    stream.listeners.add(listener)
    return () => {
      stream.listeners.delete(listener)
      if (stream.listeners.size === 0 && stream.view === EMPTY && stream.pending.length === 0) {
        if (this.#streams.get(answer) === stream) this.#streams.delete(answer)
      }
    }
  }

  #of(conversation: string, answer: string): Stream {
    let stream = this.#streams.get(answer)
    if (stream === undefined) {
      stream = {
        view: EMPTY,
        pending: [],
        early: [],
        progress: null,
        next: 0,
        live: false,
        gapped: false,
        refilling: false,
        refillTimer: null,
        dirty: false,
        listeners: new Set(),
        conversation,
      }
      this.#streams.set(answer, stream)
    }
    return stream
  }

  #gap(answer: string, stream: Stream): void {
    stream.gapped = true
    stream.live = false
    if (stream.refillTimer !== null || stream.refilling) return
    void this.#refill(answer, stream)
  }

  async #refill(answer: string, stream: Stream): Promise<void> {
    stream.refilling = true
    const refill = await this.#options.refill(stream.conversation, answer)
    stream.refilling = false
    if (!stream.gapped || this.#streams.get(answer) !== stream) return
    if (refill === null) {
      this.drop(answer)
      return
    }
    const { text, next } = refill
    // What was already shown never shrinks: a host that fell behind it is asked again.
    const shown = stream.view.text + stream.pending.join('')
    if (next !== null && text.length >= shown.length) {
      this.#goOn(stream, { text, next })
      return
    }
    if (text.length >= shown.length) {
      stream.pending = []
      stream.view = { text, progress: stream.progress }
      this.#mark(stream)
    }
    stream.refillTimer = setTimeout(() => {
      stream.refillTimer = null
      if (stream.gapped) void this.#refill(answer, stream)
    }, REFILL_MS)
  }

  #mark(stream: Stream): void {
    stream.dirty = true
    if (this.#scheduled) return
    this.#scheduled = true
    this.#options.schedule(() => {
      this.#scheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    for (const stream of this.#streams.values()) {
      if (!stream.dirty) continue
      stream.dirty = false
      if (stream.pending.length > 0 || stream.view.progress !== stream.progress) {
        stream.view = { text: stream.view.text + stream.pending.join(''), progress: stream.progress }
        stream.pending = []
      }
      for (const listener of stream.listeners) listener()
    }
  }
}

const EMPTY: StreamView = { text: '', progress: null }
