// What a person sees of the memory of conversations and does with it: figures, going to an earlier point, giving back disk
// space, forgetting a turn for good, a look at the tokens of an answer.
import type { Conversation } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type {
  ConversationMemory,
  Forgotten,
  MemoryUsage,
  TokenDetail,
  TravelReport,
} from '../../contract/memory.ts'
import type { TokenCandidate } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActiveModel, ChatSettings, ModelSource } from './active-model.ts'
import type { BackgroundReader } from './background-reader.ts'
import type { ChatService } from './chat-service.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import { notebookTemplate } from './notebook.ts'
import { openingHash, stateKey } from './opening.ts'
import type { Openings } from './openings.ts'
import { titleFrom } from './prompt.ts'
import { planReading, planTokens } from './reading-plan.ts'
import { sessionFor } from './session-source.ts'
import { joinTokens } from './tokens.ts'

/** Other candidates that are shown for each token. */
const alternatives = 8

export interface MemoryParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly settings: ChatSettings
  readonly live: LiveSessions
  readonly openings: Openings
  readonly background: BackgroundReader
  readonly chat: ChatService
  readonly emit: Emit
  readonly log: Logger
}

interface MessageInput {
  readonly conversation: string
  readonly message: string
}

export class MemoryService {
  readonly #parts: MemoryParts
  readonly #log: Logger
  #travel = new AbortController()

  constructor(parts: MemoryParts) {
    this.#parts = parts
    this.#log = parts.log.child('memory')
  }

  /** Errors: not_found. */
  async ofConversation(conversation: string): Promise<ConversationMemory> {
    const { read } = this.#parts.storage
    const [found, states] = await Promise.all([
      read.conversation(conversation),
      read.conversationStates(conversation),
    ])
    if (found === null) throw new RoostError('not_found', { what: 'conversation' })
    const model = this.#modelOrNull()
    const key = model === null ? null : await this.#keyOf(conversation, model)
    const fingerprint = model?.loaded.description.fingerprint
    const ready = states.kept.filter((state) => state.fingerprint === fingerprint && state.system === key)
    const turnTokens = Object.fromEntries(states.turns.map(({ message, tokens }) => [message, tokens]))
    const byId = new Map(found.messages.map((message) => [message.id, message]))
    let tokens = 0
    for (let at = found.activeLeaf; at !== null; at = byId.get(at)?.parent ?? null)
      tokens += turnTokens[at] ?? 0
    return {
      conversation,
      tokens,
      snapshots: states.kept.length,
      bytes: states.kept.reduce((sum, { bytes }) => sum + bytes, 0),
      lastCheckpointAt: states.kept.reduce<number | null>(
        (latest, { createdAt }) => Math.max(latest ?? createdAt, createdAt),
        null,
      ),
      ready: ready.map(({ message }) => message),
      turnTokens,
      stateBytes: model?.loaded.description.stateBytes ?? 0,
      trainingContext: model?.loaded.description.trainingContext ?? null,
    }
  }

  async usage(): Promise<MemoryUsage> {
    const { count, bytes } = await this.#parts.storage.read.snapshotUsage()
    return { snapshots: count, bytes, budgetBytes: this.#parts.settings.snapshotBudgetBytes() }
  }

  async free(conversation: string | null): Promise<MemoryUsage> {
    const freed = await this.#parts.storage.write.freeSnapshots(conversation)
    this.#parts.emit('memory.changed', { conversation })
    return {
      snapshots: freed.count,
      bytes: freed.bytes,
      budgetBytes: this.#parts.settings.snapshotBudgetBytes(),
    }
  }

  /** The last call counts: a person who drags a slider passes many points. Errors: no_model, not_found, cancelled. */
  async goTo({ conversation, message }: MessageInput): Promise<TravelReport> {
    this.#travel.abort()
    const travel = new AbortController()
    this.#travel = travel
    const { storage, models, background, emit } = this.#parts
    const model = models.active()
    const found = await storage.read.message(message)
    if (found?.conversation !== conversation || found.role !== 'assistant') {
      throw new RoostError('not_found', { what: 'message' })
    }
    const began = performance.now()
    background.pause()
    try {
      const reached = await background.readTo(
        model,
        conversation,
        message,
        travel.signal,
        true,
        (done, total) =>
          emit('memory.reading', { reading: { what: 'point', id: conversation, done, total, waiting: 0 } }),
      )
      if (reached === null) throw new RoostError('cancelled')
      if (reached.rereadTokens > 0) emit('memory.changed', { conversation })
      return { ...reached, milliseconds: Math.round(performance.now() - began) }
    } finally {
      emit('memory.reading', { reading: null })
      background.resume()
    }
  }

  /** Errors: answer_running, not_found. */
  async forget({
    conversation,
    message,
  }: MessageInput): Promise<{ conversation: Conversation; forgotten: Forgotten }> {
    const { storage, live, chat, emit, background } = this.#parts
    return await chat.whileQuiet(conversation, async () => {
      const path = await storage.read.path(message)
      const subtree = await storage.read.subtree(
        path.at(-1)?.role === 'assistant' ? (path.at(-2)?.id ?? message) : message,
      )
      const questions = path.filter(({ role }) => role === 'user')
      const going = questions.at(-1)
      const first = questions.length === 1 && going !== undefined
      const {
        conversation: left,
        messages,
        states,
      } = await storage.write.forgetTurn(conversation, message, {
        from: first ? titleFrom(going.text) : '',
        to: '',
      })
      live.drop([...messages, ...subtree])
      live.dropPartials()
      emit('message.deleted', { conversation, message: messages[0] ?? message, activeLeaf: left.activeLeaf })
      const summary = await storage.read.conversationSummary(conversation)
      if (summary !== null) emit('conversation.changed', { conversation: summary })
      emit('memory.changed', { conversation })
      background.consider()
      return {
        conversation: chat.withLiveText(left),
        forgotten: { messages: [...messages], snapshots: states.length },
      }
    })
  }

  /** Errors: no_model, not_found; bad_request for an answer whose tokens this model did not write. */
  async tokens(input: MessageInput): Promise<TokenDetail[]> {
    const { model, words, prompt, session } = await this.#behindPrompt(input)
    try {
      const known = session.tokenCount
      const before = prompt.subarray(known)
      if (before.length > 0) {
        const { sampling } = model.template
        await session.generate({ tokens: before, maximumTokens: 0, sampling, stop: [] })
      }
      const scored = await session.score(words, { alternatives })
      return await Promise.all(
        Array.from(words, async (id, index): Promise<TokenDetail> => {
          const others = scored.alternatives[index] ?? []
          return {
            text: await this.#textOf(model, id, others),
            probability: Math.exp(scored.logprobs[index] ?? Number.NEGATIVE_INFINITY),
            alternatives: others.map((one) => ({
              id: one.id,
              text: shown(one),
              probability: one.probability,
            })),
          }
        }),
      )
    } finally {
      await closeQuietly(session, this.#log)
    }
  }

  /** Errors: as tokens(). */
  async branchAtToken(input: MessageInput & { answer: string; at: number; token: number }): Promise<void> {
    const { model, words, session } = await this.#behindPrompt(input)
    await closeQuietly(session, this.#log)
    if (input.at >= words.length)
      throw new RoostError('bad_request', { reason: 'The answer has no such token.' })
    const tokens = joinTokens([words.subarray(0, input.at), Uint32Array.of(input.token)])
    const text = (await model.loaded.detokenize(tokens)).trimStart()
    await this.#parts.chat.regenerateFrom(input, { text, tokens })
  }

  async #behindPrompt({ conversation, message }: MessageInput) {
    const { storage, models, openings, live } = this.#parts
    const active = models.active()
    const path = await storage.read.path(message)
    const answer = path.at(-1)
    const found = await storage.read.message(message)
    if (found?.conversation !== conversation || answer?.role !== 'assistant') {
      throw new RoostError('not_found', { what: 'message' })
    }
    const { opening, parameters } = await openings.of(conversation)
    const model =
      parameters.mode === 'notebook' ? { ...active, template: notebookTemplate(active.template) } : active
    const { tokens } = answer
    if (tokens?.tokenizer !== model.loaded.tokenizerFingerprint || tokens.template !== model.template.id) {
      throw new RoostError('bad_request', {
        reason: 'The tokens of this answer were written with another vocabulary or in another form.',
      })
    }
    const whole = await planReading(model.loaded, model.template, opening, path)
    const turn = whole.turns.at(-1)
    if (turn === undefined) throw new RoostError('bad_request', { reason: 'The answer has no word.' })
    const plan = { ...whole, turns: whole.turns.slice(0, -1) }
    const source = { storage, live, log: this.#log, onDiscarded: () => undefined }
    const session = await sessionFor(source, model, opening, plan, turn.prompt)
    return { model, words: turn.words, prompt: joinTokens([planTokens(plan), turn.prompt]), session }
  }

  async #textOf(model: ActiveModel, id: number, others: readonly TokenCandidate[]): Promise<string> {
    const known = others.find((one) => one.id === id)
    if (known !== undefined) return shown(known)
    return await model.loaded.detokenize(Uint32Array.of(id))
  }

  async #keyOf(conversation: string, model: ActiveModel): Promise<string | null> {
    try {
      const { opening, parameters } = await this.#parts.openings.of(conversation)
      const template = parameters.mode === 'notebook' ? notebookTemplate(model.template) : model.template
      return stateKey(template, openingHash(opening))
    } catch (error) {
      if (!(error instanceof RoostError) || error.code !== 'not_found') throw error
      return null // its tuned state is gone: nothing is ready
    }
  }

  #modelOrNull(): ActiveModel | null {
    try {
      return this.#parts.models.active()
    } catch (error) {
      if (!(error instanceof RoostError) || error.kind !== 'unavailable') throw error
      return null
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Bytes of a part of a character are written as such. */
function shown({ bytes }: TokenCandidate): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return Array.from(bytes, (byte) => `<${byte.toString(16).padStart(2, '0')}>`).join('')
  }
}
