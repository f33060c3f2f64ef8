// The engine as services see it. Implemented by addon-engine.ts (the native addon), and fake-engine.ts in tests.
import type { Sampling } from '../contract/entities.ts'

export interface ModelDescription {
  generation: string // "4", "5.0", "5.1", "5.2", "6", "7"
  format: string
  layers: number
  width: number
  ffn: number
  heads: number
  headSize: number
  vocabulary: number
  parameters: number
  fileBytes: number
  stateBytes: number
  fingerprint: string
  tokenizer: string
  title: string
  basename: string
  trainingContext: number | null
}

export interface LoadOptions {
  threads: number | null
  /** Folders where the World vocabulary may lie, in order. */
  vocabularyFolders: readonly string[]
  onProgress?: (fraction: number) => void
  signal?: AbortSignal
}

export interface GenerateOptions {
  /** Fed first; may be empty when the session already holds logits. */
  tokens: Uint32Array
  maximumTokens: number
  sampling: Sampling
  stop: readonly string[]
  signal?: AbortSignal
  onPrefill?: (done: number, total: number) => void
  /** Whole UTF-8 text, in batches: at most one call per frame (about 16 ms), never per token. `tokens` are the ids
   *  fed since the last call; what they say may be ahead of `text`, which is held back at a possible stop text. */
  onText?: (text: string, tokens: Uint32Array) => void
}

export interface GenerateResult {
  reason: 'stop_text' | 'end_token' | 'max_tokens' | 'cancelled'
  text: string
  /** Text that the last fed token carries beyond `text` (the beginning of a stop text). */
  tail: string
  /** Generated and fed: the session's state stands exactly behind them. */
  tokens: Uint32Array
  seed: number
  resumedTokens: number
  promptTokensProcessed: number
  prefillSeconds: number
  decodeSeconds: number
  firstTokenSeconds: number
}

/** One timeline. Every method rejects with RoostError('closed') after close() of it or of its model. */
export interface EngineSession {
  readonly tokenCount: number
  /** Rejects with RoostError; an abort is not an error: the result's reason is then 'cancelled'. */
  generate(options: GenerateOptions): Promise<GenerateResult>
  fork(): Promise<EngineSession>
  /** Copied into a buffer that JavaScript owns. */
  snapshot(): Promise<Uint8Array>
  restore(snapshot: Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface LoadedModel {
  readonly description: ModelDescription
  readonly device: string
  readonly isa: string
  readonly threads: number
  readonly weightBytes: number
  /** Hex; two models with equal fingerprints read text as the same tokens. */
  readonly tokenizerFingerprint: string
  tokenize(text: string): Promise<Uint32Array>
  /** Ids that are not whole UTF-8 text give U+FFFD. */
  detokenize(ids: Uint32Array): Promise<string>
  openSession(): Promise<EngineSession>
  /** Cancels what is generating and frees the weights. Safe at any moment, twice too. */
  close(): Promise<void>
}

export interface Engine {
  /** Parses and checks the file in a process of its own the first time; computes nothing. */
  inspect(path: string): Promise<ModelDescription>
  load(path: string, options: LoadOptions): Promise<LoadedModel>
}
