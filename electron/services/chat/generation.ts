// One run of one answer, from committed rows to committed rows.
//
//   preparing ──> reading ──> writing ──> saving ──> ended
//       │            │           │          ↑  ↺
//       └────────────┴───────────┴──────────┘
//
//   preparing  finds the state behind the parent (session-source.ts) and the tokens to feed
//   reading    the engine reads what the state lacks, then the new turn; answer.progress
//   writing    text comes; answer.delta; text and tokens are saved every SAVE_MS
//   saving     thoughts that are not to be remembered are taken back; final row, tokens and snapshot in one transaction;
//              tried again while the disk refuses
//   ended      the session lives on behind the answer
//
// finish(how) works in every state before `saving`: the engine is cancelled, then
//   stopped      a person pressed Stop                the row is saved as it stands
//   interrupted  Roost is closing                     the same; a refusing disk is not waited for
//   discarded    the message is being deleted         nothing is saved
// A fault of the engine leads to saving as `failed`, with the text so far. A failed turn is not read again later.
import type { AnswerFigures, MessageState, Sampling } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Evidence } from '../../contract/evidence.ts'
import type { ErrorValue } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { EngineSession, GenerateResult } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type {
  CommittedAnswer,
  FinishedAnswer,
  KeptEvidence,
  RunningAnswer,
  Storage,
  TurnTokens,
} from '../../storage/storage.ts'
import { thinkTags } from './chat-templates.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import { writtenAnswer } from './prompt.ts'
import { planTokens, promptTokens } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'
import type { SessionSourceParts } from './session-source.ts'
import { ThoughtReader } from './thought.ts'
import { joinTokens } from './tokens.ts'
import { startTurn } from './turn-start.ts'
import type { SharedStart, TurnJob, TurnStart } from './turn-start.ts'

/** A killed process loses at most what came within this time and the time of one commit: under a second. */
const SAVE_MS = 600
/** How long to wait before a refused final commit is tried again. */
const RETRY_MS = [500, 1000, 2000, 5000]

export type Ending = 'stopped' | 'interrupted' | 'discarded'

export interface GenerationJob extends TurnJob {
  readonly conversation: string
  readonly answer: string
  readonly sampling: Sampling
  readonly budgetBytes: number
  /** One text without turns: blanks at its beginning count. */
  readonly notebook: boolean
  /** Of several answers to one question; null: this one begins by itself. */
  readonly shared: SharedStart | null
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
  /** Came, but is shown only after it was checked. */
  #held = ''
  /** What the state holds is not what is shown: the turn is written out again when it is needed. */
  #apart = false
  /** Generated in this run, as the engine handed them out. */
  #words: Uint32Array[] = []
  #session: EngineSession | null = null
  #start: TurnStart | null = null
  /** Tokens of the turn as the state has them, where that is not how they were fed. */
  #rewritten: { readonly prompt: Uint32Array; readonly answer: Uint32Array } | null = null
  readonly #thought: ThoughtReader
  #unsaved = false
  #saving: Promise<void> | null = null
  #wake: (() => void) | null = null
  #unsavedBecause: RoostError | null = null

  constructor(job: GenerationJob, parts: GenerationParts) {
    this.job = job
    this.#parts = parts
    this.#log = parts.log.child('generation', { answer: job.answer })
    this.#text = job.question === null ? (job.path.at(-1)?.text ?? '') : (job.beginning?.text ?? '')
    this.#thought = new ThoughtReader(
      job.notebook || this.#text !== '' ? null : thinkTags(job.model.template),
      job.form?.answerStart ?? '',
      () => parts.clock.now(),
    )
    this.done = this.#run()
  }

  /** Whole, also what is not yet saved. */
  get text(): string {
    return this.#text
  }

  /** What finish() was called with; null: nothing so far. */
  get ending(): Ending | null {
    return this.#ending
  }

  /** Why the last commit never came; null: it did, or was not wanted. */
  get unsavedBecause(): RoostError | null {
    return this.#unsavedBecause
  }

  /** The row as it should be now. */
  running(): RunningAnswer {
    return { answer: this.job.answer, text: this.#text, tokens: this.#tokens(joinTokens(this.#words), '') }
  }

  /** Deltas before this one are in `text`. */
  get nextSequence(): number {
    return this.#sequence
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
      this.#unsavedBecause =
        error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      return null
    } finally {
      if (this.#session !== null) void closeQuietly(this.#session, this.#log)
      if (this.#start !== null && this.#start.before !== null)
        void closeQuietly(this.#start.before, this.#log)
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
    const { model, sampling, shared } = this.job
    const { signal } = this.#abort
    const start =
      shared === null
        ? await startTurn(this.#source(), this.job, signal)
        : await shared.take(signal, (done, total, reread) => this.#tellProgress(done, total, reread))
    if (start === null) throw new RoostError('cancelled')
    this.#start = start
    this.#session = start.session
    this.#showHeldBack(start)
    const { prepared } = start
    if (prepared !== null) await this.#tellEvidence(prepared.turn, prepared.evidence)
    const refusal = prepared?.refusal ?? null
    if (refusal !== null) this.#show(refusal)
    return await start.session.generate({
      tokens: start.toRead,
      maximumTokens: refusal === null ? sampling.maximumTokens : 0,
      sampling,
      stop: model.template.stop,
      signal,
      onPrefill: (done, total) => this.#tellProgress(done, total, start.reread),
      onText: (text, words) => this.#append(text, words),
    })
  }

  #source(): SessionSourceParts {
    const { storage, live, emit } = this.#parts
    const { conversation } = this.job
    return {
      storage,
      live,
      log: this.#log,
      onDiscarded: (message, code) => emit('notice', { code, detail: { conversation, message } }),
    }
  }

  #tellProgress(done: number, total: number, reread: number): void {
    const { conversation, answer } = this.job
    this.#parts.emit('answer.progress', { conversation, answer, done, total, rebuilding: done < reread })
  }

  /** A continued answer goes on behind what its state holds: text that waited for more becomes part of it. */
  #showHeldBack({ plan }: TurnStart): void {
    const tail = this.job.question === null ? (plan.turns.at(-1)?.tail ?? '') : ''
    if (tail !== '') this.#append(tail, new Uint32Array())
  }

  #append(text: string, words: Uint32Array): void {
    if (words.length > 0) this.#words.push(words)
    this.#unsaved = true
    // Models begin an answer with a blank, which belongs to the turn's form, not to its words.
    const begun = this.#text !== '' || this.#held !== ''
    const shown = this.#thought.push(text, this.job.notebook || begun)
    if (shown === '') return
    if (this.#start?.prepared?.held === true) this.#held += shown
    else this.#show(shown)
  }

  #show(shown: string): void {
    this.#text += shown
    const { conversation, answer } = this.job
    this.#parts.emit('answer.delta', { conversation, answer, sequence: this.#sequence++, text: shown })
  }

  /** One at a time; a refused one is tried again with the next text. */
  #save(): void {
    if (!this.#unsaved || this.#saving !== null || this.#ending === 'discarded') return
    this.#unsaved = false
    this.#saving = this.#parts.storage.write
      .saveRunning(this.running())
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
    if (this.#start === null || this.#apart) return null
    const { plan, prompt, given } = this.#start
    const answer = this.#rewritten?.answer ?? joinTokens([given, words])
    if (answer.length === 0 || this.#text === '') return null
    const { loaded, template } = this.job.model
    return {
      tokenizer: loaded.tokenizerFingerprint,
      template: template.id,
      system: plan.system,
      prompt: this.#rewritten?.prompt ?? prompt,
      answer,
      tail: this.#rewritten === null ? tail : '',
    }
  }

  /**
   * Takes the state back to before the turn and feeds the question and the answer alone, as if there had been no thought. A
   * thought that has not ended stays: the answer may still be continued.
   */
  async #forgetThoughts(start: TurnStart): Promise<void> {
    const answer = this.#thought.answer
    if (this.#rewritten !== null || this.job.rememberThinking || !this.#thought.begun) return
    if (answer === null || answer === '') return
    await this.#rewrite(start, answer)
  }

  /** Takes the state back to before the turn and feeds the question with this answer. */
  async #rewrite(start: TurnStart, answer: string): Promise<void> {
    const { model, opening } = this.job
    const question = start.prepared?.turn ?? this.job.question
    if (question === null) return
    const prompt = await promptTokens(
      model.loaded,
      model.template,
      start.plan.opening,
      start.plan.turns.at(-1) ?? null,
      question,
    )
    const words = await model.loaded.tokenize(writtenAnswer(model.template, answer))
    const session = start.before ?? (await sessionFor(this.#source(), model, opening, start.plan, prompt))
    const whole = joinTokens([planTokens(start.plan), prompt, words])
    const tokens = whole.subarray(session.tokenCount)
    try {
      const options = { maximumTokens: 0, sampling: this.job.sampling, stop: [] }
      if (tokens.length > 0) await session.generate({ tokens, ...options })
    } catch (error) {
      if (session !== start.before) await closeQuietly(session, this.#log)
      throw error
    }
    if (this.#session !== null) await closeQuietly(this.#session, this.#log)
    this.#session = session
    this.#start = { ...start, before: null }
    this.#rewritten = { prompt, answer: words }
  }

  async #commit(outcome: Outcome): Promise<CommittedAnswer | null> {
    const { result } = outcome
    const evidence = await this.#concludeEvidence(outcome)
    if (result !== null && this.#start !== null && outcome.state !== 'interrupted') {
      try {
        await this.#forgetThoughts(this.#start)
      } catch (error) {
        this.#log.warn('thoughts stay in the state', errorFields(error)) // the answer is what counts
      }
    }
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
          evidence,
          budgetBytes: this.job.budgetBytes,
          now: this.#parts.clock.now(),
        } satisfies FinishedAnswer)
        this.#keepSession(standsBehindAnswer)
        if (evidence !== null) this.#emitEvidence(evidence.evidence)
        return committed
      } catch (error) {
        if (this.#isDiscarded()) return null
        // First without the snapshot, which is by far the larger part, and a table of its own; then again and again.
        if (attempt === 0 && withState) continue
        if (!isPassing(error)) throw error
        this.#log.warn('answer waits for the disk', { attempt, ...errorFields(error) })
        if (attempt <= 1) this.#parts.emit('notice', { code: error.code, detail: { unsavedAnswer: true } })
        if (this.#ending === 'interrupted') return null
        await this.#pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0)
      }
    }
  }

  /** So that the window shows what is being read; and reading this turn again gives the same tokens, whatever happens. */
  async #tellEvidence(turn: string | null, evidence: Evidence): Promise<void> {
    await this.#parts.storage.write.putEvidence(this.job.answer, { turn, evidence })
    this.#emitEvidence(evidence)
  }

  #emitEvidence(evidence: Evidence): void {
    const { conversation, answer } = this.job
    this.#parts.emit('evidence.changed', { conversation, evidence: { ...evidence, message: answer } })
  }

  /** Checks the answer against what it rests on. Words that were held are shown now, or what is to be said instead. */
  async #concludeEvidence(outcome: Outcome): Promise<KeptEvidence | null> {
    const start = this.#start
    const prepared = start?.prepared ?? null
    if (start === null || prepared === null) return null
    const { held, turn } = prepared
    const words = held ? this.#held : this.#text
    this.#held = ''
    // Of an answer that has not come to its end nothing can be said yet.
    if (held && outcome.state !== 'complete') return { turn, evidence: prepared.evidence }
    const { evidence, replacement } = prepared.conclude(words, this.#thought.ended?.characters ?? 0)
    if (!held) return { turn, evidence }
    if (replacement === null) {
      this.#show(words)
    } else {
      try {
        await this.#rewrite(start, replacement)
      } catch (error) {
        this.#apart = true
        this.#log.warn('the state holds an answer that is not shown', errorFields(error))
      }
      this.#show(replacement)
    }
    return { turn, evidence }
  }

  #isDiscarded(): boolean {
    return this.#ending === 'discarded'
  }

  /** The whole prompt, so that the state stands behind the tokens that are stored. */
  #wasRead(result: GenerateResult): boolean {
    if (this.#start === null) return false
    if (this.#rewritten !== null) return true
    const { plan, prompt, given } = this.#start
    const continued = this.job.question === null
    const known = planTokens(plan).length - (continued ? (plan.turns.at(-1)?.words.length ?? 0) : 0)
    const turn = (continued ? 0 : prompt.length) + given.length
    return result.resumedTokens + result.promptTokensProcessed === known + turn
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
    if (!standsBehindAnswer || this.#session === null || this.#start === null) return
    this.#parts.live.put(this.job.answer, this.#session, this.#start.plan.key)
    this.#session = null
  }

  #figures(result: GenerateResult): AnswerFigures {
    const { reread: planned, sharedTokens, sharedSeconds } = this.#start ?? nothingShared
    const processed = result.promptTokensProcessed + sharedTokens
    const reread = Math.min(processed, planned)
    const perSecond = (tokens: number, seconds: number): number | null =>
      tokens > 0 && seconds > 0 ? tokens / seconds : null
    const thought = this.#thought.ended
    return {
      resumedTokens: result.resumedTokens - sharedTokens,
      rereadTokens: reread,
      promptTokens: processed - reread,
      answerTokens: result.tokens.length,
      prefillTokensPerSecond: perSecond(processed, result.prefillSeconds + sharedSeconds),
      decodeTokensPerSecond: perSecond(result.tokens.length, result.decodeSeconds),
      firstTokenMs: result.tokens.length > 0 ? (result.firstTokenSeconds + sharedSeconds) * 1000 : null,
      // Said whole, without the model.
      finish: (this.#start?.prepared?.refusal ?? null) === null ? result.reason : 'stop_text',
      ...(thought === null ? {} : { thoughtCharacters: thought.characters, thoughtSeconds: thought.seconds }),
      ...this.#earlierThoughts(),
      ...(this.#rewritten === null ? {} : { thoughtsForgotten: true }),
      sampling: this.job.sampling,
      seed: result.seed,
    }
  }

  /** Of the part that is continued. */
  #earlierThoughts(): Partial<AnswerFigures> {
    const earlier = this.job.question === null ? (this.job.path.at(-1)?.forgotten ?? 0) : 0
    return earlier === 0 ? {} : { thoughtCharacters: earlier, thoughtsForgotten: true }
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

const nothingShared = { reread: 0, sharedTokens: 0, sharedSeconds: 0 }

/** Worth another try: the answer is in memory, and a disk can get room again. */
function isPassing(error: unknown): error is RoostError {
  return error instanceof RoostError && (error.code === 'disk_full' || error.code === 'storage_unavailable')
}
