// Whether a model fits this machine, and how fast it will be. Pure: figures in, figures out; nothing is measured here.
//
//   peak = packed weights + the larger of { the largest matrix as it lies in the file   (while it is packed at loading)
//                                         { states + working memory + touched embedding (while it runs)
//          + the program itself
//
// native/src/model/inventory.cpp packs matrix after matrix into one block and gives the pages of the file back as it goes;
// the last and largest matrix, the head, is the moment at which most is held. The embedding is never packed: rows are read
// where they lie in the mapped file, and the system can take those pages back, so only what one prompt touches is counted.
//
//   writing speed = measured bandwidth of the memory * what the kernels reach of it / bytes that one token reads
//
// One token reads every packed weight once, for the whole batch, and each state twice (in and out).
import type { Fit, FitReason, FitVerdict, WeightFormat } from '../../contract/library-entities.ts'

/** What the formula has to know of a model. All of it stands in a catalogue entry or in a model's description. */
export interface FitSubject {
  /** null: unknown, taken for the newest. */
  readonly generation: string | null
  readonly parameters: number
  readonly layers: number
  readonly width: number
  readonly vocabulary: number
  readonly fileBytes: number
  /** What the engine counted, by weight format: better than the formula. */
  readonly weightMemory?: Readonly<Record<string, number>> | undefined
}

export interface MemoryPrediction {
  readonly weightBytes: number
  readonly stateBytes: number // of one conversation
  readonly workingBytes: number
  readonly peakBytes: number
  readonly bytesPerToken: number // of one sequence
}

export interface MachineMemory {
  /** null: not known. */
  readonly freeMemoryBytes: number | null
  readonly totalMemoryBytes: number | null
  readonly freeDiskBytes: number | null
  /** Bytes per second; null: not measured yet. */
  readonly bandwidth: number | null
}

/** What the native packing makes of one number. A block of 32: 2 bytes of scale (4 with a minimum) and the numbers. */
const bytesPerNumber = { f32: 4, f16: 2, bf16: 2, q8: 34 / 32, q4: 20 / 32 } as const
/** The low-rank factors of the newer generations keep their 16 bits; this is their share of all numbers. */
const lowRankShare = { '7': 0.035, '6': 0.02 } as const

/** Constants of native/src/model: tokens of one pass, rows of logits, state slots to begin with. */
const passRows = 256
const logitRows = 32
const firstSlots = 4
/** Matrices of one pass, in widths: those of RWKV-7; the older generations need fewer. */
const passWidths = 16
const ffnWidths = 4
const headSize = 64
/** Rows that a long prompt touches, and what the system maps around each. */
const touchedRows = 512
const mappedAround = 64 * 1024
/** The engine without a model, its threads and buffers; measured, see docs/benchmarks.md. */
const programBytes = 13_500_000
/** What decoding reaches of the measured bandwidth; docs/benchmarks.md has 77 to 96 %. */
const kernelShare = 0.85
/** Below this, an answer comes slower than most people read. */
const readingSpeed = 5
/** Left for everything else on the machine, or it begins to swap. */
const memoryReserve = (total: number): number => Math.max(400e6, 0.06 * total)
const diskReserve = 1e9

export function stateBytesOf(subject: Pick<FitSubject, 'generation' | 'layers' | 'width'>): number {
  const { generation, layers, width } = subject
  return 4 * layers * (generation === '4' ? 5 * width : 2 * width + width * headSize)
}

/** @param batch conversations that are answered at once */
export function predictMemory(
  subject: FitSubject,
  weights: WeightFormat = 'file',
  batch = 1,
): MemoryPrediction {
  const { parameters, width, vocabulary, fileBytes } = subject
  const stored = fileBytes / parameters
  const embedding = Math.min(vocabulary * width, parameters / 2)
  const packed = packedBytesPerNumber(subject, weights, stored)
  // The head decides every word: it keeps 8 bits where the rest gets 4.
  const head = weights === 'q4' ? Math.min(stored, bytesPerNumber.q8) : packed
  const weightBytes =
    subject.weightMemory?.[weights] ?? (parameters - 2 * embedding) * packed + embedding * head

  const stateBytes = stateBytesOf(subject)
  let slots = firstSlots
  while (slots < batch) slots *= 2
  const passNumbers = passRows * width * (passWidths + ffnWidths) + logitRows * (vocabulary + width)
  const workingBytes =
    slots * stateBytes + 4 * passNumbers + Math.min(embedding * stored, touchedRows * mappedAround)
  const largestInFile = embedding * stored // the head has the shape of the embedding
  return {
    weightBytes,
    stateBytes,
    workingBytes,
    peakBytes: weightBytes + Math.max(largestInFile, workingBytes) + programBytes,
    bytesPerToken: weightBytes + width * stored + 2 * stateBytes,
  }
}

function packedBytesPerNumber(subject: FitSubject, weights: WeightFormat, stored: number): number {
  if (weights === 'file') return stored
  const wanted = bytesPerNumber[weights]
  if (weights !== 'q8' && weights !== 'q4') return wanted
  const { generation } = subject
  const kept =
    generation === null || generation === '7' ? lowRankShare['7'] : generation === '6' ? lowRankShare['6'] : 0
  // What is stored smaller than asked for is not made larger.
  return Math.min(stored, wanted * (1 - kept) + stored * kept)
}

/** Tokens per second of one conversation. */
export function predictSpeed(memory: MemoryPrediction, bandwidth: number): number {
  return (bandwidth * kernelShare) / memory.bytesPerToken
}

export interface FitOptions {
  readonly weights?: WeightFormat
  readonly batch?: number
  /** The model is not on the disk yet: so many bytes are still to come. */
  readonly bytesToStore?: number
  /** From a run of this model here; it replaces the prediction. */
  readonly measuredTokensPerSecond?: number | null
  /** The model is loaded: what it holds is free for it. */
  readonly loaded?: boolean
}

export function judgeFit(subject: FitSubject, machine: MachineMemory, options: FitOptions = {}): Fit {
  const { weights = 'file', batch = 1, bytesToStore = 0, measuredTokensPerSecond = null } = options
  const memory = predictMemory(subject, weights, batch)
  const free = machine.freeMemoryBytes
  const total = machine.totalMemoryBytes
  const usable = free === null ? null : free + (options.loaded === true ? memory.peakBytes : 0)
  const predicted = machine.bandwidth === null ? null : predictSpeed(memory, machine.bandwidth)
  const tokensPerSecond = measuredTokensPerSecond ?? predicted
  const reason = reasonOf({
    peak: memory.peakBytes,
    usable,
    total,
    missingDisk:
      bytesToStore > 0 &&
      machine.freeDiskBytes !== null &&
      bytesToStore + diskReserve > machine.freeDiskBytes,
    tokensPerSecond,
  })
  return {
    verdict: verdicts[reason],
    reason,
    memoryBytes: Math.round(memory.peakBytes),
    freeMemoryBytes: free,
    totalMemoryBytes: total,
    diskBytes: bytesToStore > 0 ? bytesToStore : null,
    freeDiskBytes: bytesToStore > 0 ? machine.freeDiskBytes : null,
    tokensPerSecond,
    measured: measuredTokensPerSecond !== null,
  }
}

const verdicts: Readonly<Record<FitReason, FitVerdict>> = {
  roomy: 'fits',
  memoryTight: 'slow',
  slow: 'slow',
  memoryShort: 'wontFit',
  memorySmall: 'wontFit',
  diskShort: 'wontFit',
}

/** The most final obstacle first. */
function reasonOf(facts: {
  peak: number
  usable: number | null
  total: number | null
  missingDisk: boolean
  tokensPerSecond: number | null
}): FitReason {
  const { peak, usable, total, tokensPerSecond } = facts
  const reserve = total === null ? 0 : memoryReserve(total)
  if (total !== null && peak + reserve > total) return 'memorySmall'
  if (facts.missingDisk) return 'diskShort'
  if (usable !== null && peak > usable) return 'memoryShort'
  if (usable !== null && peak + reserve > usable) return 'memoryTight'
  if (tokensPerSecond !== null && tokensPerSecond < readingSpeed) return 'slow'
  return 'roomy'
}

/** Released shapes, [parameters, layers, width], for entries that say no more than a size. */
const releasedShapes: readonly (readonly [number, number, number])[] = [
  [0.17e9, 12, 768],
  [0.45e9, 24, 1024],
  [1.53e9, 24, 2048],
  [2.95e9, 32, 2560],
  [7.2e9, 32, 4096],
  [13.3e9, 61, 4096],
]

/** Layers and width of the released model nearest in size. */
export function likelyShape(parameters: number): { layers: number; width: number } {
  let [, layers, width] = releasedShapes[0] ?? [0, 12, 768]
  let least = Infinity
  for (const [size, itsLayers, itsWidth] of releasedShapes) {
    const distance = Math.abs(Math.log(parameters / size))
    if (distance >= least) continue
    least = distance
    layers = itsLayers
    width = itsWidth
  }
  return { layers, width }
}
