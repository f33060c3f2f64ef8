// Documents as services see them in storage. Offsets are UTF-16 units of the plain text of a document, [start, end).
import type { DocumentKind, DocumentText, OutlineEntry, Passage } from '../contract/document-entities.ts'
import type { ErrorDetail, ErrorValue } from '../contract/errors.ts'

export interface KeptCollection {
  readonly id: string
  readonly name: string
  /** Absolute; null: no folder is watched. */
  readonly watchedPath: string | null
  readonly createdAt: number
}

export interface KeptDocument {
  readonly id: string
  readonly collection: string | null
  readonly name: string
  readonly kind: DocumentKind
  readonly bytes: number
  /** Of the file; null: not read whole yet. */
  readonly sha256: string | null
  readonly origin: 'file' | 'pasted' | 'watched'
  /** Where a watched file lies; null for the others. */
  readonly sourcePath: string | null
  readonly sourceModified: number | null
  readonly status: 'waiting' | 'ready' | 'failed'
  readonly error: ErrorValue | null
  readonly remarks: readonly { code: string; detail?: ErrorDetail }[]
  readonly pages: number | null
  readonly characters: number
  readonly passages: number
  readonly createdAt: number
  readonly revision: number
}

export type DocumentChange = Partial<Omit<KeptDocument, 'id' | 'createdAt' | 'revision' | 'origin'>>

export interface NewPassage {
  readonly ordinal: number
  readonly start: number
  readonly end: number
  readonly page: number | null
  readonly headings: readonly string[]
  /** From `start` to the start of the next passage. */
  readonly text: string
}

export interface PassageQuery {
  readonly question: string
  /** Its own words, where `question` holds others that were carried over from the turn before. */
  readonly asked?: string
  /** null: everything. Both empty: nothing. */
  readonly scope: { readonly collections: readonly string[]; readonly documents: readonly string[] } | null
  readonly limit: number
}

export interface FoundPassage extends Passage {
  /** Larger is better; comparable within one answer only. */
  readonly score: number
  /** Share of the question's terms, weighted by their rarity, that stand in it: 0 to 1. */
  readonly coverage: number
}

/** Offsets are those of the document. */
export interface FoundSentence {
  /** Its id. */
  readonly passage: number
  readonly start: number
  readonly end: number
  readonly text: string
  /** Share of what is asked about the topic that stands in it, 0 to 1. */
  readonly aspect: number
  /** Share of the topic that stands in it and around it, 0 to 1. */
  readonly topic: number
}

export interface FoundPassages {
  /** Best first. */
  readonly passages: FoundPassage[]
  /** The one that says most of what is asked, of the first passages; null: none. */
  readonly sentence: FoundSentence | null
  /** Passages in the scope. */
  readonly searched: number
  /** The index could not be read: nothing was found by it. */
  readonly indexDamaged: boolean
}

/** Mixed into StorageReader and StorageWriter. */
export interface DocumentsReader {
  /** In the order they were made. */
  collections(): Promise<KeptCollection[]>
  documents(): Promise<KeptDocument[]>
  document(id: string): Promise<KeptDocument | null>
  documentOutline(id: string): Promise<OutlineEntry[]>
  /** What there is of [start, end). Errors: not_found. */
  documentText(id: string, start: number, end: number): Promise<DocumentText>
  /** In the order of the text, from an ordinal on. */
  passagesOf(document: string, from: number, limit: number): Promise<Passage[]>
  /** Those that exist, in the order asked for. */
  passagesById(ids: readonly number[]): Promise<Passage[]>
  /** Only documents that are ready. */
  searchPassages(query: PassageQuery): Promise<FoundPassages>
  /** Documents that are ready and lack rows in the index, as after a backup was restored. */
  documentsToIndex(): Promise<string[]>
}

export interface DocumentsWriter {
  putCollection(collection: KeptCollection): Promise<void>
  /** Its documents then are in none. */
  removeCollection(id: string): Promise<void>
  addDocuments(documents: readonly KeptDocument[]): Promise<void>
  /** Errors: not_found. */
  changeDocument(id: string, change: DocumentChange): Promise<KeptDocument>
  /** At most `most` passages of it, the last ones first; then its outline. Returns what is left. The document must not
   *  be ready. */
  dropDocumentText(id: string, most: number): Promise<number>
  /** Behind those that are there. The document must not be ready. */
  addPassages(document: string, passages: readonly NewPassage[]): Promise<void>
  /** The last step of importing: from here on it is found. */
  finishDocument(id: string, change: DocumentChange, outline: readonly OutlineEntry[]): Promise<KeptDocument>
  /** The row, and what is left of the rest. */
  removeDocument(id: string): Promise<void>
  /** Makes rows of the index anew from an ordinal on; returns the ordinal to go on with, null: all done. */
  indexPassages(document: string, from: number, most: number): Promise<number | null>
}
