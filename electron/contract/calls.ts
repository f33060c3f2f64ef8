// Everything the window can ask for: nothing else exists. No input carries a path, SQL, a URL to fetch or a function name.
import { z } from 'zod'
import { idSchema, settingsSchema } from './entities.ts'
import type {
  AppInfo,
  Conversation,
  ConversationSummary,
  EngineState,
  FolderListing,
  Message,
  ModelSummary,
  Settings,
} from './entities.ts'
import { LIMITS } from './limits.ts'
import type { ErrorValue } from './errors.ts'

const none = z.strictObject({})
const conversation = z.strictObject({ conversation: idSchema })
const message = z.strictObject({ conversation: idSchema, message: idSchema })
const text = z.string().min(1).max(LIMITS.messageCharacters)

/** The schema checks the input on the main side; `output` is only a type. */
function call<Output>() {
  return <S extends z.ZodType>(input: S) => ({ input, output: undefined as unknown as Output })
}

export const calls = {
  'app.info': call<AppInfo>()(none),
  /** Shows the address and asks before the system's browser opens it. http, https and mailto only. */
  'app.openLink': call<void>()(z.strictObject({ url: z.string().max(4096) })),

  'settings.get': call<Settings>()(none),
  'settings.set': call<Settings>()(settingsSchema.partial()),

  'engine.state': call<EngineState>()(none),
  'models.list': call<ModelSummary[]>()(none),
  /** Opens the system's file dialog; null when the person cancelled. Only where AppInfo.nativeDialogs. */
  'models.chooseFile': call<ModelSummary | null>()(none),
  /** Handles come from files.browse. */
  'models.addFile': call<ModelSummary>()(z.strictObject({ file: idSchema })),
  'models.load': call<void>()(z.strictObject({ model: idSchema })),
  'models.cancelLoad': call<void>()(none),
  'models.unload': call<void>()(none),
  'models.forget': call<void>()(z.strictObject({ model: idSchema })),
  /** null: the first folder. Only where AppInfo.nativeDialogs is false. */
  'files.browse': call<FolderListing>()(z.strictObject({ folder: idSchema.nullable() })),

  'conversations.list': call<ConversationSummary[]>()(none),
  /** Titles and message texts; newest first. */
  'conversations.search': call<ConversationSummary[]>()(
    z.strictObject({ query: z.string().max(LIMITS.searchCharacters) }),
  ),
  'conversations.create': call<ConversationSummary>()(conversation),
  'conversations.open': call<Conversation>()(conversation),
  'conversations.rename': call<void>()(
    conversation.extend({ title: z.string().min(1).max(LIMITS.titleCharacters) }),
  ),
  'conversations.pin': call<void>()(conversation.extend({ pinned: z.boolean() })),
  'conversations.delete': call<void>()(conversation),
  'conversations.setDraft': call<void>()(
    conversation.extend({ draft: z.string().max(LIMITS.draftCharacters) }),
  ),
  'conversations.setSystemPrompt': call<void>()(
    conversation.extend({ systemPrompt: z.string().max(LIMITS.systemPromptCharacters) }),
  ),
  /** Shows the branch through this message, down to its newest leaf. Reads no token. */
  'conversations.selectBranch': call<Conversation>()(message),

  /** The window mints the ids, so a retry is harmless. Creates the conversation if it does not exist yet.
   *  Editing a question is a send with the same parent as the question that it replaces. */
  'chat.send': call<void>()(
    z.strictObject({
      conversation: idSchema,
      parent: idSchema.nullable(),
      question: idSchema,
      answer: idSchema,
      text,
    }),
  ),
  /** A new answer beside `message` (an answer), to the same question; or to `message` itself, a question whose answers
   *  were deleted. */
  'chat.regenerate': call<void>()(message.extend({ answer: idSchema })),
  /** Goes on writing an answer that was stopped, interrupted or reached its maximum, and that nothing replies to. */
  'chat.continue': call<void>()(message),
  'chat.stop': call<void>()(z.strictObject({ answer: idSchema })),
  /** Deletes the message and everything below it. */
  'messages.delete': call<Conversation>()(message),
  'messages.get': call<Message>()(message),
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type Input<N extends CallName> = z.infer<Calls[N]['input']>
export type Output<N extends CallName> = Calls[N]['output']

/** Who asks: comes from the transport, never from the arguments. */
export interface Caller {
  readonly host: 'electron' | 'headless'
  readonly client: string
}

/** A missing or extra handler does not compile. */
export type Handlers = { [N in CallName]: (input: Input<N>, caller: Caller) => Promise<Output<N>> }
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ErrorValue }
