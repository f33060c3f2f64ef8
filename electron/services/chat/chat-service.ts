// Turns of conversations: who may start one, what runs, what everybody is told. Rows belong to storage, a running answer
// to its Generation; here is only the table of what runs.
import type { Conversation, Message } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { BeginTurn, CommittedAnswer, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ChatSettings, ModelSource } from './active-model.ts'
import { Generation } from './generation.ts'
import type { Ending } from './generation.ts'
import { LiveSessions } from './live-sessions.ts'
import { cleanText, titleFrom } from './prompt.ts'
import { TurnQueue } from './turn-queue.ts'

/** Each is one state in memory: 6 to 35 MB. */
const liveSessionLimit = 3

export interface ChatParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly settings: ChatSettings
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

export interface SendInput {
  readonly conversation: string
  readonly parent: string | null
  readonly question: string
  readonly answer: string
  readonly text: string
}

interface MessageInput {
  readonly conversation: string
  readonly message: string
}

export class ChatService {
  readonly #parts: ChatParts
  readonly #log: Logger
  readonly #live: LiveSessions
  readonly #queue = new TurnQueue()
  readonly #running = new Map<string, Generation>()
  #closing = false

  constructor(parts: ChatParts) {
    this.#parts = parts
    this.#log = parts.log.child('chat')
    this.#live = new LiveSessions(liveSessionLimit, this.#log)
  }

  send(input: SendInput): Promise<void> {
    return this.#queue.run(input.conversation, async () => {
      if (cleanText(input.text, []) === '') throw new RoostError('message_empty')
      if (await this.#wasBegun(input)) return
      const model = this.#ready(input.conversation)
      await this.#begin(model, {
        conversation: input.conversation,
        parent: input.parent,
        question: input.question,
        text: input.text,
        answer: input.answer,
        model: model.title,
        title: titleFrom(input.text),
        now: this.#parts.clock.now(),
      })
    })
  }

  /** `message`: an answer, or a question whose answers were all deleted. */
  regenerate(input: MessageInput & { readonly answer: string }): Promise<void> {
    return this.#queue.run(input.conversation, async () => {
      const message = await this.#message(input)
      const question = message.role === 'user' ? message.id : message.parent
      if (question === null) throw new RoostError('not_found', { what: 'message' })
      if (await this.#wasBegun({ ...input, question })) return
      const model = this.#ready(input.conversation)
      await this.#begin(model, {
        conversation: input.conversation,
        parent: null,
        question,
        text: null,
        answer: input.answer,
        model: model.title,
        title: '',
        now: this.#parts.clock.now(),
      })
    })
  }

  continue(input: MessageInput): Promise<void> {
    return this.#queue.run(input.conversation, async () => {
      const message = await this.#message(input)
      const { read, write } = this.#parts.storage
      const cut = message.state === 'complete' && message.figures?.finish === 'max_tokens'
      if (
        message.role !== 'assistant' ||
        !(cut || message.state === 'stopped' || message.state === 'interrupted')
      ) {
        throw new RoostError('bad_request', { reason: 'This answer has come to its end.' })
      }
      if (await read.hasReplies(message.id)) {
        throw new RoostError('bad_request', { reason: 'The conversation went on after this answer.' })
      }
      const model = this.#ready(input.conversation)
      const begun = await write.resumeAnswer(message.id, model.title)
      this.#tellCommitted(begun)
      await this.#start(model, begun.message)
    })
  }

  /** Of an answer that does not run: nothing. */
  stop(answer: string): void {
    this.#running.get(answer)?.finish('stopped')
  }

  /** Everything below the message goes with it; what runs there is ended first. */
  deleteMessages(input: MessageInput): Promise<Conversation> {
    return this.#queue.run(input.conversation, async () => {
      await this.#message(input)
      const below = await this.#parts.storage.read.subtree(input.message)
      await this.#discard(below)
      const { conversation, deleted } = await this.#parts.storage.write.deleteMessages(
        input.conversation,
        input.message,
      )
      this.#live.drop(deleted)
      this.#parts.emit('message.deleted', {
        conversation: conversation.id,
        message: input.message,
        activeLeaf: conversation.activeLeaf,
      })
      return this.withLiveText(conversation)
    })
  }

  deleteConversation(conversation: string): Promise<void> {
    return this.#queue.run(conversation, async () => {
      const found = await this.#parts.storage.read.conversation(conversation)
      if (found === null) return
      const messages = found.messages.map(({ id }) => id)
      await this.#discard(messages)
      await this.#parts.storage.write.deleteConversation(conversation)
      this.#live.drop(messages)
      this.#parts.emit('conversation.deleted', { conversation })
    })
  }

  /** Rows lag behind what was said by up to a second: whoever asks gets all of it. */
  withLiveText(conversation: Conversation): Conversation {
    return { ...conversation, messages: conversation.messages.map((message) => this.withLiveTextOf(message)) }
  }

  withLiveTextOf(message: Message): Message {
    const running = this.#running.get(message.id)
    return running === undefined ? message : { ...message, text: running.text }
  }

  /** Before the weights go: answers end and are saved, states in memory are let go. */
  async releaseModel(): Promise<void> {
    await this.#endEverything('stopped')
  }

  /** Nothing begins any more; what runs is saved as interrupted. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#endEverything('interrupted')
  }

  /** Also what was on its way to begin when this was called; the caller sees to it that nothing begins later. */
  async #endEverything(ending: Ending): Promise<void> {
    await this.#endAll(ending)
    await this.#queue.idle()
    await this.#endAll(ending)
    await this.#live.clear()
  }

  async #endAll(ending: Ending): Promise<void> {
    const all = [...this.#running.values()]
    for (const generation of all) generation.finish(ending)
    await Promise.all(all.map(({ done }) => done))
  }

  async #discard(messages: readonly string[]): Promise<void> {
    const running = messages.map((id) => this.#running.get(id)).filter((one) => one !== undefined)
    for (const generation of running) generation.finish('discarded')
    await Promise.all(running.map(({ done }) => done))
  }

  /** The model to answer with, if this conversation may begin a turn now. */
  #ready(conversation: string): ActiveModel {
    if (this.#closing) throw new RoostError('closed', { reason: 'Roost is closing.' })
    for (const { job } of this.#running.values()) {
      if (job.conversation === conversation) throw new RoostError('answer_running')
    }
    return this.#parts.models.active()
  }

  /** The window asks again after a lost reply; the turn itself is under way or done. */
  async #wasBegun(input: { conversation: string; question: string; answer: string }): Promise<boolean> {
    const answer = await this.#parts.storage.read.message(input.answer)
    return answer?.conversation === input.conversation && answer.parent === input.question
  }

  async #message(input: MessageInput): Promise<Message> {
    const message = await this.#parts.storage.read.message(input.message)
    if (message?.conversation !== input.conversation) throw new RoostError('not_found', { what: 'message' })
    return message
  }

  async #begin(model: ActiveModel, turn: BeginTurn): Promise<void> {
    const begun = await this.#parts.storage.write.beginTurn(turn)
    const { emit } = this.#parts
    emit('conversation.changed', { conversation: begun.conversation })
    if (turn.text !== null) {
      emit('message.committed', { message: begun.question, activeLeaf: begun.answer.id })
    }
    emit('message.committed', { message: begun.answer, activeLeaf: begun.answer.id })
    await this.#start(model, begun.answer)
  }

  /** The row says `generating`: from here on something must end it. */
  async #start(model: ActiveModel, answer: Message): Promise<void> {
    const { storage, settings, emit, clock } = this.#parts
    try {
      // To the answer itself, and its question before it. One without a word is begun anew.
      const path = await storage.read.path(answer.id)
      const question = answer.text === '' ? (path.at(-2)?.text ?? '') : null
      const generation = new Generation(
        {
          conversation: answer.conversation,
          answer: answer.id,
          model,
          sampling: settings.sampling(model.template.sampling),
          systemPrompt: await storage.read.systemPrompt(answer.conversation),
          budgetBytes: settings.snapshotBudgetBytes(),
          path: question === null ? path : path.slice(0, -2),
          question,
        },
        { storage, live: this.#live, emit, clock, log: this.#log },
      )
      this.#running.set(answer.id, generation)
      if (this.#running.size === 1) this.#parts.models.setBusy(true)
      void this.#conclude(generation)
      if (this.#closing) generation.finish('interrupted')
    } catch (error) {
      await this.#fail(model, answer, error)
      throw error
    }
  }

  async #fail(model: ActiveModel, answer: Message, error: unknown): Promise<void> {
    const known = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
    this.#log.error('answer did not begin', { answer: answer.id, ...errorFields(error) })
    this.#tellCommitted(
      await this.#parts.storage.write.finishAnswer({
        answer: answer.id,
        text: answer.text,
        state: 'failed',
        tokens: null,
        figures: null,
        error: known.toValue(),
        model: model.title,
        snapshot: null,
        budgetBytes: this.#parts.settings.snapshotBudgetBytes(),
        now: this.#parts.clock.now(),
      }),
    )
  }

  async #conclude(generation: Generation): Promise<void> {
    const committed = await generation.done
    // Out of the table before anybody hears of it: the next turn may come at once.
    this.#running.delete(generation.job.answer)
    if (this.#running.size === 0) this.#parts.models.setBusy(false)
    if (committed === null) return
    this.#tellCommitted(committed)
    const evicted = committed.evicted.length
    if (evicted > 0) this.#log.info('states dropped to keep the budget', { count: evicted })
  }

  #tellCommitted(committed: CommittedAnswer): void {
    this.#parts.emit('message.committed', { message: committed.message, activeLeaf: committed.activeLeaf })
    this.#parts.emit('conversation.changed', { conversation: committed.conversation })
  }
}
