// The engine as services see it. Implemented by addon-engine.ts (the native addon), and fake-engine.ts in tests.
import type { Sampling } from '../contract/entities.ts'
import type { RoostError } from '../contract/errors.ts'
import type { WeightFormat } from '../contract/library-entities.ts'

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
  /** Of GGUF, as it stands there, at most 16 KiB of it; '' where the file holds none. Only for choosing our own. */
  chatTemplate: string
  trainingContext: number | null
  /** Bytes of the packed weights by how they are held: "file", "q8", "q4". Absent where the file was not asked for it. */
  weightMemory?: Readonly<Record<string, number>> | undefined
  /** What each number format of the file's matrices is held as: { Q6_K: 'q8' }. Absent as above. */
  heldAs?: Readonly<Record<string, string>> | undefined
  /** The file carries a tuned initial state, from which every conversation without one of its own begins. */
  tunedState?: boolean | undefined
}

/** A state-tuned initial state (.pth with time_state tensors). */
export interface TunedStateDescription {
  /** Hex; two files with equal numbers have the same. Names the state in snapshots. */
  fingerprint: string
  title: string
  layers: number
  heads: number
  headSize: number
  fileBytes: number
}

/** A token that may come next. */
export interface TokenCandidate {
  id: number
  /** Perhaps only part of a character; empty for the end mark (id 0). */
  bytes: Uint8Array
  /** Over the whole vocabulary, at temperature 1, before penalties and cuts: what the model itself says. */
  probability: number
}

export interface ScoredTokens {
  /** Natural logarithm of the probability that the model gave each token; one for each. */
  logprobs: Float32Array
  /** Of all of them. */
  sum: number
  /** What else could have stood in the place of each token, likeliest first; empty lists unless asked for. */
  alternatives: TokenCandidate[][]
}

export interface ScoreOptions {
  /** How many candidates for each place, at most 32. Default: 0. */
  alternatives?: number
  signal?: AbortSignal
}

export interface SessionOptions {
  /** Path of a tuned initial state to begin from; null: the zero state. Errors: those of inspectTunedState. */
  tunedState?: string | null
}

/** One way to compute, tried or not. */
export interface DeviceReport {
  /** "cpu", "cuda:0", "metal:0" ...; what LoadOptions.device takes. "cuda", "metal": there is none, see the reason. */
  kind: string
  usable: boolean
  name: string
  memoryBytes: number
  /** Why not, when it is not usable. */
  reason: string
  /** Its version: what was found out with one says nothing about another. Empty or absent: it has none, or does not tell. */
  driver?: string
}

/** One set of kernels for the processor. */
export interface InstructionSetReport {
  name: string // "avx512vnni" ... "scalar"
  usable: boolean
  reason: string
}

export interface MachineReport {
  physicalCores: number
  totalMemoryBytes: number
  /** Could be taken now without swapping; 0: not known. Of the moment of the call. */
  availableMemoryBytes: number
  devices: DeviceReport[]
  /** Best first; the last is "scalar", the reference, and always usable. */
  instructionSets: InstructionSetReport[]
  /** Changes with every build of the engine: what was found out about one build says nothing about another. */
  build: string
}

export interface SelfTestReport {
  device: string
  isa: string
  passed: boolean
  /** How many were compared. */
  kernels: number
  /** nmse: sum of squared errors over sum of squares of the reference. */
  failed: { kernel: string; shape: string; nmse: number; bound: number }[]
}

export interface BenchRequest {
  prompt: number // tokens read by each session
  gen: number // tokens written by each session
  batch: number // sessions at once
  repeat: number
}

/** Medians, and each run in its order; tokens of the whole batch. */
export interface BenchFigures {
  prefillTokensPerSecond: number
  decodeTokensPerSecond: number
  prefillRuns: number[]
  decodeRuns: number[]
  snapshotSaveMs: number
  snapshotRestoreMs: number
  snapshotBytes: number
}

export interface BenchOptions {
  onRun?: (done: number, total: number) => void
  signal?: AbortSignal
}

export interface LoadOptions {
  threads: number | null
  /** A kind of MachineReport.devices, "cuda" or "metal" for the one with most memory, or several with "+" between, over
   *  which the layers are split. Not given: the processor. */
  device?: string
  /** Called once, when the device of the loaded model is lost or has no memory for it any more: every session of it is of
   *  no use from then on. Called before the operation that found it rejects. */
  onDeviceFault?: (fault: RoostError) => void
  /** Of the processor: a name of MachineReport.instructionSets. Not given: the best. */
  isa?: string
  /** How the large matrices lie in memory, whatever the file holds. Not given: as stored. */
  weights?: WeightFormat
  /** Folders where vocabulary files may lie, in order: rwkv_vocab_v20230424.txt, 20B_tokenizer.json. */
  vocabularyFolders: readonly string[]
  onProgress?: (fraction: number) => void
  signal?: AbortSignal
}

export interface GenerateOptions {
  /** Fed first; may be empty when the session already holds logits. */
  tokens: Uint32Array
  /** 0: only reads; the state stands behind `tokens`. */
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
  /** Fingerprint of the tuned initial state that everything read so far stands on; null: the zero state. */
  readonly tunedState: string | null
  /** Sessions that generate at once share every pass over the weights: N answers cost far less than N times one.
   *  Rejects with RoostError; an abort is not an error: the result's reason is then 'cancelled'. */
  generate(options: GenerateOptions): Promise<GenerateResult>
  /** What may come after what was read, likeliest first, at most `count` (1 to 1000). Reads nothing.
   *  Errors: tokens_invalid where nothing was read yet. */
  distribution(count: number): Promise<TokenCandidate[]>
  /** Reads the tokens and says how likely each was; the session stands behind them afterwards. fork() first to keep it
   *  where it is. Sessions that score at once are read together. Errors: tokens_invalid for no tokens, and where nothing
   *  was read before them (the first would have no probability); cancelled. */
  score(tokens: Uint32Array, options?: ScoreOptions): Promise<ScoredTokens>
  /** A copy of the state: one copy in memory, no token is read. One after the other: `busy` while one is being made. */
  fork(): Promise<EngineSession>
  /** Copied into a buffer that JavaScript owns. */
  snapshot(): Promise<Uint8Array>
  /** Errors: snapshot_damaged; snapshot_mismatch for a snapshot of another model, or one that stands on another initial
   *  state than this session. */
  restore(snapshot: Uint8Array): Promise<void>
  /** Forgets what was read and begins from this tuned state; null: from the zero state. Errors: those of
   *  inspectTunedState. */
  restoreTunedState(path: string | null): Promise<void>
  close(): Promise<void>
}

export interface LoadedModel {
  readonly description: ModelDescription
  readonly device: string
  readonly isa: string
  readonly threads: number
  readonly weightBytes: number
  /** What writing one token reads from memory; 0: not known. */
  readonly bytesPerToken: number
  /** Hex; two models with equal fingerprints read text as the same tokens. */
  readonly tokenizerFingerprint: string
  tokenize(text: string): Promise<Uint32Array>
  /** Ids that are not whole UTF-8 text give U+FFFD. */
  detokenize(ids: Uint32Array): Promise<string>
  openSession(options?: SessionOptions): Promise<EngineSession>
  /** Whether this file could be begun from. Errors: snapshot_mismatch, with what the state is for and what this model is;
   *  not_a_model where it is no tuned state, and the others of inspect(). */
  inspectTunedState(path: string): Promise<TunedStateDescription>
  /** How fast it reads and writes here: the measurement of `roost-engine bench`. What generates meanwhile shares the passes
   *  and spoils the figures. */
  bench(request: BenchRequest, options?: BenchOptions): Promise<BenchFigures>
  /** Cancels what is generating and frees the weights. Safe at any moment, twice too. */
  close(): Promise<void>
}

/** Number formats of a whole file; those with a q are rounded (blocks of 32 numbers, 8 to 4 bits each). */
export type ConvertedType = 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q5_1' | 'q5_0' | 'q4_1' | 'q4_0'

export interface ConvertOptions {
  type: ConvertedType
  threads?: number | null
  /** As for load(): generation 6 and 7 carry their vocabulary in the new file. */
  vocabularyFolders: readonly string[]
  /** From 0 to 1. */
  onProgress?: (fraction: number) => void
  signal?: AbortSignal
}

export interface ConvertReport {
  type: ConvertedType
  /** Of the new file. */
  bytes: number
  /** Places at which the new file's answers were compared with the original's, and at how many the likeliest token is the
   *  same. 0: there was too little memory to compare. */
  compared: number
  sameBest: number
  /** Kullback-Leibler divergence of the answers, in nats. */
  meanDivergence: number
  largestDivergence: number
  seconds: number
}

export interface Engine {
  /** Parses and checks the file in a process of its own the first time; computes nothing. */
  inspect(path: string): Promise<ModelDescription>
  load(path: string, options: LoadOptions): Promise<LoadedModel>
  /** What this machine can compute with. Nothing is computed. */
  machine(): Promise<MachineReport>
  /** Every kernel of the instruction set against the reference; about a tenth of a second. Of another device than the
   *  processor (isa is then empty): in a process of its own, because its driver may take that down with it. Errors:
   *  device_unavailable, device_failed, out_of_memory. */
  selfTest(isa: string, threads: number | null, device?: string): Promise<SelfTestReport>
  /** Writes the model as a GGUF file, which appears under `to` whole or not at all; an existing file is never written over.
   *  For the comparison at the end both models are loaded, one after the other. Errors: file_exists, disk_full,
   *  write_failed, busy, cancelled, vocabulary_missing, model_unsupported, numeric_fault, and those of inspect(). */
  convertModel(from: string, to: string, options: ConvertOptions): Promise<ConvertReport>
  /** Bytes per second that reading memory, or the memory of a device, sustains; some hundred milliseconds, a quarter of a
   *  gigabyte for the time. */
  measureBandwidth(threads: number | null, device?: string): Promise<number>
}
