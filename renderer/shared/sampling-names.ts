// What the values of sampling are called.
import type { Sampling } from '../../electron/contract/sampling.ts'
import type { Text } from '../text/en.ts'

export function samplingNames(text: Text): Record<keyof Sampling, string> {
  return {
    temperature: text.temperature,
    topP: text.topP,
    seed: text.seed,
    topK: text.topK,
    minP: text.minP,
    presencePenalty: text.presencePenalty,
    frequencyPenalty: text.frequencyPenalty,
    penaltyDecay: text.penaltyDecay,
    maximumTokens: text.maximumTokens,
  }
}
