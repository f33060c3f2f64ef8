// What the window holds of documents, of the sources of chats and of what answers rest on; the slices that implement it
// are documents-slice.ts and sources-slice.ts.
import type {
  Collection,
  Document,
  DocumentText,
  OutlineEntry,
  Passage,
  RetrievalReport,
} from '../../electron/contract/document-entities.ts'
import type { ConversationSources, Evidence, Source, SourceUse } from '../../electron/contract/evidence.ts'
import type { ErrorDetail } from '../../electron/contract/errors.ts'

/** Where files go: into the library, or to a chat as its sources; conversation null: the open chat, or a new one. */
export type Destination =
  | { readonly kind: 'library'; readonly collection: string | null }
  | { readonly kind: 'chat'; readonly conversation: string | null; readonly use: SourceUse }

/** A file that is being handed to the host and has no row yet. */
export interface Incoming {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly to: Destination
  /** null: on its way. */
  readonly problem: { readonly code: string; readonly detail: ErrorDetail } | null
}

/** What is listed on the page: everything, what lies in no collection, or one collection. */
export type DocumentsScope =
  { readonly kind: 'all' } | { readonly kind: 'loose' } | { readonly kind: 'collection'; readonly id: string }

export interface DocumentsSlice {
  /** By id, in the order of the host; null until first fetched. */
  documents: ReadonlyMap<string, Document> | null
  collections: readonly Collection[]
  incoming: readonly Incoming[]
  openDocuments(): Promise<void>
  applyDocument(document: Document): void
  applyDocuments(collections: readonly Collection[], documents: readonly Document[]): void
  /** null: through the system's dialog. */
  addFiles(files: readonly File[] | null, to: Destination): Promise<void>
  dismissIncoming(id: string): void
  retryDocument(document: string): Promise<void>
  removeDocuments(documents: readonly string[]): Promise<void>
  moveDocuments(documents: readonly string[], collection: string | null): Promise<void>
  renameDocument(document: string, name: string): Promise<void>
  readDocument(document: string): Promise<void>
  pauseReading(document: string): Promise<void>
  forgetReading(document: string): Promise<void>
  /** The id of the new collection; null when it was not made. */
  createCollection(name: string): Promise<string | null>
  renameCollection(collection: string, name: string): Promise<void>
  removeCollection(collection: string, documents: 'remove' | 'keep'): Promise<void>
  /** Opens the system's folder dialog where there is one, otherwise the window's own. */
  chooseWatchedFolder(collection: string): Promise<void>
  /** A folder of files.browse. False: it is not followed, and the reason stands at 'browser'. */
  watchFolder(collection: string, folder: string): Promise<boolean>
  unwatchFolder(collection: string): Promise<void>
  /** null: it went wrong, and the reason stands at 'documentSearch'. */
  searchDocuments(question: string, scope: DocumentsScope, rerank: boolean): Promise<RetrievalReport | null>
  /** null: it can't be had; the document is gone, or the host. So for the next three. */
  readText(document: string, start: number, end: number): Promise<DocumentText | null>
  readOutline(document: string): Promise<readonly OutlineEntry[] | null>
  readPassages(document: string, from: number): Promise<readonly Passage[] | null>
  /** A piece of the original file, and how many bytes the whole has. */
  readPart(document: string, offset: number): Promise<{ bytes: Uint8Array; total: number } | null>
}

/** A paste that became an attachment and can still be taken back. */
export interface Pasted {
  readonly conversation: string
  readonly document: string
  readonly text: string
  /** Where in the draft it would have gone. */
  readonly at: number
}

export interface SourcesSlice {
  /** By conversation; of those that were opened. */
  sources: Readonly<Record<string, ConversationSources>>
  /** By answer; of the conversations that were opened. */
  evidence: Readonly<Record<string, Evidence>>
  pasted: Pasted | null
  openSources(conversation: string): Promise<void>
  applySources(conversation: string, sources: ConversationSources): void
  applyEvidence(evidence: Evidence): void
  /** conversation null: the open chat, or a new one. What is a source already gets the new use. */
  addSources(conversation: string | null, sources: readonly Source[]): Promise<void>
  removeSource(conversation: string, source: Source): Promise<void>
  setStrict(conversation: string | null, strict: boolean): Promise<void>
  /** A text that was pasted into the draft of the open chat at this place. */
  attachText(name: string, text: string, at: number): Promise<void>
  /** Back into the draft. */
  undoPaste(): Promise<void>
  keepPaste(): void
}
