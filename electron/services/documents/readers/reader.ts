// What every reader is given, and what it hands out: blocks in the order of the text.
import { RoostError } from '../../../contract/errors.ts'
import type { ErrorDetail } from '../../../contract/errors.ts'
import type { ParsingLimit } from '../parsing-limits.ts'

export type Block =
  /** level from 1. */
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'item' | 'row' | 'code'; readonly text: string }
  /** A heading that stands in the text itself, as the name of a function does. */
  | { readonly kind: 'section'; readonly level: number; readonly title: string }
  /** Begins here; from 1. */
  | { readonly kind: 'page'; readonly page: number }

export interface ReaderInput {
  /** Open for reading; the caller closes it. */
  readonly file: number
  readonly bytes: number
  /** For its extension only. */
  readonly name: string
  /** Errors: document_too_large. */
  readonly add: (block: Block) => void
  readonly remark: (code: RemarkCode, detail?: ErrorDetail) => void
  /** 0 to 1. */
  readonly progress: (fraction: number) => void
}

export type RemarkCode =
  | 'pages_without_text'
  | 'kind_by_content'
  | 'encoding_guessed'
  | 'characters_replaced'
  | 'characters_dropped'
  | 'outside_parts_ignored'

/** Pages or chapters, null: the kind has none. */
export type Reader = (input: ReaderInput) => Promise<{ readonly pages: number | null }>

export function damaged(reason: string, cause?: unknown): RoostError {
  return new RoostError('document_damaged', { reason }, { cause })
}

export function unsupported(reason: string): RoostError {
  return new RoostError('document_unsupported', { reason })
}

export function encrypted(reason: string): RoostError {
  return new RoostError('document_encrypted', { reason })
}

export function tooLarge(limit: ParsingLimit, most: number, reason: string): RoostError {
  return new RoostError('document_too_large', { limit, most, reason })
}
