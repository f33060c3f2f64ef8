// The part of Storage that is about answers from documents: sources of chats, evidence of answers, readings.
import type { ErrorValue } from '../contract/errors.ts'
import type { ConversationSources, Evidence } from '../contract/evidence.ts'

/** What an answer rests on, as it is kept. */
export interface KeptEvidence {
  /** What the model was given in place of the plain question; null: the question itself. */
  readonly turn: string | null
  readonly evidence: Evidence
}

/** How far a document was read by a model. Without a kept state nothing of it was read. */
export interface KeptReading {
  readonly document: string
  /** Of the weights. */
  readonly fingerprint: string
  /** Names text and form: a state is continued only where both are the same. */
  readonly system: string
  /** Title of the model. */
  readonly model: string
  /** By the person. */
  readonly paused: boolean
  readonly doneTokens: number
  /** null: not counted yet. */
  readonly totalTokens: number | null
  /** Of the kept states. */
  readonly bytes: number
  readonly error: ErrorValue | null
}

export type NewReading = Omit<KeptReading, 'doneTokens' | 'bytes'>

export interface NewReadingState {
  readonly document: string
  readonly fingerprint: string
  readonly system: string
  /** From the beginning of the document's tokens. */
  readonly tokens: number
  /** Given away: the buffer is transferred. */
  readonly bytes: Uint8Array
  readonly now: number
}

export interface EvidenceReader {
  /** Nothing where there is no conversation. Documents and collections that are gone are left out. */
  sources(conversation: string): Promise<ConversationSources>
  /** null: the answer was given without documents. */
  evidence(message: string): Promise<KeptEvidence | null>
  /** Of all answers of a conversation that have one. */
  evidenceOf(conversation: string): Promise<Evidence[]>
  /** All answers to a question, in their order. */
  answersOf(question: string): Promise<string[]>
  readings(): Promise<KeptReading[]>
  /** The furthest one that is kept of this text in this form; null: none. */
  readingState(
    document: string,
    fingerprint: string,
    system: string,
  ): Promise<{ tokens: number; bytes: Uint8Array } | null>
}

export interface EvidenceWriter {
  /** The conversation must exist. */
  setSources(conversation: string, sources: ConversationSources): Promise<void>
  /** Nothing when the message is gone meanwhile. */
  putEvidence(message: string, kept: KeptEvidence): Promise<void>
  /** One for each document and model. States of another text or form go. Nothing when the document is gone. */
  putReading(reading: NewReading): Promise<void>
  /** Takes the place of the earlier ones of this reading, in one transaction. */
  keepReadingState(state: NewReadingState): Promise<void>
  /** With its states; of every model. */
  dropReadings(document: string): Promise<void>
}
