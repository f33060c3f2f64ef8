// Wires what belongs to chatting: turns, states in memory, reading in the background, the memory panel, the shelf.
import type { Handlers } from '../../contract/calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { memoryCalls } from '../../contract/memory-calls.ts'
import type { portableCalls } from '../../contract/portable-calls.ts'
import type { refreshCalls } from '../../contract/refresh-calls.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { FileExchange } from '../files/file-exchange.ts'
import type { ActiveModel, ChatSettings, ModelSource } from './active-model.ts'
import { BackgroundReader } from './background-reader.ts'
import { ChatService } from './chat-service.ts'
import type { DocumentRoom } from './document-turn.ts'
import { LiveSessions } from './live-sessions.ts'
import { MemoryRefresh } from './memory-refresh.ts'
import { MemoryService } from './memory-service.ts'
import { Openings } from './openings.ts'
import { Personas } from './personas.ts'
import { Portable, portableKind } from './portable.ts'
import { TunedStates } from './tuned-states.ts'

/** Each is one state in memory: 6 to 35 MB. */
const liveSessionLimit = 3

export interface ChatRoomParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly settings: ChatSettings
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  /** Where tuned states are copied to. */
  readonly tunedStates: string
  readonly files: FileExchange
  readonly version: string
  readonly documents: DocumentRoom
  /** Of a file that a person chose. Errors: not_found. */
  pathOf(file: string): string
}

type MemoryHandlers = Pick<
  Handlers,
  keyof typeof memoryCalls | keyof typeof portableCalls | keyof typeof refreshCalls
>

export interface ChatRoom {
  readonly chat: ChatService
  readonly memory: MemoryService
  readonly handlers: MemoryHandlers
  /** A model became ready. */
  modelReady(): void
  settingsChanged(): void
  /** Before the weights go. */
  releaseModel(): Promise<void>
  close(): Promise<void>
}

export function openChat(parts: ChatRoomParts): ChatRoom {
  const { storage, models, settings, emit, clock, log } = parts
  const model = (): ActiveModel | null => {
    try {
      return models.active()
    } catch (error) {
      if (!(error instanceof RoostError) || error.kind !== 'unavailable') throw error
      return null
    }
  }
  const live = new LiveSessions(liveSessionLimit, log)
  const tuned = new TunedStates({ storage, folder: parts.tunedStates, clock, model })
  const { documents } = parts
  const openings = new Openings(storage, tuned, (conversation) => documents.documentsRead(conversation))
  const shared = { storage, models, settings, live, openings, emit, clock, log }
  const background = new BackgroundReader(shared)
  const chat = new ChatService({
    ...shared,
    documents,
    background: {
      pause() {
        background.pause()
        documents.yieldToChat()
      },
      resume() {
        background.resume()
        documents.resumeReading()
      },
    },
  })
  const memory = new MemoryService({ ...shared, background, chat })
  const refresh = new MemoryRefresh({ ...shared, background, chat })
  const personas = new Personas({ storage, background, emit, clock, model })
  const { files, version } = parts
  const portable = new Portable({ storage, files, settings, chat, documents, emit, clock, version, model })

  const handlers: MemoryHandlers = {
    'conversations.setParameters': async ({ conversation, parameters: changes }) => {
      await storage.write.createConversation(conversation, clock.now())
      const before = await storage.read.parameters(conversation)
      const given = Object.entries(changes).filter(([, value]) => value !== undefined)
      const parameters = { ...before, ...Object.fromEntries(given) }
      const summary = await storage.write.setParameters(conversation, parameters)
      emit('conversation.changed', { conversation: summary })
      emit('memory.changed', { conversation })
      background.consider()
      return parameters
    },
    'chat.answers': (input) => chat.answers(input),
    'chat.branchAtToken': (input) => memory.branchAtToken(input),
    'chat.tokens': (input) => memory.tokens(input),
    'queue.add': ({ conversation, queued, text }) => chat.enqueue(conversation, { id: queued, text }),
    'queue.edit': ({ conversation, queued, text }) =>
      chat.changeQueue(conversation, () => storage.write.editQueued(conversation, { id: queued, text })),
    'queue.remove': ({ conversation, queued }) =>
      chat.changeQueue(conversation, () => storage.write.removeQueued(conversation, queued)),
    'queue.sendNext': ({ conversation }) => chat.sendQueued(conversation),
    'memory.conversation': ({ conversation }) => memory.ofConversation(conversation),
    'memory.usage': () => memory.usage(),
    'memory.free': ({ conversation }) => memory.free(conversation),
    'memory.attend': () => {
      background.attend()
      documents.attend()
      return Promise.resolve()
    },
    'memory.goTo': (input) => memory.goTo(input),
    'memory.forget': (input) => memory.forget(input),
    'memory.summarise': (input) => refresh.summarise(input),
    'memory.refresh': (input) => refresh.refresh(input),
    'memory.cancelRefresh': () => {
      refresh.cancel()
      return Promise.resolve()
    },
    'personas.list': () => personas.list(),
    'personas.save': ({ persona, ...rest }) => personas.save({ id: persona, ...rest }),
    'personas.delete': ({ persona }) => personas.delete(persona),
    'personas.start': ({ conversation, persona }) => personas.start(conversation, persona),
    'presets.list': () => personas.presets(),
    'presets.save': ({ preset, ...rest }) => personas.savePreset({ id: preset, ...rest }),
    'presets.delete': ({ preset }) => personas.deletePreset(preset),
    'tunedStates.list': () => tuned.list(),
    'tunedStates.choose': () => files.choose({ name: 'Tuned state', extensions: ['pth'] }),
    'tunedStates.add': async ({ file }) => {
      const path = parts.pathOf(file)
      // An upload lies under an id; its name is known to the exchange only.
      const name = files.has(file) ? (await files.find(file)).name : path
      const states = await tuned.add(path, name)
      await files.release(file)
      return states
    },
    'tunedStates.delete': ({ tunedState }) => tuned.delete(tunedState),
    'portable.export': ({ conversation }) => portable.export(conversation),
    'portable.choose': () => files.choose(portableKind),
    'portable.inspect': ({ file }) => portable.inspect(file),
    'portable.import': ({ file }) => portable.import(file),
  }

  return {
    chat,
    memory,
    handlers,
    modelReady() {
      background.consider()
      documents.modelReady()
    },
    settingsChanged: () => background.settingsChanged(),
    async releaseModel() {
      await background.release()
      await documents.release()
      await chat.releaseModel()
    },
    async close() {
      await background.close()
      await documents.close()
      await chat.close()
    },
  }
}
