// Wires what belongs to answering from documents: readings, the reranker, sources of chats, evidence.
import type { Handlers } from '../../contract/calls.ts'
import type { Document } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { evidenceCalls } from '../../contract/evidence-calls.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActiveModel, ModelSource } from '../chat/active-model.ts'
import type { ArrivingDocument, DocumentRoom } from '../chat/document-turn.ts'
import { Answering } from './answering.ts'
import type { Retrieve } from './answering.ts'
import { Readings } from './reading.ts'
import { Reranker } from './rerank.ts'
import type { Rerank } from './rerank.ts'

export interface AnswersParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  /** Looks for passages; given the reranker. */
  retrieval(rerank: Rerank): Retrieve
  /** The row as the window shows it. Errors: not_found. */
  documentRow(id: string): Promise<Document>
  /** Adds a document that comes with a chat from elsewhere. */
  attach(document: ArrivingDocument): Promise<void>
  detach(documents: readonly string[]): Promise<void>
  /** Its reading is another one now: tell whoever shows it. */
  readingChanged(document: string): void
}

type EvidenceHandlers = Pick<Handlers, keyof typeof evidenceCalls>

export interface Answers {
  /** For the chat. */
  readonly room: DocumentRoom
  readonly readings: Readings
  readonly rerank: Rerank
  readonly handlers: EvidenceHandlers
}

export async function openAnswers(parts: AnswersParts): Promise<Answers> {
  const { storage, models, emit, clock, log } = parts
  const model = (): ActiveModel | null => {
    try {
      return models.active()
    } catch (error) {
      if (!(error instanceof RoostError) || error.kind !== 'unavailable') throw error
      return null
    }
  }
  const readings = new Readings({
    storage,
    models,
    changed: (document) => parts.readingChanged(document),
    clock,
    log,
  })
  await readings.open()
  // A search of the Documents page while an answer is written goes by words alone; the turn that is being prepared itself
  // is not yet writing.
  const reranker = new Reranker(model, () => false, log)
  const retrieve = parts.retrieval(reranker.rank)
  const answering = new Answering({ storage, retrieve, reranker, readings, emit, log })

  const handlers: EvidenceHandlers = {
    'documents.read': async ({ document }) => {
      await readings.read(document)
      return await parts.documentRow(document)
    },
    'documents.pauseReading': async ({ document }) => {
      await readings.pause(document)
      return await parts.documentRow(document)
    },
    'documents.forgetReading': async ({ document }) => {
      await readings.forget(document)
      return await parts.documentRow(document)
    },
    'conversations.sources': ({ conversation }) => storage.read.sources(conversation),
    'conversations.setSources': async ({ conversation, ...wanted }) => {
      const summary = await storage.write.createConversation(conversation, clock.now())
      await storage.write.setSources(conversation, wanted)
      const sources = await storage.read.sources(conversation)
      emit('conversation.changed', { conversation: summary })
      emit('sources.changed', { conversation, sources })
      // "Read fully" in a chat begins the reading; the chat finds passages meanwhile.
      for (const source of sources.sources) {
        if (source.use === 'read' && readings.readingOf(source.document).phase === 'none') {
          await readIfPossible(readings, source.document)
        }
      }
      return sources
    },
    'evidence.get': async ({ conversation, message }) => {
      const found = await storage.read.message(message)
      if (found?.conversation !== conversation) throw new RoostError('not_found', { what: 'message' })
      return (await storage.read.evidence(message))?.evidence ?? null
    },
    'evidence.list': ({ conversation }) => storage.read.evidenceOf(conversation),
  }

  const room: DocumentRoom = {
    prepare: (asked, signal) => answering.prepare(asked, signal),
    resume: (kept) => answering.resume(kept),
    documentsRead: (conversation) => answering.documentsRead(conversation),
    yieldToChat: () => readings.yieldToChat(),
    resumeReading: () => readings.resume(),
    attend: () => readings.attend(),
    modelReady: () => readings.modelReady(),
    attach: (document) => parts.attach(document),
    detach: (documents) => parts.detach(documents),
    release: () => readings.release(),
    close: () => readings.close(),
  }
  return { room, readings, rerank: reranker.rank, handlers }
}

/** Without a model, or while the document is still parsed, the person begins it on the Documents page. */
async function readIfPossible(readings: Readings, document: string): Promise<void> {
  try {
    await readings.read(document)
  } catch (error) {
    const expected = ['no_model', 'model_loading', 'not_found']
    if (!(error instanceof RoostError) || !expected.includes(error.code)) throw error
  }
}
