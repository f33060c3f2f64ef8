// The exports of roost.node (native/addon/), and their only description. Every rejection is an Error whose `code` is one of
// native/include/roost/error_codes.def. addon-engine.ts wraps all of it; nothing else sees it.
import type {
  BenchFigures,
  BenchRequest,
  ConvertedType,
  ConvertReport,
  MachineReport,
  ModelDescription,
  SelfTestReport,
  TokenCandidate,
  TunedStateDescription,
} from './engine.ts'
import type { WeightFormat } from '../contract/library-entities.ts'

export interface NativeAddon {
  inspect(path: string): Promise<NativeModelInfo>
  /** cancel() may be called at any time; the promise then rejects with `cancelled`, unless the model was loaded already. */
  load(
    path: string,
    options: NativeLoadOptions,
    onProgress: NativeProgress | null,
  ): { readonly model: Promise<NativeModel>; cancel(): void }
  machine(): Promise<Omit<MachineReport, 'build'>>
  selfTest(isa: string, threads: number, device: string): Promise<SelfTestReport>
  measureBandwidth(threads: number, device: string): Promise<number>
  /** As load(). */
  convert(
    from: string,
    to: string,
    options: NativeConvertOptions,
    onProgress: NativeProgress | null,
  ): { readonly report: Promise<ConvertReport>; cancel(): void }
  /** Native objects that exist in this process, closed handles not counted. */
  live(): { models: number; sessions: number }
}

/** Numbers are whole and below 2^53; trainingContext is 0 where the file does not say. */
export type NativeModelInfo = Omit<ModelDescription, 'trainingContext'> & { trainingContext: number }

/** At most once per frame (16 ms). What it throws cancels the operation and becomes its rejection. */
export type NativeProgress = (done: number, total: number) => void

export interface NativeLoadOptions {
  threads: number // 0: as many as the machine has physical cores
  device: string // a kind of machine().devices
  isa: string // '': the best
  weights: WeightFormat
  vocabularyFolders: readonly string[]
}

export interface NativeConvertOptions {
  type: ConvertedType
  threads: number // 0: as many as the machine has physical cores
  vocabularyFolders: readonly string[]
}

/** Garbage collection without close() closes as well, later. */
export interface NativeModel {
  readonly facts: {
    readonly info: NativeModelInfo
    readonly device: string
    readonly isa: string
    readonly threads: number
    readonly weightBytes: number
    readonly bytesPerToken: number
    readonly tokenizerFingerprint: string
  }
  tokenize(text: string): Promise<Uint32Array>
  detokenize(ids: Uint32Array): Promise<string>
  /** cancel() may be called at any time; the promise then rejects with `cancelled`. */
  bench(
    request: BenchRequest,
    onProgress: NativeProgress | null,
  ): { readonly figures: Promise<BenchFigures>; cancel(): void }
  /** '': the zero state. */
  openSession(tunedState: string): Promise<NativeSession>
  inspectTunedState(path: string): Promise<TunedStateDescription>
  /** Sessions of the model are closed with it. The same promise every time. */
  close(): Promise<void>
}

export interface NativeGenerateRequest {
  tokens: Uint32Array
  maxTokens: number
  stop: readonly string[]
  temperature: number
  topP: number
  topK: number
  minP: number
  presence: number
  frequency: number
  penaltyDecay: number
  seed: number // 0: drawn by the engine
  scorePrompt: boolean
  alternatives: number // of each prompt token; only with scorePrompt
}

export interface NativeGenerateResult {
  reason: 'stop_text' | 'end_token' | 'max_tokens' | 'cancelled'
  /** Begins with all text that onText was given; the rest was held back at a possible stop text. */
  text: string
  tail: string
  tokens: Uint32Array
  seed: number
  resumedTokens: number
  promptTokensProcessed: number
  prefillSeconds: number
  decodeSeconds: number
  firstTokenSeconds: number
  /** Of the prompt tokens; empty unless they were scored. */
  promptLogprobs: Float32Array
  /** One list for each prompt token; empty unless asked for. */
  promptAlternatives: TokenCandidate[][]
}

/** One operation at a time: a second one rejects with `busy`. */
export interface NativeSession {
  /** The callbacks are called together, at most once per frame, and as NativeProgress says when they throw. */
  generate(
    request: NativeGenerateRequest,
    onPrefill: NativeProgress | null,
    onText: ((text: string, tokens: Uint32Array) => void) | null,
  ): Promise<NativeGenerateResult>
  /** Ends the running generation within one step; nothing otherwise. */
  cancel(): void
  distribution(count: number): Promise<TokenCandidate[]>
  fork(): Promise<NativeSession>
  snapshot(): Promise<Uint8Array>
  restore(snapshot: Uint8Array): Promise<void>
  /** '': the zero state. */
  restoreTunedState(path: string): Promise<void>
  close(): Promise<void>
  /** As of the last operation that has completed. */
  tokenCount(): number
  /** As of the last operation that has completed; '': the zero state. */
  tunedState(): string
}
