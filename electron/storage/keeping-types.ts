// The part of Storage that keeps order: folders, deletion with a way back, search, import, disk space.
import type { Conversation, ConversationSummary, Message } from '../contract/entities.ts'
import type { ConversationSources } from '../contract/evidence.ts'
import type { Folder, SearchQuery, SearchResults } from '../contract/keeping.ts'
import type { KeptEvidence } from './evidence-storage.ts'

export interface Organising {
  readonly conversations: readonly string[]
  readonly pinned?: boolean | undefined
  /** null: out of any folder. */
  readonly folder?: string | null | undefined
  readonly addTags?: readonly string[] | undefined
  readonly removeTags?: readonly string[] | undefined
}

export interface DeletedBatch {
  readonly conversations: readonly string[]
  readonly deletedAt: number
}

export interface MarkedConversations {
  /** Those that were there. */
  readonly conversations: string[]
  /** False: the disk was too full to keep them for a while. */
  readonly undoable: boolean
}

export interface DeletedMessages {
  readonly conversation: Conversation
  /** Parents before children. */
  readonly deleted: readonly string[]
  /** False: the disk was too full to keep them for a while. */
  readonly undoable: boolean
}

/** Messages that were deleted with everything below them, and can still come back. */
export interface StoredBranch {
  readonly conversation: string
  /** The one that was deleted. */
  readonly message: string
  /** How many rows, itself included. */
  readonly messages: number
  readonly deletedAt: number
}

export interface FoundMessages extends SearchResults {
  /** The full-text index could not be read; the texts themselves were searched. */
  readonly indexDamaged: boolean
}

export type ArrivingMessage = Pick<
  Message,
  'id' | 'parent' | 'role' | 'text' | 'createdAt' | 'model' | 'figures' | 'error'
> & {
  readonly state: Exclude<Message['state'], 'generating'>
  /** Of an answer that rests on documents. */
  readonly evidence?: KeptEvidence
}

/** Parents before children; every parent and the active leaf are among the messages. */
export interface ArrivingConversation {
  readonly id: string
  readonly title: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly pinned: boolean
  /** By name; made when there is none. */
  readonly folder: string | null
  readonly tags: readonly string[]
  readonly systemPrompt: string
  readonly draft: string
  readonly activeLeaf: string | null
  readonly messages: readonly ArrivingMessage[]
  /** What it may look into. */
  readonly sources?: ConversationSources
}

export interface StoredBackup {
  /** Of the file in the folder of backups. */
  readonly name: string
  readonly createdAt: number
  readonly bytes: number
  readonly version: number
  readonly conversations: number
  readonly messages: number
}

export interface SpaceInside {
  readonly pages: number
  readonly freePages: number
  readonly pageBytes: number
}

export interface KeepingReader {
  listFolders(): Promise<Folder[]>
  /** Newest first. */
  deletedBatches(): Promise<DeletedBatch[]>
  /** Newest first. */
  deletedBranches(): Promise<StoredBranch[]>
  searchMessages(query: SearchQuery): Promise<FoundMessages>
  spaceInside(): Promise<SpaceInside>
}

export interface KeepingWriter {
  createFolder(id: string, name: string): Promise<Folder>
  changeFolder(
    id: string,
    change: { readonly name?: string | undefined; readonly open?: boolean | undefined },
  ): Promise<Folder>
  /** Returns the conversations that lay in it. */
  deleteFolder(id: string): Promise<string[]>
  /** Conversations that are not there any more are left out of what comes back. */
  organise(change: Organising): Promise<ConversationSummary[]>
  /** null: it was read already. */
  markRead(id: string): Promise<ConversationSummary | null>
  /** Out of sight, whole until purge(). */
  deleteConversations(ids: readonly string[], now: number): Promise<MarkedConversations>
  restoreConversations(ids: readonly string[]): Promise<ConversationSummary[]>
  /** With everything below it; out of sight, whole until purge(). */
  deleteMessages(conversation: string, message: string, now: number): Promise<DeletedMessages>
  /** `message`: the one that was deleted. Shows again what was shown there. Errors: not_found. */
  restoreMessages(conversation: string, message: string): Promise<Conversation>
  /** For good: what was deleted up to `until`, and, asked for, what never arrived. Returns the number. */
  purge(until: number, arriving: boolean): Promise<number>
  /** Out of sight until admit(). Ids that are taken are replaced by new ones; returns those of the conversations. */
  addArriving(conversations: readonly ArrivingConversation[]): Promise<string[]>
  /** All that arrived becomes visible at once. */
  admit(ids: readonly string[]): Promise<ConversationSummary[]>
  /** Drops every state but the newest of each conversation; returns their messages. */
  dropOlderStates(): Promise<string[]>
}
