// What the chat needs of documents, and nothing more: services/documents fulfils it. A turn may be given to the model in
// other words than the person's, with passages; what the answer rests on is kept beside it.
import type { Evidence } from '../../contract/evidence.ts'
import type { OutlineEntry } from '../../contract/document-entities.ts'
import type { KeptEvidence, NewPassage } from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { OpeningDocument } from './opening.ts'

export interface TurnQuestion {
  readonly conversation: string
  readonly question: string
  /** The turn before it on the path, for questions that lean on it; null: there is none. `message`: its answer. */
  readonly previous: { readonly question: string; readonly answer: string; readonly message?: string } | null
  readonly model: ActiveModel
  /** Other answers to this question: what was given along with it once holds for a new answer, too. */
  readonly siblings: readonly string[]
}

export interface PreparedTurn {
  /** What the model reads in place of the question; null: the question itself. */
  readonly turn: string | null
  /** The whole answer, decided without the model; null: the model answers. */
  readonly refusal: string | null
  /** Words are shown only after they were checked. */
  readonly held: boolean
  /** Before the answer: no citations. */
  readonly evidence: Evidence
  /** Checks what was written. `from`: where the answer begins, behind a thought. */
  conclude(
    text: string,
    from: number,
  ): {
    readonly evidence: Evidence
    /** To be said instead; null: it may stand. */
    readonly replacement: string | null
  }
}

export interface DocumentAnswers {
  /** null: the chat has no sources. Errors: those of storage and of the engine; cancelled. */
  prepare(question: TurnQuestion, signal: AbortSignal): Promise<PreparedTurn | null>
  /** For an answer that is continued. */
  resume(kept: KeptEvidence): PreparedTurn
  /** What the loaded model has read whole on behalf of this chat, in the order of its sources. */
  documentsRead(conversation: string): Promise<OpeningDocument[]>
}

/** A document that comes with a chat from elsewhere. */
export interface ArrivingDocument {
  readonly id: string
  readonly name: string
  readonly text: string
  /** As it was cut there; null: it is read and cut here. */
  readonly passages: readonly NewPassage[] | null
  readonly outline: readonly OutlineEntry[]
}

/** Documents as the chat room knows them: it answers from them, and their reading makes way for it. */
export interface DocumentRoom extends DocumentAnswers {
  /** An answer is wanted: the engine is free at once. */
  yieldToChat(): void
  resumeReading(): void
  /** A person is writing. */
  attend(): void
  modelReady(): void
  /** A text that came with a chat from elsewhere becomes a document. Errors: those of adding one. */
  attach(document: ArrivingDocument): Promise<void>
  /** Documents that came with a chat which did not arrive. */
  detach(documents: readonly string[]): Promise<void>
  /** Before the weights go. */
  release(): Promise<void>
  close(): Promise<void>
}

export type PrepareTurn = (signal: AbortSignal) => Promise<PreparedTurn | null>

/** One preparation for all answers of a turn. */
export function once(prepare: PrepareTurn): PrepareTurn {
  let prepared: Promise<PreparedTurn | null> | null = null
  return (signal) => (prepared ??= prepare(signal))
}
