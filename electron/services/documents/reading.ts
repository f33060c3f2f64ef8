// Reads documents whole into states of the loaded model, one after the other, and keeps how far it came. A chat that has such
// a document among its sources begins behind that state (chat/opening.ts): a question costs itself.
//
//          read()                    its turn, nobody chats                  all read
//   none ─────────> waiting ───────────────────────────────> reading ───────────────────> done
//                    ↑   ↑                                    │  │  │
//                    │   └──────── somebody chats ────────────┘  │  └── fault ──> failed ── read() ──> waiting
//                    └─────────── read() ──────── paused <─ pause() (also from waiting)
//   forget() leads to none from everywhere; so does another text of the document.
//
// A state is kept every CHECKPOINT_TOKENS, in the place of the one before it, in one transaction; also when it is paused, when
// the model goes, and at closing. A killed process loses what came after the last one. While somebody chats, the state stays
// in memory. States are of one model: of another model the document is read again, if it is asked for.
import type { DocumentReading } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { KeptDocument, KeptReading, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ModelSource } from '../chat/active-model.ts'
import { closeQuietly } from '../chat/live-sessions.ts'
import type { OpeningDocument } from '../chat/opening.ts'
import { joinTokens } from '../chat/tokens.ts'
import { documentKey, documentTurn } from './document-form.ts'
import type { ReadDocument } from './side-by-side.ts'

export const CHECKPOINT_TOKENS = 4096
/** After a person's last sign, as for other reading in the background. */
const REST_MS = 4000
const TELL_MS = 250
/** Documents whose tokens stay in memory; each is four bytes for about four characters. */
const tokensInMemory = 4

export interface ReadingParts {
  readonly storage: Storage
  readonly models: ModelSource
  /** Its DocumentReading is another one now. */
  readonly changed: (document: string) => void
  readonly clock: Clock
  readonly log: Logger
  readonly checkpointTokens?: number
}

interface WholeDocument extends OpeningDocument {
  /** Tokens. */
  readonly total: number
  readonly open: () => Promise<EngineSession | null>
}

interface Current {
  readonly document: string
  readonly key: string
  readonly total: number
  session: EngineSession
  done: number
  tokensPerSecond: number | null
}

export class Readings {
  readonly #parts: ReadingParts
  readonly #log: Logger
  readonly #checkpoint: number
  #rows: readonly KeptReading[] = []
  /** Being read, or resting in memory. */
  #current: Current | null = null
  #isReading = false
  #abort = new AbortController()
  #working: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined
  #busy = false
  #restUntil = 0
  #closed = false
  #told = 0
  readonly #tokens = new Map<string, Promise<Uint32Array>>()

  constructor(parts: ReadingParts) {
    this.#parts = parts
    this.#log = parts.log.child('reading')
    this.#checkpoint = parts.checkpointTokens ?? CHECKPOINT_TOKENS
  }

  async open(): Promise<void> {
    this.#rows = await this.#parts.storage.read.readings()
  }

  /** From the last checkpoint on. Errors: no_model, model_loading, not_found. */
  async read(document: string): Promise<void> {
    const model = this.#parts.models.active()
    const row = await this.#document(document)
    const known = this.#rowOf(document)
    const system = keyOf(model, row)
    await this.#put({
      document,
      fingerprint: model.loaded.description.fingerprint,
      system,
      model: model.title,
      paused: false,
      totalTokens: known?.system === system ? known.totalTokens : null,
      error: null,
    })
    this.#schedule()
  }

  async pause(document: string): Promise<void> {
    const row = this.#rowOf(document)
    if (row === undefined) throw new RoostError('not_found', { what: 'document' })
    await this.#interrupt(document)
    await this.#put({ ...row, paused: true })
    this.#schedule()
  }

  /** Of every model. */
  async forget(document: string): Promise<void> {
    await this.#interrupt(document, false)
    await this.#parts.storage.write.dropReadings(document)
    await this.#refresh(document)
    this.#schedule()
  }

  /** Before its row or its text goes, and after its text has changed. */
  async drop(document: string): Promise<void> {
    await this.#interrupt(document, false)
    await this.#refresh(document)
  }

  readingOf(document: string): DocumentReading {
    const row = this.#rowOf(document)
    if (row === undefined) {
      return {
        phase: 'none',
        doneTokens: 0,
        totalTokens: null,
        secondsLeft: null,
        model: null,
        bytes: 0,
        error: null,
      }
    }
    const current = this.#current?.document === document ? this.#current : null
    const doneTokens = Math.max(row.doneTokens, current?.done ?? 0)
    const left = row.totalTokens === null ? null : row.totalTokens - doneTokens
    const speed = current?.tokensPerSecond ?? null
    return {
      phase: this.#phaseOf(row, doneTokens),
      doneTokens,
      totalTokens: row.totalTokens,
      secondsLeft: left === null || left === 0 || speed === null ? null : left / speed,
      model: row.model,
      bytes: row.bytes,
      error: row.error,
    }
  }

  #phaseOf(row: KeptReading, done: number): DocumentReading['phase'] {
    if (row.error !== null) return 'failed'
    if (row.totalTokens !== null && done >= row.totalTokens && row.doneTokens >= row.totalTokens)
      return 'done'
    if (row.paused) return 'paused'
    return this.#isReading && this.#current?.document === row.document ? 'reading' : 'waiting'
  }

  /**
   * What stands before the first turn of this chat: the document that the loaded model has read whole on its behalf. Several
   * are asked side by side instead, and stand before nothing.
   */
  async documentsRead(conversation: string): Promise<OpeningDocument[]> {
    const read = await this.#readFor(conversation)
    return read.length === 1 ? read : []
  }

  /** Two or more that were read whole on behalf of this chat, in the order of its sources; else none. */
  async readSideBySide(conversation: string): Promise<ReadDocument[]> {
    const read = await this.#readFor(conversation)
    return read.length < 2 ? [] : read.map(({ id, name, total, open }) => ({ id, name, tokens: total, open }))
  }

  async #readFor(conversation: string): Promise<WholeDocument[]> {
    const model = this.#activeModel()
    if (model === null) return []
    const { sources } = await this.#parts.storage.read.sources(conversation)
    const read: WholeDocument[] = []
    for (const source of sources) {
      if (source.use !== 'read') continue
      const row = await this.#parts.storage.read.document(source.document)
      if (row?.status !== 'ready') continue
      const key = keyOf(model, row)
      const reading = this.#rows.find(
        (one) =>
          one.document === row.id &&
          one.fingerprint === model.loaded.description.fingerprint &&
          one.system === key,
      )
      if (reading === undefined || reading.totalTokens === null) continue
      if (reading.doneTokens < reading.totalTokens) continue
      read.push({
        id: row.id,
        name: row.name,
        key,
        total: reading.totalTokens,
        tokens: () => this.#tokensOf(model, row),
        open: () => this.#behind(model, reading),
      })
    }
    return read
  }

  /** A session behind the whole document; null: its state is of no use. */
  async #behind(
    model: ActiveModel,
    { document, system, totalTokens }: KeptReading,
  ): Promise<EngineSession | null> {
    const { fingerprint } = model.loaded.description
    const kept = await this.#parts.storage.read.readingState(document, fingerprint, system)
    if (kept === null || kept.tokens !== totalTokens) return null
    const session = await model.loaded.openSession()
    try {
      await session.restore(kept.bytes)
      if (session.tokenCount === totalTokens) return session
    } catch (error) {
      await closeQuietly(session, this.#log)
      throw error
    }
    await closeQuietly(session, this.#log)
    return null
  }

  // What else runs in the application.

  modelReady(): void {
    for (const { document } of this.#rows) this.#parts.changed(document)
    this.#schedule()
  }

  /** An answer is wanted: the engine is free at once. */
  yieldToChat(): void {
    this.#busy = true
    this.#abort.abort()
  }

  resume(): void {
    this.#busy = false
    this.#schedule()
  }

  /** A person is writing. */
  attend(): void {
    this.#restUntil = performance.now() + REST_MS
    this.#abort.abort()
    this.#schedule()
  }

  /** Before the weights go. */
  async release(): Promise<void> {
    clearTimeout(this.#timer)
    const { document } = this.#current ?? { document: null }
    await this.#stop()
    await this.#letGo(true)
    this.#tokens.clear()
    if (document !== null) await this.#refresh(document)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.release()
  }

  // Work.

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed || this.#busy || this.#working !== null) return
    const wait = Math.max(10, this.#restUntil - performance.now())
    this.#timer = setTimeout(() => this.#begin(), wait)
    this.#timer.unref()
  }

  #begin(): void {
    const model = this.#activeModel()
    if (model === null || this.#closed || this.#busy || this.#working !== null) return
    const { fingerprint } = model.loaded.description
    const next = this.#rows.find(
      (row) =>
        row.fingerprint === fingerprint &&
        !row.paused &&
        row.error === null &&
        (row.totalTokens === null || row.doneTokens < row.totalTokens),
    )
    if (next === undefined) return
    const abort = new AbortController()
    this.#abort = abort
    this.#working = this.#readOn(model, next, abort.signal)
      .catch((error: unknown) => this.#failed(next, error))
      .finally(() => {
        this.#working = null
        this.#isReading = false
        this.#parts.changed(next.document)
        this.#schedule()
      })
  }

  async #readOn(model: ActiveModel, row: KeptReading, signal: AbortSignal): Promise<void> {
    const document = await this.#document(row.document)
    const key = keyOf(model, document)
    if (key !== row.system) {
      // Another text than the one that was asked for, as after its file was read anew.
      await this.#letGo(false)
      await this.#put({ ...row, system: key, totalTokens: null })
      return
    }
    const words = await this.#tokensOf(model, document)
    const all = joinTokens([Uint32Array.from(model.template.begin), words])
    if (row.totalTokens !== all.length) await this.#put({ ...row, totalTokens: all.length })
    const current = await this.#sessionFor(model, row, all)
    this.#isReading = true
    this.#parts.changed(row.document)
    let keptAt = row.doneTokens
    while (current.done < all.length) {
      const from = current.done
      const to = Math.min(all.length, keptAt + this.#checkpoint)
      const began = performance.now()
      await current.session.generate({
        tokens: all.subarray(from, to),
        maximumTokens: 0,
        sampling: model.template.sampling,
        stop: [],
        signal,
        onPrefill: (done) => this.#progress(current, from + done, done, performance.now() - began),
      })
      current.done = current.session.tokenCount
      if (current.done < to) return // interrupted; it stays in memory
      await this.#keep(current)
      keptAt = current.done
      if (signal.aborted && current.done < all.length) return
    }
    await this.#letGo(false)
    await this.#refresh(row.document)
  }

  #progress(current: Current, done: number, since: number, milliseconds: number): void {
    current.done = done
    if (milliseconds > 200 && since > 0) {
      const speed = (since / milliseconds) * 1000
      current.tokensPerSecond =
        current.tokensPerSecond === null ? speed : 0.7 * current.tokensPerSecond + 0.3 * speed
    }
    const now = performance.now()
    if (now - this.#told < TELL_MS) return
    this.#told = now
    this.#parts.changed(current.document)
  }

  async #sessionFor(model: ActiveModel, row: KeptReading, all: Uint32Array): Promise<Current> {
    const resting = this.#current
    if (resting?.document === row.document && resting.key === row.system && resting.done >= row.doneTokens) {
      return resting
    }
    await this.#letGo(true)
    const session = await this.#fromCheckpoint(model, row, all)
    const { document, system: key } = row
    const current = {
      document,
      key,
      total: all.length,
      session,
      done: session.tokenCount,
      tokensPerSecond: null,
    }
    this.#current = current
    return current
  }

  async #fromCheckpoint(model: ActiveModel, row: KeptReading, all: Uint32Array): Promise<EngineSession> {
    const { fingerprint } = model.loaded.description
    const kept = await this.#parts.storage.read.readingState(row.document, fingerprint, row.system)
    const session = await model.loaded.openSession()
    if (kept === null) return session
    try {
      await session.restore(kept.bytes)
      if (session.tokenCount === kept.tokens && kept.tokens <= all.length) return session
      this.#log.warn('a checkpoint does not fit its document', { document: row.document })
    } catch (error) {
      if (!(error instanceof RoostError) || !/^snapshot_/.test(error.code)) {
        await closeQuietly(session, this.#log)
        throw error
      }
      this.#log.warn('a checkpoint is of no use', { document: row.document, ...errorFields(error) })
    }
    // It is read again from the beginning; nothing but time is lost.
    await closeQuietly(session, this.#log)
    return await model.loaded.openSession()
  }

  /** In the place of the one before it. */
  async #keep({ document, key, session, done }: Current): Promise<void> {
    const model = this.#parts.models.active()
    await this.#parts.storage.write.keepReadingState({
      document,
      fingerprint: model.loaded.description.fingerprint,
      system: key,
      tokens: done,
      bytes: await session.snapshot(),
      now: this.#parts.clock.now(),
    })
    await this.#refresh(document)
  }

  async #failed(row: KeptReading, error: unknown): Promise<void> {
    if (isGone(error)) return
    this.#log.error('a document was not read', { document: row.document, ...errorFields(error) })
    await this.#letGo(false)
    const known = error instanceof RoostError ? error : new RoostError('reading_failed', {}, { cause: error })
    try {
      const now = this.#rowOf(row.document) ?? row
      await this.#put({ ...now, error: known.toValue() })
    } catch (saving) {
      // Not tried again in this run; the next start does.
      this.#rows = this.#rows.map((one) =>
        one.document === row.document ? { ...one, error: known.toValue() } : one,
      )
      this.#log.warn('that was not saved', errorFields(saving))
    }
  }

  /** Ends the work on this document; its state is kept on the disk, or let go. */
  async #interrupt(document: string, keep = true): Promise<void> {
    if (this.#current?.document !== document) return
    await this.#stop()
    await this.#letGo(keep)
  }

  async #stop(): Promise<void> {
    this.#abort.abort()
    await this.#working
    clearTimeout(this.#timer)
  }

  async #letGo(keep: boolean): Promise<void> {
    const current = this.#current
    this.#current = null
    if (current === null) return
    const row = this.#rowOf(current.document)
    try {
      if (keep && row !== undefined && current.done > row.doneTokens) await this.#keep(current)
    } catch (error) {
      this.#log.warn('a checkpoint was not kept', errorFields(error)) // the one before it is there
    }
    await closeQuietly(current.session, this.#log)
  }

  async #put(reading: KeptReading | Omit<KeptReading, 'doneTokens' | 'bytes'>): Promise<void> {
    const { document, fingerprint, system, model, paused, totalTokens, error } = reading
    await this.#parts.storage.write.putReading({
      document,
      fingerprint,
      system,
      model,
      paused,
      totalTokens,
      error,
    })
    await this.#refresh(document)
  }

  async #refresh(document: string): Promise<void> {
    this.#rows = await this.#parts.storage.read.readings()
    this.#parts.changed(document)
  }

  /** Of the loaded model; without one, the newest. */
  #rowOf(document: string): KeptReading | undefined {
    const fingerprint = this.#activeModel()?.loaded.description.fingerprint
    return this.#rows.findLast(
      (row) => row.document === document && (fingerprint === undefined || row.fingerprint === fingerprint),
    )
  }

  #activeModel(): ActiveModel | null {
    try {
      return this.#parts.models.active()
    } catch (error) {
      if (error instanceof RoostError && error.kind === 'unavailable') return null
      throw error
    }
  }

  async #document(id: string): Promise<KeptDocument> {
    const document = await this.#parts.storage.read.document(id)
    if (document?.status !== 'ready') throw new RoostError('not_found', { what: 'document' })
    return document
  }

  #tokensOf(model: ActiveModel, document: KeptDocument): Promise<Uint32Array> {
    const key = `${model.loaded.tokenizerFingerprint} ${keyOf(model, document)}`
    const known = this.#tokens.get(key)
    if (known !== undefined) return known
    const made = this.#tokenise(model, document)
    this.#tokens.set(key, made)
    made.catch(() => this.#tokens.delete(key))
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size > tokensInMemory && oldest !== undefined) this.#tokens.delete(oldest)
    return made
  }

  async #tokenise(model: ActiveModel, { id, characters }: KeptDocument): Promise<Uint32Array> {
    const { text } = await this.#parts.storage.read.documentText(id, 0, characters)
    return await model.loaded.tokenize(documentTurn(model.template, text))
  }
}

function keyOf(model: ActiveModel, { sha256, characters }: KeptDocument): string {
  return documentKey(model.template, `${sha256 ?? ''} ${characters}`)
}

/** The model went, or Roost is closing: nothing is wrong. */
function isGone(error: unknown): boolean {
  return (
    error instanceof RoostError && ['no_model', 'model_loading', 'closed', 'cancelled'].includes(error.code)
  )
}
