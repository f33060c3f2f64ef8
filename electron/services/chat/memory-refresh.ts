// Memory refresh. A state of fixed size loses what was said long ago. A refresh lets the chat go on behind a summary and the
// last turns: as a new branch from the root, so that the old one stays whole, with its states, and undoing is going back.
//
//   summarise   piece by piece from the words of the transcript, in sessions of their own: what the state has lost is still
//               there. Nothing is kept. A person reads the draft and changes it.
//   refresh     one transaction writes the new branch; it is then read once, and recall is measured on both sides. A kill or
//               a cancel in between leaves two whole branches, of which the new one is read when it is gone on from.
import type { Conversation, Message } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { RefreshReport } from '../../contract/refresh-calls.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import type { PortableMessage, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ModelSource } from './active-model.ts'
import type { BackgroundReader } from './background-reader.ts'
import type { ChatService } from './chat-service.ts'
import { detailsOf, draftOf, piecesOf, wordsFor } from './conversation-summary.ts'
import type { Spoken } from './conversation-summary.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import { openingTokens } from './opening.ts'
import type { Openings } from './openings.ts'
import { writtenAnswer } from './prompt.ts'
import { planReading, planTokens, promptTokens } from './reading-plan.ts'
import type { ReadingPlan } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'

/** Of what is written about one piece. */
const SUMMARY_TOKENS = 140
/** Details that recall is asked for. */
const PROBES = 8

export interface RefreshParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly live: LiveSessions
  readonly openings: Openings
  readonly background: BackgroundReader
  readonly chat: ChatService
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

interface KeptTurns {
  readonly conversation: string
  readonly message: string
  readonly turns: number
}

/** A branch cut in two: what is summed up, and what goes on word for word. */
interface CutBranch {
  readonly earlier: readonly Spoken[]
  /** Questions and answers, oldest first. */
  readonly later: readonly PortableMessage[]
}

export class MemoryRefresh {
  readonly #parts: RefreshParts
  readonly #log: Logger
  #work = new AbortController()

  constructor(parts: RefreshParts) {
    this.#parts = parts
    this.#log = parts.log.child('refresh')
  }

  cancel(): void {
    this.#work.abort()
  }

  /** The last call counts. */
  async summarise(input: KeptTurns): Promise<{ summary: string }> {
    const model = this.#parts.models.active()
    const { earlier } = await this.#cut(input)
    const words = wordsFor(earlier)
    const pieces = piecesOf(earlier, words)
    const written = await this.#working(input.conversation, async (signal, tell) => {
      const texts: string[] = []
      for (const [index, piece] of pieces.entries()) {
        tell(index, pieces.length)
        texts.push(await this.#writeAbout(model, `${piece}\n${words.ask}`, signal))
        if (signal.aborted) throw new RoostError('cancelled')
      }
      return texts
    })
    return { summary: draftOf(written, detailsOf(earlier), words) }
  }

  async refresh(input: KeptTurns & { readonly summary: string }): Promise<RefreshReport> {
    const { chat, storage, emit, clock, models } = this.#parts
    const model = models.active()
    const { conversation } = input
    const { root, leaf, details, grafted } = await chat.whileQuiet(conversation, async () => {
      const { earlier, later } = await this.#cut(input)
      const words = wordsFor(earlier)
      const rows = this.#branch(`${words.lead}\n${input.summary}`, words.reply, later)
      const [first] = rows
      const last = rows.at(-1)
      if (first === undefined || last === undefined) throw new RoostError('internal')
      return {
        root: first.id,
        leaf: last.id,
        details: detailsOf(earlier, PROBES),
        grafted: await storage.write.graftBranch(conversation, rows, last.id, clock.now()),
      }
    })
    this.#tellWindows(grafted, root, leaf)
    const report: RefreshReport = {
      ...{ root, leaf, before: input.message, tokensBefore: 0, tokensAfter: 0 },
      recall: null,
    }
    await this.#working(conversation, async (signal, tell) => {
      const after = await this.#measure(model, conversation, leaf, details, signal, tell)
      const before = await this.#measure(model, conversation, input.message, details, signal, tell)
      report.tokensAfter = after.tokens
      report.tokensBefore = before.tokens
      if (before.recall !== null && after.recall !== null)
        report.recall = { before: before.recall, after: after.recall, details: details.length }
    })
    emit('memory.changed', { conversation })
    return report
  }

  /** Pauses what reads in the background, tells how far it is, and lets go of both whatever happens. */
  async #working<T>(
    conversation: string,
    work: (signal: AbortSignal, tell: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T> {
    const { background, emit } = this.#parts
    this.#work.abort()
    const current = new AbortController()
    this.#work = current
    background.pause()
    try {
      return await work(current.signal, (done, total) =>
        emit('memory.reading', { reading: { what: 'refresh', id: conversation, done, total, waiting: 0 } }),
      )
    } finally {
      emit('memory.reading', { reading: null })
      background.resume()
    }
  }

  async #cut({ conversation, message, turns }: KeptTurns): Promise<CutBranch> {
    const { read } = this.#parts.storage
    const whole = await read.portableConversation(conversation)
    if (whole === null) throw new RoostError('not_found', { what: 'conversation' })
    if (whole.parameters.mode === 'notebook') {
      throw new RoostError('bad_request', { reason: 'A notebook has no turns to sum up.' })
    }
    const byId = new Map(whole.messages.map((one) => [one.id, one]))
    const path: PortableMessage[] = []
    for (let at = byId.get(message); at !== undefined; at = byId.get(at.parent ?? '')) path.unshift(at)
    if (path.at(-1)?.role !== 'assistant') throw new RoostError('not_found', { what: 'message' })
    const at = Math.max(0, path.length - turns * 2)
    const earlier: Spoken[] = []
    for (let index = 0; index + 1 < at; index += 2) {
      const [question, answer] = [path[index], path[index + 1]]
      if (question !== undefined && answer !== undefined)
        earlier.push({ question: question.text, answer: answer.text })
    }
    if (earlier.length === 0) {
      throw new RoostError('bad_request', { reason: 'Nothing comes before the turns that are to be kept.' })
    }
    return { earlier, later: path.slice(at) }
  }

  /** Rows of the new branch: summary, reply, copies of the last turns. */
  #branch(summary: string, reply: string, later: readonly PortableMessage[]): PortableMessage[] {
    const createdAt = this.#parts.clock.now()
    const plain = { createdAt, model: null, figures: null, state: 'complete', tokens: null } as const
    const root: PortableMessage = { ...plain, id: newId(), parent: null, role: 'user', text: summary }
    const rows = [root, { ...plain, id: newId(), parent: root.id, role: 'assistant', text: reply } as const]
    return later.reduce<PortableMessage[]>((all, message, index) => {
      // The first copied turn stood behind other words: its answer keeps its tokens, its question is written out again.
      const tokens =
        message.tokens === null || index > 1
          ? message.tokens
          : { ...message.tokens, prompt: new Uint32Array() }
      return [...all, { ...message, id: newId(), parent: all.at(-1)?.id ?? root.id, tokens }]
    }, rows)
  }

  #tellWindows(conversation: Conversation, root: string, leaf: string): void {
    const { emit } = this.#parts
    const { messages, activeLeaf: _leaf, draft: _draft, systemPrompt: _system, ...rest } = conversation
    const { parameters: _parameters, queue: _queue, ...summary } = rest
    const from = messages.findIndex(({ id }) => id === root)
    for (const message of from < 0 ? [] : messages.slice(from)) {
      emit('message.committed', { message: message satisfies Message, activeLeaf: leaf })
    }
    emit('conversation.changed', { conversation: summary })
  }

  /** In a session of its own, soberly. What comes before a cancel is of no use. */
  async #writeAbout(model: ActiveModel, question: string, signal: AbortSignal): Promise<string> {
    const { loaded, template } = model
    const nothing = { systemPrompt: '', examples: [], tunedState: null }
    const begin = await openingTokens(loaded, template, nothing)
    const tokens = await promptTokens(loaded, template, begin, null, question)
    const session = await loaded.openSession()
    try {
      const { text } = await session.generate({
        tokens,
        maximumTokens: SUMMARY_TOKENS,
        sampling: { ...template.sampling, temperature: 0.3, topP: 0.3, maximumTokens: SUMMARY_TOKENS },
        stop: template.stop,
        signal,
      })
      return text
    } finally {
      await closeQuietly(session, this.#log)
    }
  }

  /** The state behind this answer: how much it has absorbed, and how likely it holds the details. It stays live. */
  async #measure(
    model: ActiveModel,
    conversation: string,
    answer: string,
    details: readonly string[],
    signal: AbortSignal,
    tell: (done: number, total: number) => void,
  ): Promise<{ tokens: number; recall: number | null }> {
    const { background, storage, openings, live } = this.#parts
    const { opening } = await openings.of(conversation)
    const path = await storage.read.path(answer)
    const plan = await planReading(model.loaded, model.template, opening, path)
    const tokens = planTokens(plan).length
    const last = plan.turns.at(-1)
    // A function, for the compiler believes that what was false once stays so.
    const aborted = (): boolean => signal.aborted
    if (aborted() || last === undefined) return { tokens, recall: null }
    const reached = await background.readTo(model, conversation, answer, signal, true, tell)
    if (reached === null || details.length === 0) return { tokens, recall: null }
    const source = { storage, live, log: this.#log, onDiscarded: () => undefined }
    const session = await sessionFor(source, model, opening, plan, last.prompt)
    try {
      const words = wordsFor(details.map((question) => ({ question, answer: '' })))
      let sum = 0
      let count = 0
      for (const detail of details) {
        if (aborted()) return { tokens, recall: null }
        const scored = await this.#probe(model, session, plan, words.recall, detail)
        sum += scored.sum
        count += scored.count
      }
      return { tokens, recall: count === 0 ? null : Math.exp(sum / count) }
    } finally {
      // It stands where it stood: details are asked in forks.
      live.put(answer, session, plan.key)
    }
  }

  async #probe(
    model: ActiveModel,
    session: EngineSession,
    plan: ReadingPlan,
    question: string,
    detail: string,
  ): Promise<{ sum: number; count: number }> {
    const { loaded, template } = model
    const prompt = await promptTokens(loaded, template, plan.opening, plan.turns.at(-1) ?? null, question)
    const words = await loaded.tokenize(writtenAnswer(template, detail))
    if (words.length === 0) return { sum: 0, count: 0 }
    const fork = await session.fork()
    try {
      await fork.generate({ tokens: prompt, maximumTokens: 0, sampling: template.sampling, stop: [] })
      const { sum } = await fork.score(words)
      return { sum, count: words.length }
    } finally {
      await closeQuietly(fork, this.#log)
    }
  }
}
