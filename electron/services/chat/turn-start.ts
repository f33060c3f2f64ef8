// How a turn begins: the state behind what was said, and the tokens to feed. One answer feeds them itself. Several answers
// to one question share them: they are read once, then the state is forked, and all are written in one batch.
import { RoostError } from '../../contract/errors.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { PathMessage } from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { ThinkingForm } from './chat-templates.ts'
import type { PreparedTurn, PrepareTurn } from './document-turn.ts'
import { closeQuietly } from './live-sessions.ts'
import type { Opening } from './opening.ts'
import { writtenAnswer } from './prompt.ts'
import { planReading, planTokens, promptTokens, withoutCutCharacter } from './reading-plan.ts'
import type { PlannedTurn, ReadingPlan } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'
import type { SessionSourceParts } from './session-source.ts'
import { joinTokens } from './tokens.ts'

export interface TurnStart {
  readonly plan: ReadingPlan
  /** Of the turn, up to where its answer begins; of a continued one, its own. */
  readonly prompt: Uint32Array
  /** Of the answer, given instead of generated: the beginning, or all of it up to now where it is continued. */
  readonly given: Uint32Array
  readonly session: EngineSession
  /** Still to be read, up to the place where the model goes on. */
  readonly toRead: Uint32Array
  /** How many of them belong to earlier turns. */
  readonly reread: number
  /** Behind all earlier turns: where thoughts are not to be remembered, the answer alone is fed to this one. */
  readonly before: EngineSession | null
  /** What documents contribute; null: nothing. */
  readonly prepared: PreparedTurn | null
  /** Read on behalf of several answers. */
  readonly sharedTokens: number
  readonly sharedSeconds: number
}

type Parts = SessionSourceParts

export interface TurnJob {
  readonly model: ActiveModel
  readonly opening: Opening
  /** To the answer before the question; for a continued answer, to that answer itself. */
  readonly path: readonly PathMessage[]
  /** null: the last answer of the path is continued. */
  readonly question: string | null
  /** How the model is asked to think; null: not at all. */
  readonly form: ThinkingForm | null
  readonly rememberThinking: boolean
  /** Looks into the documents of the chat; null: it has none. */
  readonly prepare: PrepareTurn | null
  /** How the answer begins: written by the person, or taken from another answer (then with its tokens). It stands in the
   *  row already. */
  readonly beginning: { readonly text: string; readonly tokens: Uint32Array | null } | null
}

/** The caller closes the sessions. */
export async function startTurn(parts: Parts, job: TurnJob, signal: AbortSignal): Promise<TurnStart> {
  const { model, opening } = job
  const prepared = (await job.prepare?.(signal)) ?? null
  const form = prepared?.refusal === null || prepared === null ? job.form : null
  const plan = await planReading(model.loaded, model.template, opening, job.path)
  const continued: PlannedTurn | undefined = job.question === null ? plan.turns.at(-1) : undefined
  const prompt =
    continued?.prompt ??
    (await promptTokens(
      model.loaded,
      model.template,
      plan.opening,
      plan.turns.at(-1) ?? null,
      prepared?.turn ?? job.question ?? '',
      form,
    ))
  const session = await sessionFor(parts, model, opening, plan, prompt)
  let before: EngineSession | null = null
  try {
    const known = planTokens(plan)
    const missing = known.subarray(session.tokenCount)
    if (continued !== undefined) {
      const whole = await withoutCutCharacter(model.loaded, missing)
      const given = continued.words.subarray(0, continued.words.length - (missing.length - whole.length))
      const shared = { sharedTokens: 0, sharedSeconds: 0 }
      return {
        plan,
        prompt,
        given,
        session,
        toRead: whole,
        reread: whole.length,
        before,
        prepared,
        ...shared,
      }
    }
    if (!job.rememberThinking && form !== null) before = await session.fork()
    const given = await givenTokens({ ...job, form }, prepared)
    const toRead = joinTokens([missing, prompt, given])
    // What a state holds beyond the plan is the opening of this very turn.
    const ahead = Math.max(0, session.tokenCount - known.length)
    return {
      plan,
      prompt,
      given,
      session,
      toRead: toRead.subarray(ahead),
      reread: missing.length,
      before,
      prepared,
      sharedTokens: 0,
      sharedSeconds: 0,
    }
  } catch (error) {
    await session.close()
    await before?.close()
    throw error
  }
}

/** The beginning that a person wrote, or the one that asks a model to think. */
async function givenTokens(
  { model, beginning, form }: TurnJob,
  prepared: PreparedTurn | null,
): Promise<Uint32Array> {
  if (prepared !== null && prepared.refusal !== null)
    return await model.loaded.tokenize(writtenAnswer(model.template, prepared.refusal))
  if (beginning !== null) {
    return beginning.tokens ?? (await model.loaded.tokenize(model.template.answerLead + beginning.text))
  }
  return form === null || form.answerStart === ''
    ? new Uint32Array()
    : await model.loaded.tokenize(form.answerStart)
}

/** The one start of several answers. Whoever takes first reads for all; each gets a session of its own. */
export class SharedStart {
  readonly #parts: Parts
  readonly #job: TurnJob
  readonly #takers: number
  readonly #abort = new AbortController()
  readonly #progress: ((done: number, total: number, reread: number) => void)[] = []
  #left = 0
  #reading: Promise<{ start: TurnStart; sessions: EngineSession[] }> | null = null

  constructor(parts: Parts, job: TurnJob, takers: number) {
    this.#parts = parts
    this.#job = job
    this.#takers = takers
  }

  /**
   * null: `signal` came before the prompt was read. Reading goes on for the others; it ends when all have left. The first
   * one to come carries what was read in its figures.
   */
  async take(
    signal: AbortSignal,
    onProgress: (done: number, total: number, reread: number) => void,
  ): Promise<TurnStart | null> {
    const first = this.#reading === null
    this.#progress.push(onProgress)
    const leave = (): void => {
      this.#left += 1
      if (this.#left === this.#takers) this.#abort.abort()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    this.#reading ??= this.#read()
    const { start, sessions } = await this.#reading
    const session = sessions.pop()
    if (session === undefined)
      throw new RoostError('internal', { reason: 'More answers than were asked for.' })
    if (signal.aborted) {
      await closeQuietly(session, this.#parts.log)
      return null
    }
    return first ? { ...start, session } : { ...start, session, sharedTokens: 0, reread: 0 }
  }

  async #read(): Promise<{ start: TurnStart; sessions: EngineSession[] }> {
    const job = { ...this.#job, rememberThinking: true }
    const start = await startTurn(this.#parts, job, this.#abort.signal)
    const sessions = [start.session]
    try {
      const { prefillSeconds } = await start.session.generate({
        tokens: start.toRead,
        maximumTokens: 0,
        sampling: this.#job.model.template.sampling,
        stop: [],
        signal: this.#abort.signal,
        onPrefill: (done, total) => {
          for (const tell of this.#progress) tell(done, total, start.reread)
        },
      })
      while (sessions.length < this.#takers) sessions.push(await start.session.fork())
      const read = { sharedTokens: start.toRead.length, sharedSeconds: prefillSeconds }
      return { start: { ...start, toRead: new Uint32Array(), ...read }, sessions }
    } catch (error) {
      await Promise.all(sessions.map((session) => closeQuietly(session, this.#parts.log)))
      throw error
    }
  }
}
