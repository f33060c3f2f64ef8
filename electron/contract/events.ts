// Everything main tells the window. Not validated: main is trusted by the window, not the other way round.
import type { ConversationSummary, EngineState, Message, ModelSummary, Settings } from './entities.ts'
import type { DataFolderState } from './data-folder.ts'
import type { Collection, Document } from './document-entities.ts'
import type { Download } from './download-entities.ts'
import type { ConversationSources, Evidence } from './evidence.ts'
import type { Folder } from './keeping.ts'
import type { MemoryReading, QueuedMessage } from './memory.ts'
import type { Benchmark, Library, LibraryJob } from './library-entities.ts'

export interface Events {
  'engine.changed': { state: EngineState }
  'models.changed': { models: ModelSummary[] }
  'library.changed': { library: Library }
  'library.job': { job: LibraryJob }
  'benchmark.changed': { benchmark: Benchmark }
  'download.changed': { download: Download }
  /** The list itself: one is gone, or another order. */
  'downloads.changed': { downloads: Download[] }
  'document.changed': { document: Document }
  /** The lists themselves: rows came or went, or a collection changed. */
  'documents.changed': { collections: Collection[]; documents: Document[] }
  'sources.changed': { conversation: string; sources: ConversationSources }
  /** When an answer begins (passages are known) and when it ends (citations are checked). */
  'evidence.changed': { conversation: string; evidence: Evidence }
  'dataFolder.changed': { folder: DataFolderState }
  'settings.changed': { settings: Settings }
  'conversation.changed': { conversation: ConversationSummary }
  'conversation.deleted': { conversation: string }
  'folders.changed': { folders: Folder[] }
  /** A committed change of a row: created, finished, failed, interrupted. The window then drops its buffer for it. */
  'message.committed': { message: Message; activeLeaf: string | null }
  /** With everything below it. */
  'message.deleted': { conversation: string; message: string; activeLeaf: string | null }
  /** Deleted messages are back: the conversation is to be fetched again. */
  'messages.restored': { conversation: string }
  /** Reading the prompt. done and total count tokens; rebuilding is true while an earlier part is read again. */
  'answer.progress': {
    conversation: string
    answer: string
    done: number
    total: number
    rebuilding: boolean
  }
  /** Text to append. sequence counts from 0 without gaps for one run of one answer; after a gap fetch the message. */
  'answer.delta': { conversation: string; answer: string; sequence: number; text: string }
  'queue.changed': { conversation: string; queue: QueuedMessage[] }
  /** States were kept or dropped; null: of any conversation. */
  'memory.changed': { conversation: string | null }
  /** Reading in the background; null: it has come to its end, or rests. */
  'memory.reading': { reading: MemoryReading | null }
  /** Something a person should know, not tied to a call: a snapshot was set aside, a database was repaired ... */
  notice: { code: string; detail: Readonly<Record<string, string | number | boolean>> }
}

export type EventName = keyof Events
export type EventMessage = { [N in EventName]: { name: N; payload: Events[N] } }[EventName]
export type Emit = <N extends EventName>(name: N, payload: Events[N]) => void
