// Turns of conversations: who may start one, what runs, what waits, what everybody is told. Rows belong to storage, a
// running answer to its Generation; here is only the table of what runs.
//
// Messages that wait: when an answer comes to its end by itself, the first of its conversation's queue is sent. Stopping,
// a failure and a restart leave the queue as it is, in its order; a person sends the next one.
import type { ThinkingMode } from '../../contract/chat-templates.ts'
import type { Conversation, Message } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { QueuedMessage } from '../../contract/memory.ts'
import type { SamplingChoice } from '../../contract/sampling.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DeletedMessages } from '../../storage/keeping-types.ts'
import type { BeginTurn, CommittedAnswer, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ChatSettings, ModelSource } from './active-model.ts'
import type { DocumentAnswers } from './document-turn.ts'
import { Generation } from './generation.ts'
import type { Ending } from './generation.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { Openings } from './openings.ts'
import { cleanText, titleFrom } from './prompt.ts'
import type { SessionSourceParts } from './session-source.ts'
import { asUsual, given, turnJob } from './turn-job.ts'
import type { TurnWishes } from './turn-job.ts'
import { TurnQueue } from './turn-queue.ts'
import { SharedStart } from './turn-start.ts'
import { saveLater } from './unsaved-answer.ts'

export interface ChatParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly settings: ChatSettings
  readonly live: LiveSessions
  readonly openings: Openings
  readonly documents: DocumentAnswers
  /** Reading in the background makes way for answers. */
  readonly background: { pause(): void; resume(): void }
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
  readonly thinking?: ThinkingMode | null | undefined
  readonly beginning?: string | undefined
}

export interface AnswersInput {
  readonly conversation: string
  readonly parent: string | null
  readonly question: string
  readonly text: string | null
  readonly slots: readonly { readonly answer: string; readonly sampling: SamplingChoice }[]
}

/** How long a deletion waits for words that the disk does not take. */
const unsavedWordsMs = 2000

interface Running {
  readonly generation: Generation
  readonly answer: Message
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
  readonly #running = new Map<string, Running>()
  #closing = false

  constructor(parts: ChatParts) {
    this.#parts = parts
    this.#log = parts.log.child('chat')
    this.#live = parts.live
  }

  async send(input: SendInput): Promise<void> {
    await this.#loadFor(input.conversation)
    await this.#queue.run(input.conversation, async () => {
      if (cleanText(input.text, []) === '') throw new RoostError('message_empty')
      if (await this.#wasBegun(input)) return
      const model = this.#ready(input.conversation)
      await this.#begin(
        model,
        { ...this.#turn(model, input), text: input.text, title: titleFrom(input.text) },
        input,
      )
    })
  }

  /** `message`: an answer, or a question whose answers were all deleted. */
  async regenerate(
    input: MessageInput & {
      readonly answer: string
      readonly thinking?: ThinkingMode | null | undefined
      readonly beginning?: string | undefined
    },
  ): Promise<void> {
    await this.#loadFor(input.conversation)
    await this.#queue.run(input.conversation, async () => {
      const message = await this.#message(input)
      const question = message.role === 'user' ? message.id : message.parent
      if (question === null) throw new RoostError('not_found', { what: 'message' })
      if (await this.#wasBegun({ ...input, question })) return
      const model = this.#ready(input.conversation)
      await this.#begin(model, this.#turn(model, { ...input, parent: null, question }), input)
    })
  }

  /** A new answer beside `message` that begins with these tokens. Their text is what is shown. */
  regenerateFrom(
    input: MessageInput & { readonly answer: string },
    beginning: { readonly text: string; readonly tokens: Uint32Array },
  ): Promise<void> {
    return this.#queue.run(input.conversation, async () => {
      const { parent: question } = await this.#message(input)
      if (question === null) throw new RoostError('not_found', { what: 'message' })
      if (await this.#wasBegun({ ...input, question })) return
      const model = this.#ready(input.conversation)
      const turn = this.#turn(model, { ...input, parent: null, question })
      await this.#beginTurn(model, { ...turn, beginning: beginning.text }, { ...asUsual, beginning })
    })
  }

  /** Several answers to one question, from one state, in one batch. */
  async answers(input: AnswersInput): Promise<void> {
    await this.#loadFor(input.conversation)
    await this.#queue.run(input.conversation, async () => {
      const [first, ...others] = input.slots
      if (first === undefined) throw new RoostError('bad_request', { reason: 'No answer was asked for.' })
      if (input.text !== null && cleanText(input.text, []) === '') throw new RoostError('message_empty')
      if (await this.#wasBegun({ ...input, answer: first.answer })) return
      const model = this.#ready(input.conversation)
      const turn = this.#turn(model, { ...input, answer: first.answer })
      await this.#beginTurn(
        model,
        {
          ...turn,
          text: input.text,
          title: titleFrom(input.text ?? ''),
          alsoAnswers: others.map(({ answer }) => answer),
        },
        { ...asUsual, sampling: input.slots.map(({ sampling }) => sampling) },
      )
    })
  }

  async continue(input: MessageInput): Promise<void> {
    await this.#loadFor(input.conversation)
    await this.#queue.run(input.conversation, async () => {
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
      await this.#start(model, [begun.message], { ...asUsual, continued: true })
    })
  }

  /** Of an answer that does not run: nothing. */
  stop(answer: string): void {
    this.#running.get(answer)?.generation.finish('stopped')
  }

  /** Waits for what runs; sent at once where nothing runs and nothing waits before it. */
  enqueue(conversation: string, message: QueuedMessage): Promise<QueuedMessage[]> {
    return this.#queue.run(conversation, async () => {
      if (cleanText(message.text, []) === '') throw new RoostError('message_empty')
      const { storage, clock } = this.#parts
      // A lost reply: the message was sent meanwhile.
      if ((await storage.read.message(message.id)) !== null) return await storage.read.queue(conversation)
      const queue = await storage.write.queueMessage(conversation, message, clock.now())
      this.#tellQueue(conversation, queue)
      if (queue.length > 1 || this.#runsIn(conversation)) return queue
      await this.#sendNext(conversation)
      return await storage.read.queue(conversation)
    })
  }

  changeQueue(conversation: string, change: () => Promise<QueuedMessage[]>): Promise<QueuedMessage[]> {
    return this.#queue.run(conversation, async () => {
      const queue = await change()
      this.#tellQueue(conversation, queue)
      return queue
    })
  }

  /** A person asks for it: the first of the queue goes out. */
  async sendQueued(conversation: string): Promise<void> {
    await this.#loadFor(conversation)
    await this.#queue.run(conversation, () => this.#sendNext(conversation))
  }

  async #sendNext(conversation: string): Promise<void> {
    const { read } = this.#parts.storage
    const [next] = await read.queue(conversation)
    if (next === undefined) return
    const model = this.#ready(conversation)
    const parent = (await read.conversation(conversation))?.activeLeaf ?? null
    const turn = this.#turn(model, { conversation, parent, question: next.id, answer: newId() })
    await this.#beginTurn(
      model,
      { ...turn, text: next.text, title: titleFrom(next.text), queued: next.id },
      asUsual,
    )
    this.#tellQueue(conversation, await read.queue(conversation))
  }

  #tellQueue(conversation: string, queue: QueuedMessage[]): void {
    this.#parts.emit('queue.changed', { conversation, queue })
  }

  #runsIn(conversation: string): boolean {
    return [...this.#running.values()].some(({ generation }) => generation.job.conversation === conversation)
  }

  /** Takes the conversation for itself while nothing runs there. Errors: answer_running. */
  whileQuiet<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(conversation, async () => {
      if (this.#closing) throw new RoostError('closed', { reason: 'Roost is closing.' })
      if (this.#runsIn(conversation)) throw new RoostError('answer_running')
      return await work()
    })
  }

  /** Everything below the message goes with it; what runs there is ended first, its words kept. */
  deleteMessages(input: MessageInput): Promise<DeletedMessages> {
    return this.#queue.run(input.conversation, async () => {
      await this.#message(input)
      const { storage, clock, emit } = this.#parts
      const below = await storage.read.subtree(input.message)
      await this.#end(below.flatMap((id) => this.#running.get(id)?.generation ?? []))
      const gone = await storage.write.deleteMessages(input.conversation, input.message, clock.now())
      this.#live.drop(gone.deleted)
      const { id, activeLeaf } = gone.conversation
      emit('message.deleted', { conversation: id, message: input.message, activeLeaf })
      return { ...gone, conversation: this.withLiveText(gone.conversation) }
    })
  }

  /** Errors: not_found. */
  restoreMessages(input: MessageInput): Promise<Conversation> {
    return this.#queue.run(input.conversation, async () => {
      const restored = await this.#parts.storage.write.restoreMessages(input.conversation, input.message)
      this.#parts.emit('messages.restored', { conversation: input.conversation })
      this.#parts.emit('memory.changed', { conversation: input.conversation })
      return this.withLiveText(restored)
    })
  }

  /**
   * Ends what runs in these conversations, its words kept, and does `work` before anything else begins there. States in
   * memory stay: a deletion that is undone loses nothing.
   */
  async quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T> {
    // One order for everybody: two that want the same conversations never wait for each other.
    const [first, ...rest] = [...new Set(conversations)].sort()
    if (first === undefined) return await work()
    return await this.#queue.run(first, async () => {
      const running = [...this.#running.values()]
        .map(({ generation }) => generation)
        .filter(({ job }) => job.conversation === first)
      await this.#end(running)
      return await this.quietly(rest, work)
    })
  }

  /** Rows lag behind what was said by up to a second: whoever asks gets all of it. */
  withLiveText(conversation: Conversation): Conversation {
    return { ...conversation, messages: conversation.messages.map((message) => this.withLiveTextOf(message)) }
  }

  withLiveTextOf(message: Message): Message {
    const running = this.#running.get(message.id)?.generation
    if (running === undefined) return message
    return { ...message, text: running.text, nextSequence: running.nextSequence }
  }

  /** Before the weights go: answers end and are saved, states in memory are let go. */
  async releaseModel(): Promise<void> {
    await this.#endEverything('stopped')
  }

  /**
   * The model is to be read again, because its device was lost or another one was chosen: what is being written ends with
   * its words kept, at once. What is returned lets that go on; what came to its end by itself, was stopped by a person or
   * deleted meanwhile stays as it is.
   */
  interruptAnswers(): () => Promise<void> {
    const cut = [...this.#running.values()]
      .map(({ generation }) => generation)
      .filter((generation) => generation.ending === null)
    for (const generation of cut) generation.finish('stopped')
    return async () => {
      for (const { job, done } of cut) {
        const committed = await done
        if (committed?.message.state !== 'stopped') continue
        try {
          await this.continue({ conversation: job.conversation, message: job.answer })
        } catch (error) {
          this.#log.warn('an interrupted answer does not go on', {
            answer: job.answer,
            ...errorFields(error),
          })
        }
      }
    }
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
    const all = [...this.#running.values()].map(({ generation }) => generation)
    for (const generation of all) generation.finish(ending)
    await Promise.all(all.map(({ done }) => done))
  }

  /** Before a deletion. Words are kept for the way back, but a disk that refuses them is not waited for. */
  async #end(running: readonly Generation[]): Promise<void> {
    for (const generation of running) generation.finish('stopped')
    const patience = setTimeout(() => {
      for (const generation of running) generation.finish('discarded')
    }, unsavedWordsMs)
    await Promise.all(running.map(({ done }) => done))
    clearTimeout(patience)
  }

  /**
   * The model that this conversation is meant for. Not within a turn: changing the model waits for turns that are on their
   * way. Errors: those of ModelSource.ensureLoaded.
   */
  async #loadFor(conversation: string): Promise<void> {
    const { storage, models } = this.#parts
    await models.ensureLoaded((await storage.read.parameters(conversation)).model)
  }

  /** The model to answer with, if this conversation may begin a turn now. */
  #ready(conversation: string): ActiveModel {
    if (this.#closing) throw new RoostError('closed', { reason: 'Roost is closing.' })
    if (this.#runsIn(conversation)) throw new RoostError('answer_running')
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

  #turn(
    model: ActiveModel,
    ids: Pick<BeginTurn, 'conversation' | 'parent' | 'question' | 'answer'>,
  ): BeginTurn {
    const { conversation, parent, question, answer } = ids
    const now = this.#parts.clock.now()
    return { conversation, parent, question, answer, text: null, model: model.title, title: '', now }
  }

  async #begin(
    model: ActiveModel,
    turn: BeginTurn,
    wishes: { readonly thinking?: ThinkingMode | null | undefined; readonly beginning?: string | undefined },
  ): Promise<void> {
    const text = wishes.beginning?.trim() ?? ''
    await this.#beginTurn(model, text === '' ? turn : { ...turn, beginning: text }, {
      thinking: wishes.thinking ?? null,
      beginning: text === '' ? null : { text, tokens: null },
      sampling: [],
    })
  }

  async #beginTurn(model: ActiveModel, turn: BeginTurn, wishes: TurnWishes): Promise<void> {
    this.#parts.background.pause()
    try {
      const begun = await this.#parts.storage.write.beginTurn(turn)
      const { emit } = this.#parts
      emit('conversation.changed', { conversation: begun.conversation })
      if (turn.text !== null) {
        emit('message.committed', { message: begun.question, activeLeaf: begun.answer.id })
      }
      for (const answer of begun.answers) {
        emit('message.committed', { message: answer, activeLeaf: begun.answer.id })
      }
      await this.#start(model, begun.answers, { ...wishes, continued: false })
    } finally {
      if (this.#running.size === 0) this.#parts.background.resume()
    }
  }

  /** The rows say `generating`: from here on something must end them. */
  async #start(
    model: ActiveModel,
    answers: readonly Message[],
    wishes: TurnWishes & { readonly continued: boolean },
  ): Promise<void> {
    const { storage, settings, emit, clock } = this.#parts
    try {
      const [first] = answers
      if (first === undefined) throw new RoostError('internal', { reason: 'A turn without an answer.' })
      const job = await turnJob(this.#parts, model, first, wishes)
      const shared =
        answers.length > 1 ? new SharedStart(this.#sourceOf(job.conversation), job, answers.length) : null
      this.#parts.background.pause()
      answers.forEach((answer, index) => {
        const own = wishes.sampling[index] ?? {}
        const seed = job.sampling.seed === null ? null : job.sampling.seed + index
        const sampling = { ...job.sampling, seed, ...given(own) }
        const generation = new Generation(
          { ...job, answer: answer.id, sampling, shared, budgetBytes: settings.snapshotBudgetBytes() },
          { storage, live: this.#live, emit, clock, log: this.#log },
        )
        this.#running.set(answer.id, { generation, answer })
        if (this.#running.size === 1) this.#parts.models.setBusy(true)
        void this.#conclude(generation, answer)
        if (this.#closing) generation.finish('interrupted')
      })
    } catch (error) {
      for (const answer of answers) await this.#fail(model, answer, error)
      throw error
    }
  }

  #sourceOf(conversation: string): SessionSourceParts {
    const { storage, emit } = this.#parts
    return {
      storage,
      live: this.#live,
      log: this.#log,
      onDiscarded: (message, code) => emit('notice', { code, detail: { conversation, message } }),
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

  async #conclude(generation: Generation, answer: Message): Promise<void> {
    const committed = await generation.done
    // Out of the table before anybody hears of it: the next turn may come at once.
    this.#running.delete(answer.id)
    if (this.#running.size === 0) {
      this.#parts.models.setBusy(false)
      this.#parts.background.resume()
    }
    if (committed === null) {
      const late = await saveLater(
        { ...this.#parts, log: this.#log },
        generation,
        answer,
        () => this.#closing,
      )
      if (late !== null) this.#tellCommitted(late)
      return
    }
    this.#tellCommitted(committed)
    this.#parts.emit('memory.changed', { conversation: answer.conversation })
    const evicted = committed.evicted.length
    if (evicted > 0) this.#log.info('states dropped to keep the budget', { count: evicted })
    if (committed.message.state !== 'complete' || this.#closing) return
    await this.#queue.run(answer.conversation, async () => {
      if (this.#runsIn(answer.conversation)) return
      try {
        await this.#sendNext(answer.conversation)
      } catch (error) {
        this.#log.warn('the next message waits', errorFields(error)) // until a person sends it
      }
    })
  }

  #tellCommitted(committed: CommittedAnswer): void {
    this.#parts.emit('message.committed', { message: committed.message, activeLeaf: committed.activeLeaf })
    this.#parts.emit('conversation.changed', { conversation: committed.conversation })
  }
}
