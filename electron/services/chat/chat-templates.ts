// How turns are put into text for a family of models: data in resources/chat-templates.json (docs/chat-templates.md says
// what each member means), chosen by what the model says about itself. A file of the same form in the data folder comes
// before it. The starter model carries its own settings beside it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { thinkingModeSchema } from '../../contract/chat-templates.ts'
import type { ChatTemplateSummary, ThinkingMode, ThinkTags } from '../../contract/chat-templates.ts'
import { samplingSchema } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { ModelDescription } from '../../engine/engine.ts'

/** A person's own templates, in the data folder. */
export const ownTemplatesFile = 'chat-templates.json'
const fileLimit = 1024 * 1024

const form = z.string().max(4000)
const withText = form.refine((text) => text.split('{text}').length === 2, 'must hold {text} once')
const short = z.string().min(1).max(200)

/** All that stand in one condition must hold. */
const conditionSchema = z.strictObject({
  basename: short.optional(),
  generations: z.array(short).optional(),
  tokenizer: short.optional(),
  /** Least and most number of rows. */
  vocabulary: z.tuple([z.int(), z.int()]).optional(),
  /** One of these is a word of the title, in any letter case; "g1*": one that begins so. */
  titleWords: z.array(short).optional(),
  /** None of these is. */
  titleWithout: z.array(short).optional(),
  /** All of these occur in the chat template that a GGUF file carries. */
  chatTemplateHolds: z.array(short).optional(),
})
type Condition = z.infer<typeof conditionSchema>

const thinkingSchema = z
  .strictObject({
    tags: z.strictObject({ open: short, close: short }),
    default: thinkingModeSchema,
    modes: z
      .array(
        z.strictObject({
          mode: thinkingModeSchema,
          /** Behind the words of the question. */
          questionEnd: form,
          /** Behind the turn: the model goes on from here, so it is part of what it says. */
          answerStart: form,
        }),
      )
      .min(1),
  })
  .refine(({ modes }) => new Set(modes.map(({ mode }) => mode)).size === modes.length, 'names a mode twice')
  .refine(
    (thinking) => thinking.modes.some(({ mode }) => mode === thinking.default),
    'lacks its default mode',
  )

const templateSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens'),
  name: short,
  /** The first template of which one condition holds is taken. None: only where a person chooses it. */
  for: z.array(conditionSchema),
  /** Token ids fed before the first turn of a conversation. */
  begin: z.array(z.int().min(0).max(0xffff_ffff)).max(1024),
  system: withText,
  turn: withText,
  /** Between an answer and the next turn. */
  separator: form,
  /** Between a turn and the words of an answer of the past; models write it themselves. */
  answerLead: form,
  /** Names that begin a turn; a line of a question may not look like one. */
  roles: z.array(z.string().regex(/^\p{L}+$/u, 'must be one word of letters')).max(32),
  /** turns: blank lines go, a line that looks like a turn is joined to the one before it. end: only blanks at the end go. */
  clean: z.enum(['turns', 'end']).default('turns'),
  /** Characters that mean something in this form, and what they become in a person's words. */
  replace: z.record(short, z.string().max(200)).default({}),
  stop: z.array(z.string().min(1).max(LIMITS.stopCharacters)).max(LIMITS.stopSequences),
  sampling: samplingSchema,
  thinking: thinkingSchema.nullable().default(null),
})

export type ChatTemplate = z.infer<typeof templateSchema>

const templatesSchema = z
  .array(templateSchema)
  .min(1)
  .max(200)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has two templates with one id')

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

/** Those that ship. Read once at start. Errors: internal, when what is shipped is wrong. */
export function readChatTemplates(resources: string): ChatTemplate[] {
  const templates = parse(readText(join(resources, 'chat-templates.json')))
  if ('problem' in templates) {
    throw new RoostError('internal', {
      reason: `resources/chat-templates.json is missing or not as it should be: ${templates.problem}.`,
    })
  }
  const starter = starterSchema.safeParse(json(readText(join(resources, 'starter', 'starter.json'))))
  if (!starter.success) return templates.templates
  const { stop, ...sampling } = starter.data
  const given = Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined))
  return templates.templates.map((template) =>
    template.id === 'starter'
      ? { ...template, stop: stop ?? template.stop, sampling: { ...template.sampling, ...given } }
      : template,
  )
}

/**
 * A person's own templates come first: those with the id of a shipped one replace it, others are added before all. A file
 * that is not as it should be changes nothing; `problem` is then one sentence about the first thing that is wrong.
 */
export function withOwnTemplates(
  shipped: readonly ChatTemplate[],
  dataFolder: string,
): { templates: readonly ChatTemplate[]; problem: string | null } {
  const text = readText(join(dataFolder, ownTemplatesFile))
  if (text === null) return { templates: shipped, problem: null }
  const own = parse(text)
  if ('problem' in own) return { templates: shipped, problem: `${ownTemplatesFile}: ${own.problem}.` }
  const byId = new Map(own.templates.map((template) => [template.id, template]))
  const known = new Set(shipped.map(({ id }) => id))
  return {
    templates: [
      ...own.templates.filter(({ id }) => !known.has(id)),
      ...shipped.map((template) => byId.get(template.id) ?? template),
    ],
    problem: null,
  }
}

function parse(text: string | null): { templates: ChatTemplate[] } | { problem: string } {
  if (text === null) return { problem: 'it cannot be read' }
  if (text.length > fileLimit) return { problem: 'it is longer than a mebibyte' }
  const value = json(text)
  if (value === undefined) return { problem: 'it is not JSON' }
  const parsed = templatesSchema.safeParse(value)
  if (parsed.success) return { templates: parsed.data }
  const issue = parsed.error.issues[0]
  const [index, ...path] = issue?.path ?? []
  const place =
    index === undefined ? '' : `template ${Number(index) + 1}, ${path.join('.') || 'as a whole'}: `
  return { problem: place + (issue?.message ?? 'not as it should be') }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return null // absent or unreadable
  }
}

function json(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

/** What a template may be chosen by; members that are not there fit no condition that asks for them. */
export type TemplateSubject = Pick<ModelDescription, 'basename' | 'generation' | 'tokenizer'> &
  Partial<Pick<ModelDescription, 'vocabulary' | 'title' | 'chatTemplate'>>

/** `chosen`: the id that a person chose; one that does not exist any more counts as none. */
export function chooseTemplate(
  templates: readonly ChatTemplate[],
  model: TemplateSubject,
  chosen: string | null = null,
): ChatTemplate {
  const found =
    templates.find(({ id }) => id === chosen) ??
    templates.find((template) => template.for.some((condition) => holds(condition, model)))
  if (found === undefined) throw new RoostError('internal', { reason: 'No chat template fits every model.' })
  return found
}

function holds(condition: Condition, model: TemplateSubject): boolean {
  const { basename, generations, tokenizer, vocabulary, chatTemplateHolds } = condition
  if (basename !== undefined && basename !== model.basename) return false
  if (generations?.includes(model.generation) === false) return false
  if (tokenizer !== undefined && tokenizer !== model.tokenizer) return false
  if (vocabulary !== undefined) {
    const rows = model.vocabulary ?? -1
    if (rows < vocabulary[0] || rows > vocabulary[1]) return false
  }
  const words = (model.title ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const isWord = (pattern: string) => words.some((word) => matches(word, pattern.toLowerCase()))
  if (condition.titleWords?.some(isWord) === false) return false
  if (condition.titleWithout?.some(isWord) === true) return false
  return chatTemplateHolds?.every((part) => model.chatTemplate?.includes(part)) !== false
}

function matches(word: string, pattern: string): boolean {
  return pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern
}

/** How a question is put so that the model thinks as asked; null: its family does not think aloud. */
export interface ThinkingForm {
  readonly mode: ThinkingMode
  readonly questionEnd: string
  /** Fed to the model, and the beginning of what it says: to be put before its words when they are shown or parted. */
  readonly answerStart: string
}

/** null, and modes that the template lacks: its default. */
export function thinkingForm(template: ChatTemplate, mode: ThinkingMode | null): ThinkingForm | null {
  const { thinking } = template
  if (thinking === null) return null
  const named = (wanted: ThinkingMode | null) => thinking.modes.find((one) => one.mode === wanted)
  return named(mode) ?? named(thinking.default) ?? null
}

export function thinkTags(template: ChatTemplate): ThinkTags | null {
  return template.thinking?.tags ?? null
}

export function summaryOf(template: ChatTemplate): ChatTemplateSummary {
  const { id, name, thinking } = template
  if (thinking === null) return { id, name, thinking: null }
  const modes = thinking.modes.map(({ mode }) => mode)
  return { id, name, thinking: { modes, default: thinking.default, tags: thinking.tags } }
}
