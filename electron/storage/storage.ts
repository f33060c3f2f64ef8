// Storage as services see it. Reads and writes are different types: a service that only shows things cannot write by
// accident. Every promise of a write settles after the commit; every method rejects with RoostError: disk_full,
// storage_unavailable, storage_damaged, not_found, closed.
import type {
  AnswerFigures,
  Conversation,
  ConversationSummary,
  Message,
  MessageState,
} from '../contract/entities.ts'
import type { ErrorValue } from '../contract/errors.ts'
import type { DocumentsReader, DocumentsWriter } from './document-storage.ts'
import type { DownloadsReader, DownloadsWriter } from './downloads.ts'
import type { EvidenceReader, EvidenceWriter, KeptEvidence } from './evidence-storage.ts'
import type { KeepingReader, KeepingWriter, StoredBackup } from './keeping-types.ts'
import type { MemoryReader, MemoryWriter } from './memory-storage.ts'
import type { TurnTokens } from './turn-tokens.ts'

export type * from './memory-storage.ts'
export type * from './document-storage.ts'
export type * from './evidence-storage.ts'

export type { KeptDownload } from './downloads.ts'
export type { TurnTokens }

/** One message on the way from the beginning of the conversation to a leaf. */
export interface PathMessage {
  readonly id: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** Of an answer: what the model was given in place of its question; null: the question itself. */
  readonly turn: string | null
  readonly state: MessageState
  readonly tokens: TurnTokens | null
  /** Characters at the beginning of the text that the model is not to remember. */
  readonly forgotten: number
}

/** The deepest message of a path whose state is kept for this model and system prompt. */
export interface ResumePoint {
  readonly message: string
  readonly bytes: Uint8Array
}

export interface KnownModel {
  readonly id: string
  readonly path: string
  readonly origin: 'starter' | 'local' | 'folder'
  readonly title: string
  /** ModelDescription as JSON; null before the file was first looked at. */
  readonly description: string | null
  readonly fileBytes: number
  /** Of the file, in milliseconds; together with the size it tells whether `description` still holds. */
  readonly modifiedAt: number
}

export interface BeginTurn {
  readonly conversation: string
  /** The message that the question answers; null: the question begins the conversation. */
  readonly parent: string | null
  readonly question: string
  /** null: the question exists already, only the answer row is new. */
  readonly text: string | null
  readonly answer: string
  /** More answers to the same question, in their order behind the first. */
  readonly alsoAnswers?: readonly string[]
  /** How every answer begins: written by the person, or handed to the model. */
  readonly beginning?: string
  /** The message of the queue that this turn is; it leaves the queue. */
  readonly queued?: string
  readonly model: string
  /** Given to the conversation when it has no title yet. */
  readonly title: string
  readonly now: number
}

export interface BegunTurn {
  /** False: both rows existed already, nothing was written. */
  readonly created: boolean
  readonly question: Message
  readonly answer: Message
  /** All of them, the first included. */
  readonly answers: readonly Message[]
  readonly conversation: ConversationSummary
}

export interface RunningAnswer {
  readonly answer: string
  readonly text: string
  readonly tokens: TurnTokens | null
}

export interface FinishedAnswer extends RunningAnswer {
  readonly state: MessageState
  readonly figures: AnswerFigures | null
  readonly error: ErrorValue | null
  readonly model: string
  readonly snapshot: { readonly bytes: Uint8Array; readonly fingerprint: string } | null
  /** What it rests on, checked; not given: no documents, or nothing new about them. */
  readonly evidence?: KeptEvidence | null
  readonly budgetBytes: number
  readonly now: number
}

export interface CommittedAnswer {
  readonly message: Message
  readonly activeLeaf: string | null
  readonly conversation: ConversationSummary
  /** Messages whose snapshot was dropped to keep the budget. */
  readonly evicted: readonly string[]
}

export interface StorageReader
  extends KeepingReader, MemoryReader, DownloadsReader, DocumentsReader, EvidenceReader {
  /** Last active first. */
  listConversations(): Promise<ConversationSummary[]>
  conversation(id: string): Promise<Conversation | null>
  conversationSummary(id: string): Promise<ConversationSummary | null>
  /** '' where there is none, or no conversation. */
  systemPrompt(conversation: string): Promise<string>
  message(id: string): Promise<Message | null>
  hasReplies(message: string): Promise<boolean>
  /** The message and everything below it. */
  subtree(message: string): Promise<string[]>
  /** From the first message to this one. */
  path(message: string): Promise<PathMessage[]>
  /** Looks from this message upward. */
  resumePoint(message: string, fingerprint: string, system: string): Promise<ResumePoint | null>
  settings(): Promise<Record<string, unknown>>
  models(): Promise<KnownModel[]>
}

export interface StorageWriter
  extends KeepingWriter, MemoryWriter, DownloadsWriter, DocumentsWriter, EvidenceWriter {
  createConversation(id: string, now: number): Promise<ConversationSummary>
  renameConversation(id: string, title: string): Promise<ConversationSummary>
  pinConversation(id: string, pinned: boolean): Promise<ConversationSummary>
  setDraft(id: string, draft: string): Promise<void>
  setSystemPrompt(id: string, systemPrompt: string): Promise<ConversationSummary>
  /** Shows the newest leaf below the message. */
  selectBranch(conversation: string, message: string): Promise<Conversation>
  /** One transaction: the conversation if it is new, the question, the answer as `generating`. */
  beginTurn(turn: BeginTurn): Promise<BegunTurn>
  /** The answer is `generating` again and keeps its text. */
  resumeAnswer(answer: string, model: string): Promise<CommittedAnswer>
  saveRunning(running: RunningAnswer): Promise<void>
  /** One transaction: the final row, its tokens, its snapshot. The snapshot's buffer is transferred. */
  finishAnswer(answer: FinishedAnswer): Promise<CommittedAnswer>
  dropSnapshot(message: string): Promise<void>
  /** Drops snapshots until they fit; returns their messages. */
  keepBudget(bytes: number): Promise<string[]>
  /** null removes the key. */
  setSettings(values: Readonly<Record<string, unknown>>): Promise<void>
  putModel(model: KnownModel): Promise<void>
  removeModel(id: string): Promise<void>
  rebuildSearchIndex(): Promise<void>
  /** Have the next start check every page before anything is read. */
  requestCheck(): Promise<void>
}

/** What happened while the database was opened, for the log and for the person. */
export interface OpeningReport {
  readonly created: boolean
  /** The version before migrating; null when nothing was migrated. */
  readonly migratedFrom: number | null
  /** The database was damaged and moved aside. */
  readonly setAside: {
    /** File name in the folder of databases set aside. */
    readonly file: string
    readonly source: 'salvaged' | 'backup' | 'nothing'
    readonly conversations: number
    readonly messages: number
  } | null
  /** A backup was to be restored; failed: it could not be read, nothing changed. */
  readonly restored: 'done' | 'failed' | null
  /** Answers that the last run left unfinished. */
  readonly interrupted: readonly string[]
  /** Too large to be checked at start after an unclean end; quickCheck() is still due. */
  readonly checkDue: boolean
  readonly backupDue: boolean
}

export interface Storage {
  readonly read: StorageReader
  readonly write: StorageWriter
  readonly opening: OpeningReport
  /** False: pages or indexes of the database are damaged. Reads the whole file, in a thread of its own. */
  quickCheck(): Promise<boolean>
  /** Writes a copy of all but the snapshots, in a thread of its own. */
  backUp(): Promise<void>
  /** Newest first. Reads each, in a thread of its own. */
  backups(): Promise<StoredBackup[]>
  /** The next opening sets the present database aside and begins with this backup. Errors: not_found. */
  requestRestore(name: string): Promise<void>
  /** Waits for what was asked, then lets go of the files. */
  close(): Promise<void>
}
