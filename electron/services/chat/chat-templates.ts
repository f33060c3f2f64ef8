// How turns are put into text for a family of models: data in resources/chat-templates.json, chosen by what the model
// file says about itself, never by its name. The starter model carries its own settings beside it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { samplingSchema } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ModelDescription } from '../../engine/engine.ts'

const withText = z.string().refine((form) => form.split('{text}').length === 2, 'holds {text} once')

const templateSchema = z.strictObject({
  id: z.string(),
  /** The first template whose conditions all hold is taken; one without conditions fits every model. */
  for: z.strictObject({
    basename: z.string().optional(),
    generations: z.array(z.string()).optional(),
    tokenizer: z.string().optional(),
  }),
  /** Token ids fed before the first turn of a conversation. */
  begin: z.array(z.int().min(0)),
  system: withText,
  turn: withText,
  /** Between an answer and the next turn. */
  separator: z.string(),
  /** Between a turn and the words of its answer; models write it themselves. */
  answerLead: z.string(),
  /** Names that begin a turn; a line of a question may not look like one. */
  roles: z.array(z.string().regex(/^\p{L}+$/u)),
  stop: z.array(z.string().min(1)),
  sampling: samplingSchema,
})

export type ChatTemplate = z.infer<typeof templateSchema>

const starterSchema = z
  .object({ stop: z.array(z.string().min(1)) })
  .extend(
    samplingSchema.pick({
      temperature: true,
      topP: true,
      presencePenalty: true,
      frequencyPenalty: true,
      penaltyDecay: true,
    }).shape,
  )
  .partial()

/** Read once at start. Errors: internal, when what is shipped is wrong. */
export function readChatTemplates(resources: string): ChatTemplate[] {
  const templates = z
    .array(templateSchema)
    .min(1)
    .safeParse(readJson(join(resources, 'chat-templates.json')))
  if (!templates.success) {
    throw new RoostError('internal', {
      reason: 'resources/chat-templates.json is missing or not as it should be.',
    })
  }
  const starter = starterSchema.safeParse(readJson(join(resources, 'starter', 'starter.json')))
  if (!starter.success) return templates.data
  const { stop, ...sampling } = starter.data
  const given = Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined))
  return templates.data.map((template) =>
    template.id === 'starter'
      ? { ...template, stop: stop ?? template.stop, sampling: { ...template.sampling, ...given } }
      : template,
  )
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return undefined // absent or unreadable: the schema refuses it
  }
}

export function chooseTemplate(
  templates: readonly ChatTemplate[],
  model: Pick<ModelDescription, 'basename' | 'generation' | 'tokenizer'>,
): ChatTemplate {
  const found = templates.find(({ for: condition }) => {
    if (condition.basename !== undefined && condition.basename !== model.basename) return false
    if (condition.tokenizer !== undefined && condition.tokenizer !== model.tokenizer) return false
    return condition.generations === undefined || condition.generations.includes(model.generation)
  })
  if (found === undefined) throw new RoostError('internal', { reason: 'No chat template fits every model.' })
  return found
}
