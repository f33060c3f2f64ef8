// The list of conversations, as the rail shows it.
import type { ConversationsSlice, SliceOf } from './app-state.ts'
import type { ConversationSummary } from '../../electron/contract/entities.ts'
import { asRoostError } from '../bridge/client.ts'
import { withoutKey } from './without-key.ts'

export const createConversationsSlice: SliceOf<ConversationsSlice> = (set, get, tools) => {
  function tell(error: unknown): void {
    const problem = asRoostError(error)
    get().notify(problem.code, problem.detail, 'error')
  }
  function patch(conversation: string, change: Partial<ConversationSummary>): void {
    set((state) => {
      const known = state.summaries[conversation]
      return known ? { summaries: { ...state.summaries, [conversation]: { ...known, ...change } } } : {}
    })
  }
  return {
    summaries: {},

    applySummaries(list) {
      set({ summaries: Object.fromEntries(list.map((summary) => [summary.id, summary])) })
    },

    applySummary(summary) {
      set((state) => {
        const known = state.summaries[summary.id]
        if (known && known.revision > summary.revision) return {}
        return { summaries: { ...state.summaries, [summary.id]: summary } }
      })
    },

    removeSummary(conversation) {
      set((state) => {
        return {
          summaries: withoutKey(state.summaries, conversation),
          ...(state.conversation === conversation ? { conversation: null, editing: null } : {}),
        }
      })
    },

    async renameConversation(conversation, title) {
      try {
        await tools.bridge.call('conversations.rename', { conversation, title })
        patch(conversation, { title })
      } catch (error) {
        tell(error)
      }
    },

    async pinConversation(conversation, pinned) {
      try {
        await tools.bridge.call('conversations.pin', { conversation, pinned })
        patch(conversation, { pinned })
      } catch (error) {
        tell(error)
      }
    },
  }
}
