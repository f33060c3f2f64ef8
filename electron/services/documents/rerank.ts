// Ranks passages by the model that is loaded, with no other model: behind each passage stands the question, then the words a
// refusal begins with. How likely the question was tells how well the passage fits it; how unlikely the refusal, whether it
// answers. All candidates are read together, each in a fork of one state, for as long as the budget lasts.
//
// It never makes a search fail: without a model, out of time, after a fault, the order of the words stands, and the stage
// says why.
import type { RetrievalStage } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { ActiveModel } from '../chat/active-model.ts'
import { closeQuietly } from '../chat/live-sessions.ts'
import { firstTurn } from '../chat/prompt.ts'
import { joinTokens } from '../chat/tokens.ts'
import {
  foldPassage,
  languageOf,
  questionWithPassages,
  refusalStart,
  roomFor,
  unrelatedPassage,
} from './document-form.ts'
import { focusOn } from './focus.ts'

export interface RerankRequest {
  readonly question: string
  /** In the order of the words, best first; `score` larger is better. */
  readonly passages: readonly { readonly id: number; readonly text: string; readonly score: number }[]
  readonly budgetMs: number
  readonly signal?: AbortSignal
}

export interface ContrastRequest {
  readonly question: string
  /** The turn as the model will read it. */
  readonly turn: string
  readonly strict: boolean
  readonly budgetMs: number
  readonly signal: AbortSignal
}

export interface RankedByModel {
  readonly id: number
  /** Mean log likelihood of a token of the question behind this passage; null: not computed. */
  readonly likelihood: number | null
  /** How little the model is inclined to refuse, 0 to 1; null: not computed. */
  readonly answers: number | null
  /** Of words and model together. */
  readonly score: number
}

export interface RerankReport {
  readonly stage: RetrievalStage
  /** All of the request, in the order to show. */
  readonly ranked: readonly RankedByModel[]
}

export type Rerank = (request: RerankRequest) => Promise<RerankReport>

/** Read together: as many states are in memory at once. What stands further down by words cannot come to the top. */
const together = 8
/** How much the model's opinion weighs beside the words, which score 1 at the best passage. Chosen on the tuning half of
 *  the evaluation corpus; see tests/documents. */
const answersWeight = 0.1

export class Reranker {
  readonly #model: () => ActiveModel | null
  readonly #isBusy: () => boolean
  readonly #log: Logger
  #tokensPerSecond: number | null = null

  /** `isBusy`: an answer is being written; it would share every pass. */
  constructor(model: () => ActiveModel | null, isBusy: () => boolean, log: Logger) {
    this.#model = model
    this.#isBusy = isBusy
    this.#log = log.child('rerank')
  }

  /** Of passages that were last read together; null: none were read yet. */
  get tokensPerSecond(): number | null {
    return this.#tokensPerSecond
  }

  readonly rank: Rerank = async (request) => {
    const began = performance.now()
    const { passages } = request
    const model = this.#model()
    const report = (skipped: RetrievalStage['skipped'], ranked: readonly RankedByModel[]): RerankReport => ({
      stage: {
        name: 'likelihood',
        milliseconds: performance.now() - began,
        candidates: ranked.filter(({ likelihood }) => likelihood !== null).length,
        skipped,
      },
      ranked,
    })
    const byWords = passages.map(({ id, score }) => ({ id, likelihood: null, answers: null, score }))
    if (model === null) return report('no_model', byWords)
    if (passages.length < 2) return report('too_few', byWords)
    const foremost = { ...request, passages: passages.slice(0, together) }
    if (this.#isBusy()) return report('out_of_time', byWords)
    let opinions: ReadonlyMap<number, Opinion>
    try {
      opinions = await this.opinionsOf(model, foremost)
    } catch (error) {
      if (request.signal?.aborted === true) throw error
      this.#log.warn('passages keep the order of their words', errorFields(error))
      return report('out_of_time', byWords)
    }
    if (opinions.size === 0) return report('out_of_time', byWords)
    return report(null, inOrder(passages, opinions))
  }

  /**
   * How much less likely a refusal is behind this turn than behind the same question with a passage that answers nothing: the
   * logarithm of the ratio. null: there was no time. Errors: those of the engine; cancelled.
   */
  async contrastOf(
    model: ActiveModel,
    { question, turn, strict, budgetMs, signal }: ContrastRequest,
  ): Promise<number | null> {
    const { loaded, template } = model
    const language = languageOf(question)
    const unrelated = [{ number: 1, text: unrelatedPassage(language) }]
    const turns = [turn, questionWithPassages(template, question, unrelated, strict)]
    const timeUp = AbortSignal.timeout(Math.max(1, Math.ceil(budgetMs)))
    const either = AbortSignal.any([timeUp, signal])
    const refusal = await loaded.tokenize(refusalStart(template, language))
    const begin = Uint32Array.from(template.begin)
    const sessions: EngineSession[] = []
    try {
      for (const _ of turns) sessions.push(await loaded.openSession())
      const [asked, without] = await Promise.all(
        turns.map(async (text, index) => {
          const session = sessions[index]
          if (session === undefined) return 0
          const words = await loaded.tokenize(firstTurn(template, '', text))
          await read(session, joinTokens([begin, words]), model, either)
          return sum((await session.score(refusal, { signal: either })).logprobs)
        }),
      )
      return (without ?? 0) - (asked ?? 0)
    } catch (error) {
      if (timeUp.aborted && !signal.aborted) return null
      throw error
    } finally {
      await Promise.all(sessions.map((session) => closeQuietly(session, this.#log)))
    }
  }

  /** By the id of the passage; fewer than asked for where time is up. Errors: those of the engine. */
  async opinionsOf(model: ActiveModel, request: RerankRequest): Promise<Map<number, Opinion>> {
    const { question, passages, budgetMs } = request
    const until = performance.now() + budgetMs
    const timeUp = AbortSignal.timeout(Math.max(1, Math.ceil(budgetMs)))
    const signal = request.signal === undefined ? timeUp : AbortSignal.any([timeUp, request.signal])
    const opinions = new Map<number, Opinion>()
    const base = await model.loaded.openSession()
    try {
      const parts = await turnParts(model, question)
      await read(base, parts.begin, model, signal)
      for (let at = 0; at < passages.length && performance.now() < until; at += together) {
        const batch = passages.slice(at, at + together)
        const found = await this.#batch(model, base, parts, question, batch, signal)
        batch.forEach(({ id }, index) => {
          const opinion = found[index]
          if (opinion !== undefined) opinions.set(id, opinion)
        })
      }
    } catch (error) {
      // What is known by now counts; the rest keeps its words.
      if (!(error instanceof RoostError && error.code === 'cancelled' && timeUp.aborted)) throw error
    } finally {
      await closeQuietly(base, this.#log)
    }
    return opinions
  }

  async #batch(
    model: ActiveModel,
    base: EngineSession,
    { asked, end, refusal }: TurnParts,
    question: string,
    batch: RerankRequest['passages'],
    signal: AbortSignal,
  ): Promise<Opinion[]> {
    const forks: EngineSession[] = []
    const { characters } = roomFor(model, languageOf(question))
    const began = performance.now()
    let fed = 0
    try {
      for (const _ of batch) forks.push(await base.fork())
      const opinions = await Promise.all(
        batch.map(async ({ text }, index) => {
          const shown = focusOn(question, text, characters)
          const passage = await model.loaded.tokenize(foldPassage(text.slice(shown.start, shown.end)))
          const tokens = joinTokens([passage, asked, end, refusal])
          fed += tokens.length
          const { logprobs } = await (forks[index] ?? base).score(tokens, { signal })
          const questionAt = passage.length
          const refusalAt = tokens.length - refusal.length
          return {
            likelihood: mean(logprobs.subarray(questionAt, questionAt + asked.length)),
            answers: 1 - Math.exp(sum(logprobs.subarray(refusalAt))),
          }
        }),
      )
      this.#tokensPerSecond = (fed / Math.max(1, performance.now() - began)) * 1000
      return opinions
    } finally {
      await Promise.all(forks.map((fork) => closeQuietly(fork, this.#log)))
    }
  }
}

export interface Opinion {
  readonly likelihood: number
  readonly answers: number
}

interface TurnParts {
  /** Before the passage. */
  readonly begin: Uint32Array
  readonly asked: Uint32Array
  readonly end: Uint32Array
  readonly refusal: Uint32Array
}

async function turnParts(model: ActiveModel, question: string): Promise<TurnParts> {
  const { template, loaded } = model
  const language = languageOf(question)
  // The form of a turn around a mark that no template changes.
  const [before = '', after = ''] = firstTurn(template, '', '\uE000').split('\uE000')
  const label = language === 'zh' ? '\n问题：' : '\nQuestion: '
  const [begin, asked, end, refusal] = await Promise.all([
    loaded.tokenize(`${before}[1] `),
    loaded.tokenize(label + foldPassage(question)),
    loaded.tokenize(after),
    loaded.tokenize(refusalStart(template, language)),
  ])
  return { begin: joinTokens([Uint32Array.from(template.begin), begin]), asked, end, refusal }
}

async function read(
  session: EngineSession,
  tokens: Uint32Array,
  model: ActiveModel,
  signal: AbortSignal,
): Promise<void> {
  const { sampling } = model.template
  const { reason } = await session.generate({ tokens, maximumTokens: 0, sampling, stop: [], signal })
  if (reason === 'cancelled') throw new RoostError('cancelled')
}

/** Words score 0 to 1 over the candidates; the model adds to that. Those it had no time for follow their words. */
function inOrder(
  passages: RerankRequest['passages'],
  opinions: ReadonlyMap<number, Opinion>,
): RankedByModel[] {
  const best = Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE)
  return passages
    .map(({ id, score }, place) => {
      const opinion = opinions.get(id)
      const words = score / best
      return {
        place,
        id,
        likelihood: opinion?.likelihood ?? null,
        answers: opinion?.answers ?? null,
        score: words + (opinion === undefined ? 0 : answersWeight * opinion.answers),
      }
    })
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ id, likelihood, answers, score }) => ({ id, likelihood, answers, score }))
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: Float32Array): number {
  return values.length === 0 ? 0 : sum(values) / values.length
}
