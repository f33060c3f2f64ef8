// One run of one answer, from committed rows to committed rows.
//
//   preparing ──> reading ──> writing ──> saving ──> ended
//       │            │           │          ↑  ↺
//       └────────────┴───────────┴──────────┘
//
//   preparing  finds the state behind the parent (session-source.ts) and the tokens to feed
//   reading    the engine reads what the state lacks, then the new turn; answer.progress
//   writing    text comes; answer.delta; text and tokens are saved every SAVE_MS
//   saving     final row, tokens and snapshot in one transaction; tried again while the disk refuses
//   ended      the session lives on behind the answer
//
// finish(how) works in every state before `saving`: the engine is cancelled, then
//   stopped      a person pressed Stop                the row is saved as it stands
//   interrupted  Roost is closing                     the same; a refusing disk is not waited for
//   discarded    the message is being deleted         nothing is saved
// A fault of the engine leads to saving as `failed`, with the text so far. A failed turn is not read again later.
import type { AnswerFigures, MessageState, Sampling } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ErrorValue } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { EngineSession, GenerateResult } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type {
  CommittedAnswer,
  FinishedAnswer,
  PathMessage,
  Storage,
  TurnTokens,
} from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import { joinTokens, planReading, planTokens, promptTokens } from './reading-plan.ts'
import type { PlannedTurn, ReadingPlan } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'

/** A killed process loses at most what came within this time and the time of one commit: under a second. */
const SAVE_MS = 600
/** How long to wait before a refused final commit is tried again. */
const RETRY_MS = [500, 1000, 2000, 5000]

export type Ending = 'stopped' | 'interrupted' | 'discarded'

export interface GenerationJob {
  readonly conversation: string
  readonly answer: string
  readonly model: ActiveModel
  readonly sampling: Sampling
  readonly systemPrompt: string
  readonly budgetBytes: number
  /** To the answer before the question; for a continued answer, to that answer itself. */
  readonly path: readonly PathMessage[]
  /** null: the last answer of the path is continued. */
  readonly question: string | null
}

export interface GenerationParts {
  readonly storage: Storage
  readonly live: LiveSessions
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

interface Outcome {
  readonly state: MessageState
  readonly result: GenerateResult | null
  readonly error: ErrorValue | null
}

export class Generation {
  readonly job: GenerationJob
  /** Settles after the last commit, never rejects. null: discarded, or given up while closing. */
  readonly done: Promise<CommittedAnswer | null>
  readonly #parts: GenerationParts
  readonly #log: Logger
  readonly #abort = new AbortController()
  #ending: Ending | null = null
  /** The text of the row; deltas go behind it. */
  #text: string
  #sequence = 0
  /** Generated in this run, as the engine handed them out. */
  #words: Uint32Array[] = []
  #session: EngineSession | null = null
  #plan: ReadingPlan | null = null
  #prompt: Uint32Array = new Uint32Array()
  #reread = 0
  #unsaved = false
  #saving: Promise<void> | null = null
  #wake: (() => void) | null = null

  constructor(job: GenerationJob, parts: GenerationParts) {
    this.job = job
    this.#parts = parts
    this.#log = parts.log.child('generation', { answer: job.answer })
    this.#text = job.question === null ? (job.path.at(-1)?.text ?? '') : ''
    this.done = this.#run()
  }

  /** Whole, also what is not yet saved. */
  get text(): string {
    return this.#text
  }

  /** The first ending counts, but nothing survives a deletion. */
  finish(ending: Ending): void {
    if (this.#ending === null || ending === 'discarded') this.#ending = ending
    this.#abort.abort()
    this.#wake?.()
  }

  async #run(): Promise<CommittedAnswer | null> {
    // The caller holds this generation before anything can end.
    await Promise.resolve()
    const timer = setInterval(() => this.#save(), SAVE_MS)
    let outcome: Outcome
    try {
      outcome = await this.#generate()
    } finally {
      clearInterval(timer)
    }
    await this.#saving
    try {
      return await this.#commit(outcome)
    } catch (error) {
      this.#log.error('answer was not saved', errorFields(error))
      return null
    } finally {
      if (this.#session !== null) void closeQuietly(this.#session, this.#log)
    }
  }

  async #generate(): Promise<Outcome> {
    try {
      const result = await this.#answer()
      if (result.reason !== 'cancelled') return { state: 'complete', result, error: null }
      return { state: this.#ending === 'interrupted' ? 'interrupted' : 'stopped', result, error: null }
    } catch (error) {
      if (this.#ending !== null) {
        return {
          state: this.#ending === 'interrupted' ? 'interrupted' : 'stopped',
          result: null,
          error: null,
        }
      }
      this.#log.error('answer failed', errorFields(error))
      const known = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      return { state: 'failed', result: null, error: known.toValue() }
    }
  }

  async #answer(): Promise<GenerateResult> {
    const { conversation, answer, model, sampling } = this.job
    const plan = await planReading(model.loaded, model.template, this.job.systemPrompt, this.job.path)
    this.#plan = plan
    if (this.job.question !== null) {
      const previous = plan.turns.at(-1) ?? null
      this.#prompt = await promptTokens(
        model.loaded,
        model.template,
        this.job.systemPrompt,
        previous,
        this.job.question,
      )
    }
    const session = await sessionFor(
      {
        storage: this.#parts.storage,
        live: this.#parts.live,
        log: this.#log,
        onDiscarded: (message, code) =>
          this.#parts.emit('notice', { code, detail: { conversation, message } }),
      },
      model,
      plan,
    )
    this.#session = session
    const known = planTokens(plan)
    this.#reread = known.length - session.tokenCount
    const tokens = joinTokens([known.subarray(session.tokenCount), this.#prompt])
    this.#showHeldBack(plan)
    return await session.generate({
      tokens,
      maximumTokens: sampling.maximumTokens,
      sampling,
      stop: model.template.stop,
      signal: this.#abort.signal,
      onPrefill: (done, total) => {
        this.#parts.emit('answer.progress', {
          conversation,
          answer,
          done,
          total,
          rebuilding: done < this.#reread,
        })
      },
      onText: (text, words) => this.#append(text, words),
    })
  }

  /** A continued answer goes on behind what its state holds: text that waited for more becomes part of it. */
  #showHeldBack(plan: ReadingPlan): void {
    const tail = this.job.question === null ? (plan.turns.at(-1)?.tail ?? '') : ''
    if (tail !== '') this.#append(tail, new Uint32Array())
  }

  #append(text: string, words: Uint32Array): void {
    if (words.length > 0) this.#words.push(words)
    this.#unsaved = true
    // Models begin an answer with a blank, which belongs to the turn's form, not to its words.
    const shown = this.#text === '' ? text.trimStart() : text
    if (shown === '') return
    this.#text += shown
    const { conversation, answer } = this.job
    this.#parts.emit('answer.delta', { conversation, answer, sequence: this.#sequence++, text: shown })
  }

  /** One at a time; a refused one is tried again with the next text. */
  #save(): void {
    if (!this.#unsaved || this.#saving !== null || this.#ending === 'discarded') return
    this.#unsaved = false
    const running = {
      answer: this.job.answer,
      text: this.#text,
      tokens: this.#tokens(joinTokens(this.#words), ''),
    }
    this.#saving = this.#parts.storage.write
      .saveRunning(running)
      .catch((error: unknown) => {
        this.#unsaved = true
        this.#log.warn('running answer was not saved', errorFields(error))
      })
      .finally(() => {
        this.#saving = null
      })
  }

  /** null while there is no word: such a turn is not part of what the model has read. */
  #tokens(words: Uint32Array, tail: string): TurnTokens | null {
    const plan = this.#plan
    if (plan === null) return null
    const continued: PlannedTurn | undefined = this.job.question === null ? plan.turns.at(-1) : undefined
    const answer = continued === undefined ? words : joinTokens([continued.words, words])
    if (answer.length === 0) return null
    const { loaded, template } = this.job.model
    return {
      tokenizer: loaded.tokenizerFingerprint,
      template: template.id,
      system: plan.system,
      prompt: continued?.prompt ?? this.#prompt,
      answer,
      tail,
    }
  }

  async #commit(outcome: Outcome): Promise<CommittedAnswer | null> {
    const { result } = outcome
    const words = result?.tokens ?? joinTokens(this.#words)
    const tokens = outcome.state === 'failed' ? null : this.#tokens(words, result?.tail ?? '')
    // Behind a prompt that was not read to its end stands no answer.
    const standsBehindAnswer = result !== null && tokens !== null && this.#wasRead(result)
    for (let attempt = 0; ; attempt++) {
      if (this.#isDiscarded()) return null
      const withState = standsBehindAnswer && attempt === 0
      try {
        const committed = await this.#parts.storage.write.finishAnswer({
          answer: this.job.answer,
          text: this.#text,
          state: outcome.state,
          tokens,
          figures: result === null ? null : this.#figures(result),
          error: outcome.error,
          model: this.job.model.title,
          snapshot: withState ? await this.#snapshot() : null,
          budgetBytes: this.job.budgetBytes,
          now: this.#parts.clock.now(),
        } satisfies FinishedAnswer)
        this.#keepSession(standsBehindAnswer)
        return committed
      } catch (error) {
        if (this.#isDiscarded()) return null
        if (!isPassing(error)) throw error
        // First without the snapshot, which is by far the larger part; then again and again.
        if (attempt === 0 && withState) continue
        this.#log.warn('answer waits for the disk', { attempt, ...errorFields(error) })
        if (attempt <= 1) this.#parts.emit('notice', { code: error.code, detail: { unsavedAnswer: true } })
        if (this.#ending === 'interrupted') return null
        await this.#pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0)
      }
    }
  }

  #isDiscarded(): boolean {
    return this.#ending === 'discarded'
  }

  /** The whole prompt, so that the state stands behind the tokens that are stored. */
  #wasRead(result: GenerateResult): boolean {
    const planned = this.#plan === null ? 0 : planTokens(this.#plan).length
    return result.resumedTokens + result.promptTokensProcessed === planned + this.#prompt.length
  }

  async #snapshot(): Promise<FinishedAnswer['snapshot']> {
    if (this.#session === null) return null
    try {
      return {
        bytes: await this.#session.snapshot(),
        fingerprint: this.job.model.loaded.description.fingerprint,
      }
    } catch (error) {
      this.#log.warn('state was not kept', errorFields(error)) // it is read again when it is needed
      return null
    }
  }

  #keepSession(standsBehindAnswer: boolean): void {
    if (!standsBehindAnswer || this.#session === null || this.#plan === null) return
    this.#parts.live.put(this.job.answer, this.#session, this.#plan.system)
    this.#session = null
  }

  #figures(result: GenerateResult): AnswerFigures {
    const reread = Math.min(result.promptTokensProcessed, this.#reread)
    const perSecond = (tokens: number, seconds: number): number | null =>
      tokens > 0 && seconds > 0 ? tokens / seconds : null
    return {
      resumedTokens: result.resumedTokens,
      rereadTokens: reread,
      promptTokens: result.promptTokensProcessed - reread,
      answerTokens: result.tokens.length,
      prefillTokensPerSecond: perSecond(result.promptTokensProcessed, result.prefillSeconds),
      decodeTokensPerSecond: perSecond(result.tokens.length, result.decodeSeconds),
      firstTokenMs: result.tokens.length > 0 ? result.firstTokenSeconds * 1000 : null,
      finish: result.reason,
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Worth another try: the answer is in memory, and a disk can get room again. */
function isPassing(error: unknown): error is RoostError {
  return error instanceof RoostError && (error.code === 'disk_full' || error.code === 'storage_unavailable')
}
