// What the documents of the evaluation are made of. A family is a kind of document: its text with slots, and what is asked
// about it. Each family belongs to one half: nothing of a held-out family, no sentence, question or list, is used where
// settings are chosen.

export type Language = 'en' | 'zh'
export type Half = 'tuning' | 'held'

/**
 * A slot is drawn once for each document:
 *   'each: a | b'    another one for each document of the family
 *   'of: a | b'      any of them
 *   'code: AB-##A'   # a digit, A a capital letter, everything else as it is
 *   'number: 4..90'  with a step as 'number: 10..90/5'
 *   'person' 'place' 'date' 'time'
 */
export type Slots = Readonly<Record<string, string>>

export type QuestionKind = 'fact' | 'term' | 'paraphrase' | 'follow-up'

export interface QuestionForm {
  readonly kind: QuestionKind
  /** Key of a marked sentence: the passage that holds the answer holds it. */
  readonly about: string
  readonly text: string
  /** What was said before, for a follow-up. */
  readonly before?: readonly [question: string, answer: string]
}

export interface Family {
  readonly name: string
  readonly half: Half
  readonly language: Language
  readonly kind: 'markdown' | 'text' | 'csv' | 'html' | 'code'
  /** Of the file, with slots. */
  readonly file: string
  readonly slots: Slots
  /** «key|sentence» marks what is asked about. */
  readonly text: string
  readonly questions: readonly QuestionForm[]
  /** Questions that the document does not answer, nor any other. */
  readonly unanswerable: readonly string[]
}

/** A text that was written as a whole. Its own answers are quotes from it. */
export interface WrittenDocument {
  readonly file: string
  readonly half: Half
  readonly language: Language
  readonly kind: 'markdown' | 'text'
  readonly text: string
  readonly questions: readonly WrittenQuestion[]
  readonly unanswerable: readonly string[]
}

export interface WrittenQuestion {
  readonly kind: QuestionKind
  readonly text: string
  /** As it stands in the text, or the beginning of the sentence that answers. */
  readonly quote: string
  readonly before?: readonly [question: string, answer: string]
}

const asked =
  (kind: QuestionKind) =>
  (text: string, quote: string, before?: WrittenQuestion['before']): WrittenQuestion =>
    before === undefined ? { kind, text, quote } : { kind, text, quote, before }

export const fact = asked('fact')
export const paraphrase = asked('paraphrase')
export const followUp = asked('follow-up')
