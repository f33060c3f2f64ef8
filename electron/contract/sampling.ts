// How the next token is drawn.
import { z } from 'zod'
import { LIMITS } from './limits.ts'

/** Ranges are those of the engine's sampler; see docs/architecture of the sampler in native/include/roost/sampler.h. */
export const samplingSchema = z.strictObject({
  temperature: z.number().min(0).max(5),
  topP: z.number().min(0).max(1),
  topK: z.int().min(0).max(65_536),
  minP: z.number().min(0).max(1),
  presencePenalty: z.number().min(-5).max(5),
  frequencyPenalty: z.number().min(-5).max(5),
  penaltyDecay: z.number().min(0).max(1),
  /** null: a new one for every answer. */
  seed: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
  maximumTokens: z.int().min(1).max(LIMITS.maximumTokens),
})
export type Sampling = z.infer<typeof samplingSchema>

/** Only what is chosen; the rest follows from elsewhere. */
export const samplingChoiceSchema = samplingSchema.partial()
export type SamplingChoice = z.infer<typeof samplingChoiceSchema>
