// Sampling values as the window offers them: the stretch in which they are of use, which lies within what the host takes,
// and the steps in which they are moved.
import { LIMITS } from '../../electron/contract/limits.ts'
import type { Sampling } from '../../electron/contract/sampling.ts'

export interface ValueRange {
  readonly minimum: number
  readonly maximum: number
  readonly step: number
}

export const SAMPLING_RANGES = {
  temperature: { minimum: 0, maximum: 3, step: 0.05 },
  topP: { minimum: 0, maximum: 1, step: 0.01 },
  minP: { minimum: 0, maximum: 1, step: 0.01 },
  presencePenalty: { minimum: 0, maximum: 2, step: 0.05 },
  frequencyPenalty: { minimum: 0, maximum: 2, step: 0.05 },
  penaltyDecay: { minimum: 0.9, maximum: 1, step: 0.001 },
  topK: { minimum: 0, maximum: 65_536, step: 1 },
  seed: { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, step: 1 },
  maximumTokens: { minimum: 1, maximum: LIMITS.maximumTokens, step: 1 },
} as const satisfies Record<keyof Sampling, ValueRange>

/** Shown while no model is loaded, so that the sliders stand somewhere sensible; never sent. */
export const SHOWN_WITHOUT_MODEL = {
  temperature: 1,
  topP: 0.6,
  minP: 0,
  presencePenalty: 0.3,
  frequencyPenalty: 0.3,
  penaltyDecay: 0.996,
} as const satisfies Partial<Sampling>

/** The values on a scale; the others are whole numbers that are typed. */
export type ScaledValue = keyof typeof SHOWN_WITHOUT_MODEL
export const SCALED_VALUES = Object.keys(SHOWN_WITHOUT_MODEL) as ScaledValue[]
