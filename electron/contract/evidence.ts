// What an answer rests on: the sources of a chat, the passages that were read for an answer, and its citations, checked
// against them.
import { z } from 'zod'
import type { RetrievalStage } from './document-entities.ts'
import { idSchema } from './entities.ts'
import { LIMITS } from './limits.ts'
import { sourceUses } from './source-use.ts'
import type { SourceUse } from './source-use.ts'

export { sourceUses }
export type { SourceUse }

export const sourceSchema = z.union([
  z.strictObject({ document: idSchema, use: z.enum(sourceUses) }),
  z.strictObject({ collection: idSchema, use: z.literal('search') }),
])
export type Source = z.infer<typeof sourceSchema>

export const conversationSourcesSchema = z.strictObject({
  sources: z.array(sourceSchema).max(LIMITS.sourcesOfChat),
  /** "Answer only from documents". */
  strict: z.boolean(),
})
export type ConversationSources = z.infer<typeof conversationSourcesSchema>

/** A passage that the model was shown. The text is kept here: the document may change or go. */
export interface EvidencePassage {
  /** Assigned by code, from 1; what a citation names. */
  number: number
  document: string
  documentName: string
  start: number
  end: number
  /** As it stands in the document, of [start, end). */
  text: string
  page: number | null
  headings: string[]
  score: number
  cited: boolean
}

/** One citation in the text of an answer. */
export interface Citation {
  /** Of the mark itself, as "[2]": UTF-16 units of the answer's text. */
  start: number
  end: number
  number: number
  /** dangling: there is no such passage; the window shows a mark that says so, and no link. */
  state: 'verified' | 'dangling'
  /** What of the passage the sentence rests on: offsets into the document's text; null: the passage as a whole. */
  quote: { start: number; end: number; text: string; exact: boolean } | null
}

/** reading: the state of a document that was read whole. passages: what was found. both. none: answered without. */
export type EvidenceMode = 'reading' | 'passages' | 'both' | 'none'

export interface Evidence {
  /** The answer it belongs to. */
  message: string
  mode: EvidenceMode
  strict: boolean
  /** The sources of the chat when this was asked, those for one question included. */
  sources: { document: string | null; collection: string | null; name: string; use: SourceUse }[]
  /** Documents that were read whole and asked: one stands before the chat; of several each is asked from its own state. */
  read: { document: string; documentName: string; tokens: number }[]
  /**
   * What each of several documents said to the question when it was asked by itself, but for those that said nothing. Words
   * of a model: they are checked by the passages that were found with them, and never cited.
   */
  notes?: { document: string; documentName: string; text: string }[]
  passages: EvidencePassage[]
  citations: Citation[]
  /** What was looked for, where it is another text than the question. */
  searchedFor: string | null
  stages: RetrievalStage[]
  /** model: it said that the documents do not say it. code: nothing was found that could carry an answer. */
  refused: 'model' | 'code' | null
  /** The answer is a sentence of a passage, to the letter and put there by code: the model's own words did not hold. */
  quoted?: boolean
}
