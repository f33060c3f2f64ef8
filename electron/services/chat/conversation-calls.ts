// Calls about conversations as a whole: list, names, drafts, branches.
import type { Handlers } from '../../contract/calls.ts'
import type { ConversationSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ChatService } from './chat-service.ts'

type ConversationCalls = Pick<
  Handlers,
  | 'conversations.list'
  | 'conversations.create'
  | 'conversations.open'
  | 'conversations.rename'
  | 'conversations.pin'
  | 'conversations.setDraft'
  | 'conversations.setSystemPrompt'
  | 'conversations.selectBranch'
>

export function conversationCalls(parts: {
  readonly storage: Storage
  readonly chat: ChatService
  readonly emit: Emit
  readonly clock: Clock
}): ConversationCalls {
  const { storage, chat, emit, clock } = parts
  const changed = (conversation: ConversationSummary): ConversationSummary => {
    emit('conversation.changed', { conversation })
    return conversation
  }
  return {
    'conversations.list': () => storage.read.listConversations(),
    'conversations.create': async ({ conversation }) =>
      changed(await storage.write.createConversation(conversation, clock.now())),
    'conversations.open': async ({ conversation }) => {
      const found = await storage.read.conversation(conversation)
      if (found === null) throw new RoostError('not_found', { what: 'conversation' })
      return chat.withLiveText(found)
    },
    'conversations.rename': async ({ conversation, title }) => {
      changed(
        await storage.write.renameConversation(conversation, title.trim() === '' ? title : title.trim()),
      )
    },
    'conversations.pin': async ({ conversation, pinned }) => {
      changed(await storage.write.pinConversation(conversation, pinned))
    },
    'conversations.setDraft': ({ conversation, draft }) => storage.write.setDraft(conversation, draft),
    'conversations.setSystemPrompt': async ({ conversation, systemPrompt }) => {
      changed(await storage.write.setSystemPrompt(conversation, systemPrompt))
    },
    'conversations.selectBranch': async ({ conversation, message }) => {
      const shown = await storage.write.selectBranch(conversation, message)
      const {
        messages: _messages,
        activeLeaf: _leaf,
        draft: _draft,
        systemPrompt: _prompt,
        ...summary
      } = shown
      changed(summary)
      return chat.withLiveText(shown)
    },
  }
}
