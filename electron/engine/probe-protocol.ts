// What the application and the child process that looks at a model file say to each other. The child speaks for a hostile
// file, so its words are checked like any other input.
import { z } from 'zod'

export const probeProtocolVersion = 1

/** To the child, once: a model to look at, or a device to test. */
export const probeRequestSchema = z.union([
  z.strictObject({ version: z.literal(probeProtocolVersion), addon: z.string(), model: z.string() }),
  z.strictObject({
    version: z.literal(probeProtocolVersion),
    addon: z.string(),
    device: z.string(),
    threads: z.int().min(0),
  }),
])
export type ProbeRequest = z.infer<typeof probeRequestSchema>

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER)
const words = z.string().max(1024 * 1024)

export const modelDescriptionSchema = z.strictObject({
  generation: words,
  format: words,
  layers: count,
  width: count,
  ffn: count,
  heads: count,
  headSize: count,
  vocabulary: count,
  parameters: count,
  fileBytes: count,
  stateBytes: count,
  fingerprint: words,
  tokenizer: words,
  title: words,
  basename: words,
  /** An older addon does not say. */
  chatTemplate: words.default(''),
  trainingContext: count.nullable(),
  weightMemory: z.record(words, count).optional(),
  heldAs: z.record(words, words).optional(),
  tunedState: z.boolean().optional(),
})

export const selfTestReportSchema = z.strictObject({
  device: words,
  isa: words,
  passed: z.boolean(),
  kernels: count,
  failed: z.array(
    // What is not a number is what a broken device gives.
    z.strictObject({ kernel: words, shape: words, nmse: z.number().or(z.nan()), bound: count }),
  ),
})

/** From the child: `started` once the addon is loaded, then one of the others. What it dies of after that is the file's. */
export const probeReplySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started') }),
  z.strictObject({ kind: z.literal('accepted'), description: modelDescriptionSchema }),
  z.strictObject({ kind: z.literal('tested'), report: selfTestReportSchema }),
  z.strictObject({ kind: z.literal('refused'), code: words, reason: words }),
])
export type ProbeReply = z.infer<typeof probeReplySchema>
