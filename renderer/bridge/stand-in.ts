// A scripted host inside the page, for the stories page and for tests of the window: it answers every call, keeps
// conversations in memory and writes answers word by word. It is never part of the application: only `stories.tsx` and
// tests import it.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type {
  AnswerFigures,
  AppInfo,
  Conversation,
  EngineState,
  FolderListing,
  Message,
  ModelSummary,
  Settings,
} from '../../electron/contract/entities.ts'
import type { Download } from '../../electron/contract/download-entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { ErrorCode, ErrorDetail } from '../../electron/contract/errors.ts'
import type { Emit, EventMessage } from '../../electron/contract/events.ts'
import type { Folder } from '../../electron/contract/keeping.ts'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import type { Persona } from '../../electron/contract/memory.ts'
import { summaryOf } from '../state/summary-of.ts'
import type { Bridge, BridgeListener } from './client.ts'
import { standInArchive } from './stand-in-archive.ts'
import { standInDataFolder } from './stand-in-data-folder.ts'
import { standInKeeping } from './stand-in-keeping.ts'
import { standInMemory } from './stand-in-memory.ts'
import { noDocuments, standInDocuments } from './stand-in-documents.ts'
import type { DocumentScript } from './stand-in-documents.ts'
import { standInDownloads } from './stand-in-downloads.ts'
import { standInLibrary } from './stand-in-library.ts'

export interface Script {
  readonly info: AppInfo
  readonly settings: Settings
  readonly engine: EngineState
  readonly models: readonly ModelSummary[]
  readonly conversations: readonly Conversation[]
  readonly chatFolders?: readonly Folder[]
  readonly folder: FolderListing
  readonly downloads?: readonly Download[]
  readonly personas?: readonly Persona[]
  readonly library?: DocumentScript
  /** What every answer says. */
  readonly answer: string
  /** Milliseconds between two pieces of an answer; null: stop after half of it and stay there. */
  readonly pace: number | null
  /** Stays at this point of reading the prompt. */
  readonly reading?: { readonly done: number; readonly total: number; readonly rebuilding: boolean }
  /** Calls that fail, and how. */
  readonly failing?: Readonly<Partial<Record<CallName, { code: ErrorCode; detail?: ErrorDetail }>>>
}

type Answers = { [N in CallName]: (input: Input<N>) => Output<N> | Promise<Output<N>> }

const FIGURES: AnswerFigures = {
  resumedTokens: 1204,
  rereadTokens: 0,
  promptTokens: 38,
  answerTokens: 212,
  prefillTokensPerSecond: 184.2,
  decodeTokensPerSecond: 31.4,
  firstTokenMs: 208,
  finish: 'end_token',
}

export class StandInHost implements Bridge {
  readonly #script: Script
  readonly #conversations = new Map<string, Conversation>()
  readonly #folders: Folder[] = []
  readonly #personas: Persona[] = []
  readonly #running = new Map<string, () => void>()
  /** Deleted message -> its conversation as it was before. */
  readonly #deleted = new Map<string, Conversation>()
  #listener: BridgeListener | null = null
  #settings: Settings
  #engine: EngineState
  #models: readonly ModelSummary[]
  #clock = 0

  constructor(script: Script) {
    this.#script = script
    this.#folders.push(...(script.chatFolders ?? []))
    this.#settings = script.settings
    this.#engine = script.engine
    this.#models = script.models
    this.#personas.push(...(script.personas ?? []))
    for (const conversation of script.conversations) this.#conversations.set(conversation.id, conversation)
  }

  async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    await Promise.resolve()
    const failure = this.#script.failing?.[name]
    if (failure !== undefined) throw new RoostError(failure.code, failure.detail)
    return this.#answers[name](input)
  }

  subscribe(listener: BridgeListener): () => void {
    this.#listener = listener
    return () => {
      this.#listener = null
    }
  }

  upload(file: File): Promise<{ file: string; name: string }> {
    return Promise.resolve({ file: crypto.randomUUID(), name: file.name })
  }

  download(): void {
    // A story writes no file.
  }

  reconnect(): void {
    this.#listener?.connection('connected')
  }

  /** For stories: something the host says by itself. */
  readonly emit: Emit = (name, payload) => {
    this.#listener?.event({ name, payload } as EventMessage)
  }

  loseConnection(): void {
    this.#listener?.connection('lost')
  }

  #find(id: string): Conversation {
    const found = this.#conversations.get(id)
    if (found === undefined) throw new RoostError('not_found')
    return found
  }

  #change(id: string, patch: Partial<Conversation>): Conversation {
    const next = { ...this.#find(id), ...patch, revision: this.#find(id).revision + 1 }
    this.#conversations.set(id, next)
    this.emit('conversation.changed', { conversation: summaryOf(next) })
    return next
  }

  #commit(message: Message, activeLeaf: string | null): void {
    const conversation = this.#find(message.conversation)
    const known = conversation.messages.some(({ id }) => id === message.id)
    const messages = known
      ? conversation.messages.map((old) => (old.id === message.id ? message : old))
      : [...conversation.messages, message]
    this.#change(message.conversation, {
      messages,
      activeLeaf: activeLeaf ?? conversation.activeLeaf,
      generating: messages.some(({ state }) => state === 'generating'),
      updatedAt: message.createdAt,
    })
    this.emit('message.committed', { message, activeLeaf })
  }

  #message(
    conversation: string,
    id: string,
    parent: string | null,
    role: Message['role'],
    text: string,
  ): Message {
    this.#clock += 1
    return {
      id,
      conversation,
      parent,
      role,
      text,
      state: role === 'user' ? 'complete' : 'generating',
      createdAt: Date.now() + this.#clock,
      revision: 1,
      model: null,
      figures: null,
      error: null,
      resumable: false,
    }
  }

  /** Writes an answer piece by piece, as a host does: progress, deltas, then the committed row. */
  #write(answer: Message): void {
    const { conversation, id } = answer
    this.#commit(answer, id)
    const words = this.#script.answer.match(/\s*\S+|\s+$/g) ?? []
    const { pace, reading } = this.#script
    if (reading !== undefined) {
      this.emit('answer.progress', { conversation, answer: id, ...reading })
      this.#running.set(id, () => this.#commit({ ...answer, state: 'stopped', revision: 2 }, null))
      return
    }
    let written = answer.text
    let next = 0
    let timer: ReturnType<typeof setInterval> | null = null
    const end = (state: Message['state']): void => {
      if (timer !== null) clearInterval(timer)
      this.#running.delete(id)
      this.#commit(
        {
          ...answer,
          state,
          text: written,
          revision: answer.revision + 1,
          model: this.#engine.phase === 'ready' ? this.#engine.model.title : null,
          figures: { ...FIGURES, finish: state === 'stopped' ? 'cancelled' : 'end_token' },
          resumable: true,
        },
        null,
      )
    }
    const step = (): void => {
      const piece = words[next]
      if (piece === undefined) {
        end('complete')
        return
      }
      this.emit('answer.delta', { conversation, answer: id, sequence: next, text: piece })
      written += piece
      next += 1
    }
    this.#running.set(id, () => end('stopped'))
    if (pace === null) {
      for (let i = 0; i < words.length * 0.6; i += 1) step()
    } else {
      timer = setInterval(step, pace)
    }
  }

  readonly #answers: Answers = {
    'app.info': () => this.#script.info,
    'app.openLink': () => undefined,
    'settings.get': () => this.#settings,
    'settings.set': (patch) => {
      this.#settings = { ...this.#settings, ...(patch as Partial<Settings>) }
      return this.#settings
    },
    'engine.state': () => this.#engine,
    'templates.list': () => [readyTemplate.template],
    'templates.choose': () => undefined,
    'models.list': () => [...this.#models],
    'models.chooseFile': () => null,
    'models.addFile': () => {
      throw new RoostError('not_a_model', {
        file: 'holiday-photos.zip',
        reason: 'the archive holds no tensors',
      })
    },
    'models.load': ({ model }) => {
      const found = this.#models.find(({ id }) => id === model)
      if (found === undefined) throw new RoostError('not_found')
      let fraction = 0
      const timer = setInterval(() => {
        fraction += 0.1
        if (fraction < 1) this.#setEngine({ phase: 'loading', model: found, fraction })
        else {
          clearInterval(timer)
          this.#setEngine(readyWith(found))
        }
      }, 60)
    },
    'models.cancelLoad': () => this.#setEngine({ phase: 'none' }),
    'models.unload': () => this.#setEngine({ phase: 'none' }),
    'models.forget': ({ model }) => {
      this.#models = this.#models.filter(({ id }) => id !== model)
    },
    ...standInLibrary(() => this.#models),
    ...standInDownloads(() => this.#script.downloads ?? [], this.emit),
    'files.browse': () => this.#script.folder,
    'conversations.list': () => [...this.#conversations.values()].map((one) => summaryOf(one)),
    ...standInArchive(),
    ...standInDataFolder(this.emit),
    ...standInKeeping(
      { all: this.#conversations, change: (id, patch) => this.#change(id, patch), emit: this.emit },
      this.#folders,
    ),
    ...standInDocuments(() => this.#script.library ?? noDocuments, this.emit),
    ...standInMemory(
      {
        all: this.#conversations,
        change: (id, patch) => this.#change(id, patch),
        create: (id) => this.#create(id, ''),
        ask: (conversation, parent, question, text) =>
          this.#commit(this.#message(conversation, question, parent, 'user', text), question),
        write: (conversation, question, answer) =>
          this.#write(this.#message(conversation, answer, question, 'assistant', '')),
        emit: this.emit,
      },
      this.#personas,
    ),
    'conversations.create': ({ conversation }) => summaryOf(this.#create(conversation, '')),
    'conversations.open': ({ conversation }) => this.#find(conversation),
    'conversations.rename': ({ conversation, title }) => void this.#change(conversation, { title }),
    'conversations.pin': ({ conversation, pinned }) => void this.#change(conversation, { pinned }),
    'conversations.setDraft': ({ conversation, draft }) => void this.#change(conversation, { draft }),
    'conversations.setSystemPrompt': ({ conversation, systemPrompt }) =>
      void this.#change(conversation, { systemPrompt }),
    'conversations.selectBranch': ({ conversation, message }) => {
      const { messages } = this.#find(conversation)
      let leaf = message
      for (;;) {
        const child = messages.findLast(({ parent }) => parent === leaf)
        if (child === undefined) return this.#change(conversation, { activeLeaf: leaf })
        leaf = child.id
      }
    },
    'chat.send': ({ conversation, parent, question, answer, text }) => {
      if (!this.#conversations.has(conversation))
        this.#create(conversation, text.split('\n')[0]?.slice(0, 60) ?? '')
      this.#commit(this.#message(conversation, question, parent, 'user', text), answer)
      this.#write(this.#message(conversation, answer, question, 'assistant', ''))
    },
    'chat.regenerate': ({ conversation, message, answer }) => {
      const old = this.#find(conversation).messages.find(({ id }) => id === message)
      if (old === undefined) throw new RoostError('not_found')
      this.#write(this.#message(conversation, answer, old.parent, 'assistant', ''))
    },
    'chat.continue': ({ conversation, message }) => {
      const old = this.#find(conversation).messages.find(({ id }) => id === message)
      if (old === undefined) throw new RoostError('not_found')
      this.#write({ ...old, state: 'generating', revision: old.revision + 1 })
    },
    'chat.stop': ({ answer }) => this.#running.get(answer)?.(),
    'messages.delete': ({ conversation, message }) => {
      const found = this.#find(conversation)
      this.#deleted.set(message, found)
      const gone = new Set([message])
      for (const { id, parent } of found.messages) if (parent !== null && gone.has(parent)) gone.add(id)
      const messages = found.messages.filter(({ id }) => !gone.has(id))
      const left = this.#change(conversation, { messages, activeLeaf: messages.at(-1)?.id ?? null })
      return { conversation: left, messages: gone.size, remainingMs: 30_000 }
    },
    'messages.restore': ({ conversation, message }) => {
      const before = this.#deleted.get(message)
      if (before === undefined) throw new RoostError('not_found')
      return this.#change(conversation, { messages: before.messages, activeLeaf: before.activeLeaf })
    },
    'messages.undoable': () => [],
    'messages.get': ({ conversation, message }) => {
      const found = this.#find(conversation).messages.find(({ id }) => id === message)
      if (found === undefined) throw new RoostError('not_found')
      return found
    },
  }

  #create(id: string, title: string): Conversation {
    const now = Date.now()
    const created: Conversation = {
      id,
      title,
      createdAt: now,
      updatedAt: now,
      revision: 1,
      generating: false,
      pinned: false,
      folder: null,
      tags: [],
      unread: false,
      messages: [],
      activeLeaf: null,
      draft: '',
      systemPrompt: '',
      parameters: defaultParameters,
      queue: [],
    }
    this.#conversations.set(id, created)
    this.emit('conversation.changed', { conversation: summaryOf(created) })
    return created
  }

  #setEngine(state: EngineState): void {
    this.#engine = state
    this.emit('engine.changed', { state })
  }
}

const readyTemplate = {
  template: { id: 'world', name: 'World, long answers', thinking: null },
  chosen: false,
  recommended: 'world',
}

export function readyWith(model: ModelSummary): EngineState {
  return {
    phase: 'ready',
    model,
    device: 'CPU',
    isa: 'AVX2',
    threads: 8,
    weightBytes: model.fileBytes,
    stateBytes: 6_488_064,
    busy: false,
    template: readyTemplate,
    sampling: {
      temperature: 1,
      topP: 0.3,
      topK: 0,
      minP: 0,
      presencePenalty: 0.5,
      frequencyPenalty: 0.5,
      penaltyDecay: 0.996,
      seed: null,
      maximumTokens: 2048,
    },
  }
}
