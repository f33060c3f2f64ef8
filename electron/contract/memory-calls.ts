// Calls about memory: parameters of a chat, several answers at once, messages that wait, kept states, personas, presets,
// tuned states, portable memory files.
import { z } from 'zod'
import { call, conversation, message, none } from './call.ts'
import { idSchema } from './entities.ts'
import type { Conversation, ConversationSummary } from './entities.ts'
import { LIMITS } from './limits.ts'
import { exampleSchema, parametersSchema, slotSchema } from './memory.ts'
import type {
  ConversationMemory,
  Forgotten,
  MemoryUsage,
  Parameters,
  Persona,
  Preset,
  QueuedMessage,
  TokenDetail,
  TravelReport,
  TunedState,
} from './memory.ts'
import { samplingChoiceSchema } from './sampling.ts'

const text = z.string().min(1).max(LIMITS.messageCharacters)
const name = z.string().trim().min(1).max(LIMITS.titleCharacters)
const queued = z.strictObject({ conversation: idSchema, queued: idSchema })

export const memoryCalls = {
  /** Fields that are not given stay. Creates the conversation if it does not exist yet. */
  'conversations.setParameters': call<Parameters>()(
    conversation.extend({ parameters: parametersSchema.partial() }),
  ),

  /** One question, several answers from one state, written at once. text null: the question exists. The first slot's
   *  answer is shown. */
  'chat.answers': call<void>()(
    z.strictObject({
      conversation: idSchema,
      parent: idSchema.nullable(),
      question: idSchema,
      text: text.nullable(),
      slots: z.array(slotSchema).min(2).max(LIMITS.parallelAnswers),
    }),
  ),
  /** A new answer beside `message` that begins with the tokens of `message` up to `at`, then with `token`. */
  'chat.branchAtToken': call<void>()(
    message.extend({ answer: idSchema, at: z.int().min(0), token: z.int().min(0) }),
  ),
  /** How likely each token of this answer was, and what else could have stood there. Reads the turn once. */
  'chat.tokens': call<TokenDetail[]>()(message),

  /** At the end of the queue of this conversation. The window mints the id. Sent at once where nothing is running and
   *  nothing waits. */
  'queue.add': call<QueuedMessage[]>()(queued.extend({ text })),
  'queue.edit': call<QueuedMessage[]>()(queued.extend({ text })),
  'queue.remove': call<QueuedMessage[]>()(queued),
  /** Sends the first one now. */
  'queue.sendNext': call<void>()(conversation),

  'memory.conversation': call<ConversationMemory>()(conversation),
  'memory.usage': call<MemoryUsage>()(none),
  /** Drops states but those where conversations go on; of one conversation, or of all. Gives what was freed. */
  'memory.free': call<MemoryUsage>()(z.strictObject({ conversation: idSchema.nullable() })),
  /** A person is writing: reading in the background rests for a while. */
  'memory.attend': call<void>()(none),
  /** Makes the state behind this answer live now, from the nearest one that is kept. */
  'memory.goTo': call<TravelReport>()(message),
  /** The message, its answers or its question, and every state that has seen them. What follows stays as text. */
  'memory.forget': call<{ conversation: Conversation; forgotten: Forgotten }>()(message),

  'personas.list': call<Persona[]>()(none),
  /** Made anew or changed; it is read at once where a model is loaded. */
  'personas.save': call<Persona[]>()(
    z.strictObject({
      persona: idSchema,
      name,
      systemPrompt: z.string().max(LIMITS.systemPromptCharacters),
      examples: z.array(exampleSchema).max(LIMITS.examples),
      sampling: samplingChoiceSchema,
    }),
  ),
  'personas.delete': call<Persona[]>()(z.strictObject({ persona: idSchema })),
  /** A new conversation that begins behind the persona's text. The window mints its id. */
  'personas.start': call<ConversationSummary>()(conversation.extend({ persona: idSchema })),

  'presets.list': call<Preset[]>()(none),
  'presets.save': call<Preset[]>()(
    z.strictObject({ preset: idSchema, name, sampling: samplingChoiceSchema }),
  ),
  'presets.delete': call<Preset[]>()(z.strictObject({ preset: idSchema })),

  'tunedStates.list': call<TunedState[]>()(none),
  /** The system's file dialog; null when the person cancelled. In a browser the file is uploaded. */
  'tunedStates.choose': call<{ file: string; name: string } | null>()(none),
  /** `file`: chosen, uploaded, or of files.browse. Errors: not_a_model, snapshot_mismatch (names both). */
  'tunedStates.add': call<TunedState[]>()(z.strictObject({ file: idSchema })),
  'tunedStates.delete': call<TunedState[]>()(z.strictObject({ tunedState: idSchema })),
} as const
