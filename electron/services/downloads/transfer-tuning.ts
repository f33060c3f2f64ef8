// How hard a download tries. Tests try harder and wait less.
import { pieceBytesFor } from './piece-table.ts'

export interface TransferTuning {
  readonly connections: number
  readonly pieceBytes: (totalBytes: number) => number
  /** See Stalling. */
  readonly stallMs: number
  readonly leastBytes: number
  readonly spaceEveryMs: number
  /** Taking the hash of what is there begins so long after fetching. */
  readonly hashAfterMs: number
  /** Multiplies every wait before another attempt; tests set it low. */
  readonly patience: number
}

export const usualTuning: TransferTuning = {
  connections: 4,
  pieceBytes: pieceBytesFor,
  stallMs: 45_000,
  leastBytes: 16 * 1024,
  spaceEveryMs: 2_000,
  hashAfterMs: 4_000,
  patience: 1,
}
