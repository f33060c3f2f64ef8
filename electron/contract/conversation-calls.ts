// Calls about conversations, their messages and answers.
import { z } from 'zod'
import { call, conversation, message, none } from './call.ts'
import { thinkingModeSchema } from './chat-templates.ts'
import { idSchema } from './entities.ts'
import type { Conversation, ConversationSummary, Message } from './entities.ts'
import type { DeletedBranch, MessageDeletion } from './keeping.ts'
import { LIMITS } from './limits.ts'

const text = z.string().min(1).max(LIMITS.messageCharacters)
/** null, and not given: the template's default; so is a mode that the template lacks. */
const thinking = thinkingModeSchema.nullable().optional()
/** The first words of the answer, written by the person; the model goes on behind them. */
const beginning = z.string().max(LIMITS.messageCharacters).optional()

export const conversationCalls = {
  'conversations.list': call<ConversationSummary[]>()(none),
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
      thinking,
      beginning,
    }),
  ),
  /** A new answer beside `message` (an answer), to the same question; or to `message` itself, a question whose answers
   *  were deleted. */
  'chat.regenerate': call<void>()(message.extend({ answer: idSchema, thinking, beginning })),
  /** Goes on writing an answer that was stopped, interrupted or reached its maximum, and that nothing replies to. */
  'chat.continue': call<void>()(message),
  'chat.stop': call<void>()(z.strictObject({ answer: idSchema })),
  /** The message and everything below it; what runs there is stopped first. Undone by messages.restore. */
  'messages.delete': call<MessageDeletion>()(message),
  /** `message`: the one that was deleted. It comes back with everything below it, states included, and with what was shown
   *  there. Errors: not_found when its time is over. */
  'messages.restore': call<Conversation>()(message),
  /** Deletions that can still be undone, newest first; also those of before a restart. */
  'messages.undoable': call<DeletedBranch[]>()(none),
  'messages.get': call<Message>()(message),
} as const
