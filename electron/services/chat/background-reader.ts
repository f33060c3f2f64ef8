// Reads in the background what a person will want at hand: the leaves of the newest conversations after a model was loaded,
// the text of personas, a point that a person went to. What is read and kept is storage/snapshot-policy.ts's affair (5).
//
//   resting ──engine ready, nobody busy──> reading ──all read──> resting
//      ↑                                      │
//      └──── a person types or sends ─────────┘    the engine is told to stop at once; what was read stays in the session,
//                                                  and reading goes on there after a while
//
// Where the person has switched it off nothing is read that was not asked for; readTo() for a point they went to works on.
//
// A long text is kept every CHECKPOINT_TOKENS at the end of a turn, so a quit or a crash costs no more than that.
import type { Emit } from '../../contract/events.ts'
import type { MemoryReading } from '../../contract/memory.ts'
import { RoostError } from '../../contract/errors.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActiveModel, ChatSettings, ModelSource } from './active-model.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import { notebookTemplate } from './notebook.ts'
import type { Opening } from './opening.ts'
import { openingHash, openingTokens, stateKey } from './opening.ts'
import type { Openings } from './openings.ts'
import { planReading, planTokens, withoutCutCharacter } from './reading-plan.ts'
import type { ReadingPlan } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'

/** After a person's last sign. */
const REST_MS = 4000
const CHECKPOINT_TOKENS = 4096

export interface BackgroundParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly settings: ChatSettings
  readonly live: LiveSessions
  readonly openings: Openings
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

interface Leaf {
  readonly conversation: string
  readonly answer: string
}

export class BackgroundReader {
  readonly #parts: BackgroundParts
  readonly #log: Logger
  #busy = false
  #closed = false
  /** No reading before this time of performance.now(). */
  #restUntil = 0
  #timer: NodeJS.Timeout | undefined
  #abort = new AbortController()
  #working: Promise<void> | null = null
  /** Something may be missing: a model came, a turn ended, a persona changed. */
  #due = false
  /** What failed is not tried again before the model changes. */
  readonly #failed = new Set<string>()

  constructor(parts: BackgroundParts) {
    this.#parts = parts
    this.#log = parts.log.child('background')
  }

  /** A model is ready, or a text that should be at hand is new. */
  consider(): void {
    this.#due = true
    this.#failed.clear()
    this.#schedule()
  }

  /** An answer is wanted: the engine is free at once. */
  pause(): void {
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

  /** It may have been switched on or off. */
  settingsChanged(): void {
    this.#schedule()
  }

  /** Before the weights go. */
  async release(): Promise<void> {
    this.#due = false
    this.#abort.abort()
    clearTimeout(this.#timer)
    await this.#working
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.release()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (!this.#parts.settings.backgroundReading()) {
      this.#abort.abort()
      return
    }
    if (!this.#due || this.#busy || this.#closed || this.#working !== null) return
    const wait = Math.max(20, this.#restUntil - performance.now())
    this.#timer = setTimeout(() => void this.#begin(), wait)
    this.#timer.unref()
  }

  async #begin(): Promise<void> {
    if (!this.#due || this.#busy || this.#closed || this.#working !== null) return
    this.#abort = new AbortController()
    this.#working = this.#work(this.#abort.signal)
      .catch((error: unknown) => {
        if (!isGone(error)) this.#log.warn('background reading ended', errorFields(error))
        this.#due = false
      })
      .finally(() => {
        this.#working = null
        this.#parts.emit('memory.reading', { reading: null })
        this.#schedule()
      })
    await this.#working
  }

  async #work(signal: AbortSignal): Promise<void> {
    const model = this.#parts.models.active()
    for (const persona of await this.#personasToRead(model)) {
      if (signal.aborted) return
      await this.#attempt(persona.id, () => this.#readPersona(model, persona, signal))
    }
    const leaves = await this.#leavesToRead(model)
    for (const [index, leaf] of leaves.entries()) {
      if (signal.aborted) return
      await this.#attempt(leaf.answer, () => this.#readLeaf(model, leaf, leaves.length - index - 1, signal))
    }
    if (!signal.aborted) this.#due = false
  }

  /** What cannot be read must not keep the others from it. */
  async #attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (isGone(error)) throw error
      this.#failed.add(name)
      this.#log.warn('not read in the background', { name, ...errorFields(error) })
    }
  }

  async #leavesToRead(model: ActiveModel): Promise<Leaf[]> {
    const { storage, settings, openings } = this.#parts
    const { fingerprint, stateBytes } = model.loaded.description
    const missing: Leaf[] = []
    for (const leaf of await storage.read.restingLeaves(settings.snapshotBudgetBytes(), stateBytes)) {
      if (this.#failed.has(leaf.answer)) continue
      try {
        const { opening, parameters } = await openings.of(leaf.conversation)
        const template = parameters.mode === 'notebook' ? notebookTemplate(model.template) : model.template
        const key = stateKey(template, openingHash(opening))
        const kept = leaf.kept.some((state) => state.fingerprint === fingerprint && state.system === key)
        if (!kept) missing.push(leaf)
      } catch (error) {
        if (!(error instanceof RoostError)) throw error
        this.#failed.add(leaf.answer) // its tuned state is gone
      }
    }
    return missing
  }

  async #readLeaf(model: ActiveModel, leaf: Leaf, waiting: number, signal: AbortSignal): Promise<void> {
    const reached = await this.readTo(model, leaf.conversation, leaf.answer, signal, false, (done, total) =>
      this.#tell({ what: 'leaf', id: leaf.conversation, done, total, waiting }),
    )
    if (reached !== null) this.#parts.emit('memory.changed', { conversation: leaf.conversation })
  }

  /**
   * Brings the state behind this answer to life and keeps it on the disk. null: `signal` came before; what was read stays in
   * memory, for whoever reads on there. Errors: those of the engine and of storage.
   */
  async readTo(
    active: ActiveModel,
    conversation: string,
    answer: string,
    signal: AbortSignal,
    stayLive: boolean,
    onProgress: (done: number, total: number) => void,
  ): Promise<{ resumedTokens: number; rereadTokens: number } | null> {
    const { storage, openings, live, emit } = this.#parts
    const { opening, parameters } = await openings.of(conversation)
    const model =
      parameters.mode === 'notebook' ? { ...active, template: notebookTemplate(active.template) } : active
    const whole = await planReading(model.loaded, model.template, opening, await storage.read.path(answer))
    const written = whole.turns.at(-1)
    if (written === undefined) return { resumedTokens: 0, rereadTokens: 0 }
    const last = { ...written, words: await withoutCutCharacter(model.loaded, written.words) }
    const plan = { ...whole, turns: [...whole.turns.slice(0, -1), last] }
    const source = {
      storage,
      live,
      log: this.#log,
      onDiscarded: (message: string, code: string) =>
        emit('notice', { code, detail: { conversation, message } }),
    }
    const session = await sessionFor(source, model, opening, plan, last.prompt)
    const resumedTokens = session.tokenCount
    let ended: boolean
    try {
      ended = await this.#readPlan(model, session, plan, signal, onProgress)
    } catch (error) {
      await closeQuietly(session, this.#log)
      throw error
    }
    const rereadTokens = session.tokenCount - resumedTokens
    if (ended && stayLive) live.put(last.answer, session, plan.key)
    else if (ended) await closeQuietly(session, this.#log)
    else live.putPartial(planTokens(plan).slice(0, session.tokenCount), session, plan.key)
    return ended ? { resumedTokens, rereadTokens } : null
  }

  /** True: to its end. A state is kept at the end, and on the way at the ends of turns. */
  async #readPlan(
    model: ActiveModel,
    session: EngineSession,
    plan: ReadingPlan,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<boolean> {
    const all = planTokens(plan)
    const begin = session.tokenCount
    let end = 0
    let keptAt = begin
    for (const [index, turn] of plan.turns.entries()) {
      end += turn.prompt.length + turn.words.length
      const isLast = index === plan.turns.length - 1
      if (end <= session.tokenCount && !isLast) continue
      if (!isLast && end - keptAt < CHECKPOINT_TOKENS) continue
      const from = session.tokenCount
      if (end > from) {
        const { promptTokensProcessed } = await session.generate({
          tokens: all.subarray(from, end),
          maximumTokens: 0,
          sampling: model.template.sampling,
          stop: [],
          signal,
          onPrefill: (done) => onProgress(from - begin + done, all.length - begin),
        })
        if (promptTokensProcessed < end - from) return false
        await this.#keep(model, session, plan, turn.answer)
        keptAt = end
      }
      if (signal.aborted && !isLast) return false
    }
    return true
  }

  async #keep(model: ActiveModel, session: EngineSession, plan: ReadingPlan, message: string): Promise<void> {
    const { storage, settings, clock } = this.#parts
    await storage.write.keepSnapshot(
      {
        message,
        fingerprint: model.loaded.description.fingerprint,
        system: plan.key,
        bytes: await session.snapshot(),
        now: clock.now(),
      },
      settings.snapshotBudgetBytes(),
    )
  }

  async #personasToRead(model: ActiveModel): Promise<{ id: string; opening: Opening }[]> {
    const { read } = this.#parts.storage
    const kept = await read.openingStates()
    const { fingerprint } = model.loaded.description
    return (await read.personas())
      .filter(({ id }) => !this.#failed.has(id))
      .map(({ id, systemPrompt, examples }) => ({
        id,
        opening: { systemPrompt, examples, tunedState: null },
      }))
      .filter(({ id, opening }) => {
        if (openingHash(opening) === '') return false
        const key = stateKey(model.template, openingHash(opening))
        return !kept.some(
          (one) => one.persona === id && one.fingerprint === fingerprint && one.system === key,
        )
      })
  }

  async #readPersona(
    model: ActiveModel,
    persona: { id: string; opening: Opening },
    signal: AbortSignal,
  ): Promise<void> {
    const tokens = await openingTokens(model.loaded, model.template, persona.opening)
    if (tokens.length === 0) return
    const session = await model.loaded.openSession()
    try {
      const { promptTokensProcessed } = await session.generate({
        tokens,
        maximumTokens: 0,
        sampling: model.template.sampling,
        stop: [],
        signal,
        onPrefill: (done, total) => this.#tell({ what: 'persona', id: persona.id, done, total, waiting: 0 }),
      })
      if (promptTokensProcessed < tokens.length) return
      await this.#parts.storage.write.putOpeningState({
        persona: persona.id,
        fingerprint: model.loaded.description.fingerprint,
        system: stateKey(model.template, openingHash(persona.opening)),
        tokens: tokens.length,
        bytes: await session.snapshot(),
        now: this.#parts.clock.now(),
      })
      this.#parts.emit('memory.changed', { conversation: null })
    } finally {
      await closeQuietly(session, this.#log)
    }
  }

  #told = 0

  #tell(reading: MemoryReading): void {
    const now = performance.now()
    if (now - this.#told < 100 && reading.done < reading.total) return
    this.#told = now
    this.#parts.emit('memory.reading', { reading })
  }
}

/** The model went, or Roost is closing: nothing is wrong. */
function isGone(error: unknown): boolean {
  return (
    error instanceof RoostError && ['no_model', 'model_loading', 'closed', 'cancelled'].includes(error.code)
  )
}
