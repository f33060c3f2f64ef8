// Documents as the window shows them: files that were read into text, where they lie, what was found in them. Offsets are
// UTF-16 units into the stored plain text of a document, [start, end).
import type { ErrorDetail } from './errors.ts'

export type DocumentKind = 'pdf' | 'docx' | 'html' | 'markdown' | 'epub' | 'csv' | 'text' | 'code'

/** A group of documents that is searched as one. */
export interface Collection {
  id: string
  name: string
  /** For people: a path, shortened by the home folder; null: no folder is watched. */
  watched: string | null
  /** False: the watched folder is not there now; its documents stay. */
  watchedPresent: boolean
  documents: number
}

/**
 * waiting: its turn will come. parsing: a worker reads the file. indexing: passages are being made. ready: can be
 * searched and read. failed: `error` says why; "Retry" begins again.
 */
export type DocumentStatus = 'waiting' | 'parsing' | 'indexing' | 'ready' | 'failed'

/** What reading this document into a state has come to; of the model that is loaded. */
export interface DocumentReading {
  /**
   * none: not begun. waiting: behind another one, or until a model is loaded. reading. paused: by the person. done: a
   * question costs only itself. failed: `error`.
   */
  phase: 'none' | 'waiting' | 'reading' | 'paused' | 'done' | 'failed'
  doneTokens: number
  /** null: not counted yet. */
  totalTokens: number | null
  secondsLeft: number | null
  /** Title of the model whose state it is; null where phase is 'none'. */
  model: string | null
  /** Of the kept states. */
  bytes: number
  error: { code: string; detail?: ErrorDetail } | null
}

export interface Document {
  id: string
  /** null: in no collection, as what was given to one chat. */
  collection: string | null
  name: string
  kind: DocumentKind
  /** Of the file. */
  bytes: number
  /** file: added by hand. pasted: a long text from the composer. watched: found in the watched folder of its collection. */
  origin: 'file' | 'pasted' | 'watched'
  status: DocumentStatus
  /** Of parsing, 0 to 1; null: not known or not running. */
  fraction: number | null
  error: { code: string; detail?: ErrorDetail } | null
  /** What reading left out or could not decide: codes with words in the window. */
  remarks: { code: string; detail?: ErrorDetail }[]
  /** null: the kind has no pages. */
  pages: number | null
  /** Length of the stored text. */
  characters: number
  passages: number
  createdAt: number
  /** Grows with every committed change. */
  revision: number
  reading: DocumentReading
}

/** A stretch of a document as the index keeps it. */
export interface Passage {
  id: number
  document: string
  documentName: string
  /** Place among the passages of its document, from 0. */
  ordinal: number
  start: number
  end: number
  text: string
  /** From 1; null: no pages. */
  page: number | null
  /** Headings above it, outermost first. */
  headings: string[]
}

/** A heading or a page, where it begins. */
export interface OutlineEntry {
  start: number
  /** 1: outermost; 0: a page. */
  level: number
  title: string
  page: number | null
}

/** A piece of the stored text, for reading and for the surroundings of a citation. */
export interface DocumentText {
  start: number
  end: number
  text: string
  /** Of the whole text. */
  characters: number
}

/** One stage of looking for passages, for the bench. `skipped`: why it did not take place. */
export interface RetrievalStage {
  name: 'words' | 'likelihood'
  milliseconds: number
  candidates: number
  skipped: 'no_model' | 'out_of_time' | 'too_few' | 'switched_off' | null
}

export interface RankedPassage extends Passage {
  /** Larger is better; comparable within one answer only. */
  score: number
  /** From the words alone; null: not found by words. */
  wordRank: number | null
  /** Mean log likelihood of a token of the question behind this passage; null: not computed. */
  likelihood: number | null
}

export interface RetrievalReport {
  /** As it was asked for, after what was before it in the chat was filled in. */
  question: string
  passages: RankedPassage[]
  stages: RetrievalStage[]
  /** Passages that were searched. */
  searched: number
}

export interface DocumentLibrary {
  collections: Collection[]
  documents: Document[]
}
