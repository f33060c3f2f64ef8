// Conversations out of and into .roost files (portable-file.ts). A file shows what it is before anything of it is kept; what
// comes in gets ids of its own, and states go where they can only ever be used by the weights that made them.
import type { ConversationSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { ExportedFile } from '../../contract/keeping.ts'
import type { PortableSummary } from '../../contract/memory.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import type { PortableConversation, PortableMessage, Storage, TurnTokens } from '../../storage/storage.ts'
import { ArrivingDocuments, travellingDocuments } from '../archive/travelling-documents.ts'
import type { Travelling } from '../archive/travelling-documents.ts'
import type { FileExchange } from '../files/file-exchange.ts'
import type { ActiveModel, ChatSettings } from './active-model.ts'
import type { ChatService } from './chat-service.ts'
import type { DocumentRoom } from './document-turn.ts'
import { PortableFile, writePortable } from './portable-file.ts'
import type { PortableMessageRecord } from './portable-file.ts'

/** Of the ends of a conversation, the newest ones. */
const mostStates = 16
export const portableKind = { name: 'Roost memory', extensions: ['roost'] }

export interface PortableParts {
  readonly storage: Storage
  readonly files: FileExchange
  readonly settings: ChatSettings
  readonly chat: ChatService
  readonly documents: Pick<DocumentRoom, 'attach' | 'detach'>
  readonly emit: Emit
  readonly clock: Clock
  readonly version: string
  model(): ActiveModel | null
}

export class Portable {
  readonly #parts: PortableParts

  constructor(parts: PortableParts) {
    this.#parts = parts
  }

  /** null: the dialog was cancelled. Errors: not_found, answer_running, disk_full, write_failed. */
  export(conversation: string): Promise<ExportedFile | null> {
    const { storage, files, chat } = this.#parts
    return chat.whileQuiet(conversation, async () => {
      const found = await storage.read.portableConversation(conversation)
      if (found === null) throw new RoostError('not_found', { what: 'conversation' })
      const title = found.title === '' ? 'Conversation' : found.title
      const documents = await travellingDocuments(storage, conversation)
      const given = await files.give(portableKind, `${title}.roost`, (path) =>
        this.#write(path, found, documents),
      )
      if (given === null) return null
      const { leftBehind } = documents
      return { ...given, conversations: 1, ...(leftBehind === 0 ? {} : { documentsLeft: leftBehind }) }
    })
  }

  async #write(path: string, found: PortableConversation, documents: Travelling): Promise<void> {
    const { storage, clock, version } = this.#parts
    const model = this.#parts.model()?.loaded.description ?? null
    const { kept } = await storage.read.conversationStates(found.id)
    const parents = new Set(found.messages.map(({ parent }) => parent))
    const answered = new Set(
      found.messages.filter(({ id, role }) => role === 'user' && parents.has(id)).map(({ parent }) => parent),
    )
    // Of one model: the loaded one, where it has states here.
    const fingerprint =
      kept.find((one) => one.fingerprint === model?.fingerprint)?.fingerprint ?? kept.at(-1)?.fingerprint
    const ofModel = kept.filter((one) => one.fingerprint === fingerprint)
    const ends = ofModel.filter(({ message }) => !answered.has(message))
    const chosen = (ends.length > 0 ? ends : ofModel.slice(-1)).slice(-mostStates)
    const states = []
    for (const { message, system } of chosen) {
      const state = await storage.read.snapshotBytes(message, fingerprint ?? '')
      if (state !== null)
        states.push({ message, fingerprint: fingerprint ?? '', key: system, bytes: state.bytes })
    }
    const isLoaded = model !== null && model.fingerprint === fingerprint
    const { attachments, strict } = documents
    const { parameters } = found
    const tuned = (await storage.read.tunedStates()).find(({ id }) => id === parameters.tunedState)
    await writePortable(
      path,
      {
        writtenBy: `Roost ${version}`,
        writtenAt: clock.now(),
        model: {
          title: isLoaded ? model.title : (found.messages.findLast((one) => one.model !== null)?.model ?? ''),
          fingerprint: fingerprint ?? '',
          generation: isLoaded ? model.generation : '',
          layers: isLoaded ? model.layers : 0,
          width: isLoaded ? model.width : 0,
        },
        conversation: {
          title: found.title,
          systemPrompt: found.systemPrompt,
          // What names rows of this data folder means nothing elsewhere.
          parameters: { ...parameters, persona: null, tunedState: null, model: null },
          tunedState: tuned?.fingerprint ?? null,
          activeLeaf: found.activeLeaf,
          createdAt: found.createdAt,
        },
        messages: found.messages.map(toRecord),
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(strict ? { strict } : {}),
      },
      states,
    )
  }

  /** Errors: not_found, portable_damaged, portable_newer. */
  async inspect(file: string): Promise<PortableSummary> {
    return await this.#opened(file, ({ header, fileBytes }) => {
      const { conversation, messages, states, model } = header
      const parents = new Set(messages.map(({ parent }) => parent))
      const loaded = this.#parts.model()?.loaded.description ?? null
      const summary: PortableSummary = {
        title: conversation.title,
        messages: messages.length,
        branches: messages.filter(({ id }) => !parents.has(id)).length,
        writtenAt: header.writtenAt,
        writtenBy: header.writtenBy,
        fileBytes,
        model: { title: model.title, generation: model.generation, layers: model.layers, width: model.width },
        states: states.length,
        stateBytes: states.reduce((sum, { bytes }) => sum + bytes, 0),
        fits: loaded === null ? 'unknown' : loaded.fingerprint === model.fingerprint ? 'yes' : 'no',
        loadedModel: loaded?.title ?? null,
      }
      return Promise.resolve(summary)
    })
  }

  /** Errors: as inspect(), and those of a write. */
  async import(file: string): Promise<ConversationSummary> {
    const { emit, files, documents, storage } = this.#parts
    const summary = await this.#opened(file, async (portable) => {
      // Documents first: killed in between, there are documents without a chat, never a chat without its documents.
      const arriving = new ArrivingDocuments(documents, storage)
      try {
        return await this.#bringIn(portable, arriving)
      } catch (error) {
        await arriving.undo()
        throw error
      }
    })
    await files.release(file)
    emit('conversation.changed', { conversation: summary })
    emit('memory.changed', { conversation: null })
    return summary
  }

  async #bringIn(portable: PortableFile, arriving: ArrivingDocuments): Promise<ConversationSummary> {
    const { storage, settings, clock } = this.#parts
    const { header } = portable
    const { conversation, attachments = [], strict = false } = header
    const ids = new Map(header.messages.map(({ id }) => [id, newId()]))
    const own = (id: string | null): string | null => (id === null ? null : (ids.get(id) ?? null))
    const sources = await arriving.sourcesFor(attachments, strict)
    const tuned = (await storage.read.tunedStates()).find(
      ({ fingerprint }) => fingerprint === conversation.tunedState,
    )
    const made = await storage.write.importPortable(
      {
        id: newId(),
        title: conversation.title,
        systemPrompt: conversation.systemPrompt,
        parameters: {
          ...conversation.parameters,
          persona: null,
          model: null,
          tunedState: tuned?.id ?? null,
        },
        activeLeaf: own(conversation.activeLeaf),
        createdAt: conversation.createdAt,
        messages: header.messages.map((message) => fromRecord(message, ids, arriving)),
        ...(sources.sources.length === 0 && !strict ? {} : { sources }),
      },
      clock.now(),
    )
    arriving.stay()
    for (const [index, state] of header.states.entries()) {
      const message = own(state.message)
      if (message === null) continue
      const { fingerprint, key: system } = state
      await storage.write.keepSnapshot(
        { message, fingerprint, system, bytes: await portable.state(index), now: clock.now() },
        settings.snapshotBudgetBytes(),
      )
    }
    return made
  }

  async #opened<T>(file: string, work: (portable: PortableFile) => Promise<T>): Promise<T> {
    const { path } = await this.#parts.files.find(file)
    const portable = await PortableFile.open(path)
    try {
      return await work(portable)
    } finally {
      await portable.close()
    }
  }
}

function toBase64(tokens: Uint32Array): string {
  const bytes = Buffer.alloc(tokens.length * 4)
  tokens.forEach((token, index) => bytes.writeUInt32LE(token, index * 4))
  return bytes.toString('base64')
}

function fromBase64(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64')
  return Uint32Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.readUInt32LE(index * 4),
  )
}

function toRecord(message: PortableMessage): PortableMessageRecord {
  const { tokens, figures } = message
  return {
    id: message.id,
    parent: message.parent,
    role: message.role,
    text: message.text,
    state: message.state === 'generating' ? 'interrupted' : message.state,
    createdAt: message.createdAt,
    model: message.model,
    figures: figures === null ? null : plainFigures(figures),
    tokens:
      tokens === null
        ? null
        : { ...tokens, prompt: toBase64(tokens.prompt), answer: toBase64(tokens.answer) },
    ...(message.evidence === null || message.evidence === undefined
      ? {}
      : { evidence: structuredClone(message.evidence) }),
  }
}

function fromRecord(
  record: PortableMessageRecord,
  ids: ReadonlyMap<string, string>,
  documents: ArrivingDocuments,
): PortableMessage {
  const { tokens } = record
  const kept: TurnTokens | null =
    tokens === null
      ? null
      : { ...tokens, prompt: fromBase64(tokens.prompt), answer: fromBase64(tokens.answer) }
  return {
    id: ids.get(record.id) ?? newId(),
    parent: record.parent === null ? null : (ids.get(record.parent) ?? null),
    role: record.role,
    text: record.text,
    state: record.state,
    createdAt: record.createdAt,
    model: record.model,
    figures: record.figures === null ? null : toFigures(record.figures),
    tokens: kept,
    evidence:
      record.evidence === undefined
        ? null
        : documents.evidence(record.evidence.turn, record.evidence.evidence, record.text),
  }
}

/** What the form of the file takes: values of sampling stay behind. */
function plainFigures(
  figures: NonNullable<PortableMessage['figures']>,
): NonNullable<PortableMessageRecord['figures']> {
  const { sampling: _sampling, ...rest } = figures
  return rest
}

/** Figures are for display: what is not a number there counts as not measured. */
function toFigures(
  figures: NonNullable<PortableMessageRecord['figures']>,
): NonNullable<PortableMessage['figures']> {
  const whole = (key: string): number => (typeof figures[key] === 'number' ? figures[key] : 0)
  const measured = (key: string): number | null => (typeof figures[key] === 'number' ? figures[key] : null)
  const finish = ['stop_text', 'end_token', 'max_tokens', 'cancelled'] as const
  const thoughts = measured('thoughtCharacters')
  const seconds = measured('thoughtSeconds')
  return {
    resumedTokens: whole('resumedTokens'),
    rereadTokens: whole('rereadTokens'),
    promptTokens: whole('promptTokens'),
    answerTokens: whole('answerTokens'),
    prefillTokensPerSecond: measured('prefillTokensPerSecond'),
    decodeTokensPerSecond: measured('decodeTokensPerSecond'),
    firstTokenMs: measured('firstTokenMs'),
    finish: finish.find((one) => one === figures['finish']) ?? null,
    ...(thoughts === null ? {} : { thoughtCharacters: thoughts }),
    ...(seconds === null ? {} : { thoughtSeconds: seconds }),
    ...(figures['thoughtsForgotten'] === true ? { thoughtsForgotten: true } : {}),
  }
}
