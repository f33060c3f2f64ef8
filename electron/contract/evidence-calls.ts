// Calls about reading documents into states, and about what answers rest on.
import { z } from 'zod'
import { call, conversation, message } from './call.ts'
import type { Document } from './document-entities.ts'
import { idSchema } from './entities.ts'
import { conversationSourcesSchema } from './evidence.ts'
import type { ConversationSources, Evidence } from './evidence.ts'

const document = z.strictObject({ document: idSchema })

export const evidenceCalls = {
  /** Into a state of the loaded model, from the last checkpoint on. Errors: no_model. */
  'documents.read': call<Document>()(document),
  'documents.pauseReading': call<Document>()(document),
  /** Drops the kept states of one document. */
  'documents.forgetReading': call<Document>()(document),

  'conversations.sources': call<ConversationSources>()(conversation),
  /** Whole: what is not in the list is no source any more. Creates the conversation if it does not exist yet. */
  'conversations.setSources': call<ConversationSources>()(
    conversation.extend(conversationSourcesSchema.shape),
  ),

  /** null: the answer was given without documents. */
  'evidence.get': call<Evidence | null>()(message),
  /** Of all answers of a conversation that have one. */
  'evidence.list': call<Evidence[]>()(conversation),
} as const
