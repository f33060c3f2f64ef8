// What the list shows of a conversation that was opened.
import type { Conversation, ConversationSummary } from '../../electron/contract/entities.ts'

export function summaryOf(conversation: Conversation): ConversationSummary {
  const { id, title, createdAt, updatedAt, revision, generating, pinned, folder, tags, unread } = conversation
  return { id, title, createdAt, updatedAt, revision, generating, pinned, folder, tags, unread }
}
