// What a person keeps order with: folders and tags, hits of a search, what can be brought back, backups, figures of disk.
import { z } from 'zod'
import type { Conversation } from './entities.ts'
import { LIMITS } from './limits.ts'
import { searchPlaces } from './search-places.ts'

export interface Folder {
  id: string
  name: string
  /** Its conversations are shown in the list. */
  open: boolean
}

/** What one deletion took away, and how long it can still be undone. */
export interface Deletion {
  conversations: string[]
  remainingMs: number
}

/** What deleting one message took away. */
export interface MessageDeletion {
  conversation: Conversation
  /** Rows that are gone: the message and everything below it. */
  messages: number
  /** 0: it cannot be undone. */
  remainingMs: number
}

/** A message that was deleted, with everything below it, and can still come back. */
export interface DeletedBranch {
  conversation: string
  message: string
  messages: number
  remainingMs: number
}

/** Spaces at the ends and runs of spaces carry no meaning; a comma would part two tags where they are typed. */
export const tagSchema = z
  .string()
  .transform((text) => text.trim().replaceAll(/\s+/gu, ' '))
  .pipe(
    z
      .string()
      .min(1)
      .max(LIMITS.tagCharacters)
      .regex(/^[^,]+$/u),
  )

export const searchSchema = z.strictObject({
  query: z.string().max(LIMITS.searchCharacters),
  in: z.enum(searchPlaces),
  /** Of the message, or of the conversation's last change; milliseconds since 1970. */
  since: z.int().nullable(),
  until: z.int().nullable(),
  /** 'none': those that lie in no folder. */
  folder: z.union([z.uuid(), z.literal('none')]).nullable(),
  tag: z.string().max(LIMITS.tagCharacters).nullable(),
})
export type SearchQuery = z.infer<typeof searchSchema>

/** `marks` are [start, end) of what was looked for, in UTF-16 units of `text`. */
export interface Snippet {
  text: string
  marks: [start: number, end: number][]
}

export interface MessageHit {
  conversation: string
  title: string
  message: string
  role: 'user' | 'assistant'
  createdAt: number
  snippet: Snippet
}

export interface SearchResults {
  /** Conversations whose title has every word; last active first. */
  titles: { conversation: string; title: Snippet }[]
  /** Best first. */
  messages: MessageHit[]
  /** There are more messages with these words than were looked at. */
  more: boolean
}

export const exportFormats = ['markdown', 'json', 'html'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** A file that waits to be fetched by the browser; null where the system's dialog has taken it to its place. */
export interface ExportedFile {
  name: string
  bytes: number
  conversations: number
  download: string | null
  /** Documents of these chats that were too large to travel with them. */
  documentsLeft?: number
}

export interface ImportReport {
  source: 'roost' | 'chatgpt'
  conversations: string[]
  messages: number
  /** Parts that Roost does not keep: pictures, tools, empty conversations. */
  leftOut: number
  /** That came along with the chats. */
  documents?: number
}

export interface Backup {
  id: string
  createdAt: number
  bytes: number
  /** Of the database's schema. */
  version: number
  conversations: number
  messages: number
}

export interface DiskUsage {
  databaseBytes: number
  states: { count: number; bytes: number }
  backups: { count: number; bytes: number }
  /** Databases that were damaged or replaced. */
  setAside: { count: number; bytes: number }
  /** On the disk of the data folder. */
  freeBytes: number
}
