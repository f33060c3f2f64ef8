// The models on this machine and the machine itself, as the window shows them: places, fit, checks, measurements.
import type { ModelSummary } from './entities.ts'
import type { ErrorDetail } from './errors.ts'

/** How the numbers of a model lie in memory; 'file': as they are stored. */
export type WeightFormat = 'file' | 'f32' | 'f16' | 'bf16' | 'q8' | 'q4'

/** What the window says in words: "Fits", "May be slow", "Won't fit". */
export type FitVerdict = 'fits' | 'slow' | 'wontFit'

/**
 * Why. roomy: more than enough is free. memoryTight: it goes, but little is left for anything else. memoryShort: it does
 * not go now. memorySmall: not even if everything else were ended. diskShort: the file has no room. slow: it goes, but
 * below the speed at which one likes to read.
 */
export type FitReason = 'roomy' | 'memoryTight' | 'memoryShort' | 'memorySmall' | 'diskShort' | 'slow'

export interface Fit {
  verdict: FitVerdict
  reason: FitReason
  /** Of the whole program at its highest, while it loads or reads a prompt. */
  memoryBytes: number
  /** What may be taken now, and what the machine has at all; null: not known. */
  freeMemoryBytes: number | null
  totalMemoryBytes: number | null
  /** What the file still needs on the disk, and what is free there; null where nothing is to be stored. */
  diskBytes: number | null
  freeDiskBytes: number | null
  /** Writing; null while the bandwidth of the memory has not been measured. */
  tokensPerSecond: number | null
  /** The speed is from a run of this model here, not from the formula. */
  measured: boolean
}

/** One place of a file. Equal content is one model with several places. */
export interface ModelPlace {
  /** Name of the folder and the file, for people; not accepted by any call. */
  label: string
  present: boolean
  /** In Roost's own models folder: "Delete" deletes it. Others are only taken off the list. */
  own: boolean
}

export interface MeasuredSpeed {
  decodeTokensPerSecond: number
  prefillTokensPerSecond: number | null
  /** With what it was measured. */
  isa: string
  threads: number
  at: number
}

/**
 * Of the file's content. unknown: never read whole. recorded: as it was when Roost first read it; nobody published a hash
 * to hold it to. published: as its makers published it. changed: not as it was, or not as published.
 */
export type ContentState = 'unknown' | 'recorded' | 'published' | 'changed'

export interface InstalledModel {
  model: ModelSummary
  layers: number
  width: number
  vocabulary: number
  /** Of one conversation. */
  stateBytes: number
  /** Tokens of the longest text in training; null: the file does not say. */
  trainingContext: number | null
  tokenizer: string
  /** Name of the form that it is spoken to in. */
  template: string
  places: ModelPlace[]
  content: ContentState
  sha256: string | null
  checkedAt: number | null
  fit: Fit
  /** How it is loaded; 'file' unless a person chose otherwise. */
  weights: WeightFormat
  speed: MeasuredSpeed | null
  /** Bytes that "Delete" frees; null: nothing of it lies in Roost's own folder, it can only be taken off the list. */
  deletableBytes: number | null
}

/** A folder that is looked through for models. */
export interface ModelFolder {
  id: string
  /** For people: a path, shortened by the home folder. */
  label: string
  /** Roost's own: always there, never removed. */
  own: boolean
  /** False: the drive is not there now. What lay in it stays on the list, as absent. */
  present: boolean
  models: number
}

export interface Library {
  models: InstalledModel[]
  folders: ModelFolder[]
}

/** What a converted file can hold. */
export const conversionTargets = ['f16', 'q8_0', 'q4_0'] as const
export type ConversionTarget = (typeof conversionTargets)[number]

/** Work on a file that takes a while. One row each; finished ones stay until they are dismissed or the application ends. */
export interface LibraryJob {
  id: string
  kind: 'verify' | 'convert'
  model: string
  title: string
  phase: 'running' | 'done' | 'failed' | 'cancelled'
  /** converting: weights are written. checking: the result is compared with its source, or the file with its hash. */
  step: 'converting' | 'checking'
  fraction: number
  error: { code: string; detail?: ErrorDetail } | null
  /** convert: the model that came out, what was made, and how far its words are from those of the source. */
  result: ConversionResult | null
}

export interface ConversionResult {
  model: string
  fileName: string
  fileBytes: number
  target: ConversionTarget
  /** Share of the places at which both models find the same token likeliest, 0 to 1; null: not compared. */
  agreement: number | null
  /** Mean Kullback-Leibler divergence of what both expect next, in nats; null: not compared. */
  divergence: number | null
}

// ---- the machine ----

/** One way to compute, tried or not. */
export interface DeviceTrial {
  kind: string
  name: string
  memoryBytes: number
  usable: boolean
  /** Why not: a sentence in English, from the layer that tried. */
  reason: string
  /**
   * untested, trusted, rejected: as of an instruction set, below. failed: it was lost, or had no room, since Roost began;
   * it is tried again when a person chooses it. unusable: not there, or not to be used.
   */
  verdict: 'untested' | 'trusted' | 'rejected' | 'failed' | 'unusable'
  testedAt: number | null
}

/**
 * untested: not needed so far. trusted: its kernels gave the numbers of the reference. rejected: they did not; it is not
 * used. unusable: the machine does not have it.
 */
export interface InstructionSetTrial {
  name: string
  verdict: 'untested' | 'trusted' | 'rejected' | 'unusable'
  reason: string
  testedAt: number | null
}

export interface HardwareReport {
  processor: string
  physicalCores: number
  logicalCores: number
  totalMemoryBytes: number
  freeMemoryBytes: number
  freeDiskBytes: number | null
  system: string
  /** What models are computed with. */
  chosen: { device: string; isa: string }
  devices: DeviceTrial[]
  instructionSets: InstructionSetTrial[]
  /** Bytes per second that reading the memory sustains; null: not measured yet. */
  bandwidth: { bytesPerSecond: number; measuredAt: number } | null
  version: string
}

// ---- the benchmark ----

export interface BenchmarkRow {
  batch: number
  /** Of the whole batch. */
  prefillTokensPerSecond: number
  decodeTokensPerSecond: number
  /** Least and most of the runs. */
  prefillSpread: [number, number]
  decodeSpread: [number, number]
  /** Share of the bandwidth of the memory that writing used; null where that is not known. */
  bandwidthFraction: number | null
}

export interface Benchmark {
  model: string
  title: string
  phase: 'running' | 'done' | 'failed' | 'cancelled'
  /** 0 to 1 over all rows. */
  fraction: number
  prompt: number
  gen: number
  repeat: number
  rows: BenchmarkRow[]
  weights: string
  device: string
  isa: string
  threads: number
  weightBytes: number
  stateBytes: number
  /** Of this run; measured before the rows. */
  machineBytesPerSecond: number | null
  startedAt: number
  error: { code: string; detail?: ErrorDetail } | null
}
