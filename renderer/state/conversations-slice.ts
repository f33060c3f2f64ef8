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
    query: '',
    found: null,

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

    async search(query) {
      set({ query })
      const wanted = query.trim()
      if (wanted === '') {
        set({ found: null })
        return
      }
      try {
        const hits = await tools.bridge.call('conversations.search', { query: wanted })
        // Another letter may have been typed meanwhile: only the answer to the present question counts.
        if (get().query.trim() === wanted) set({ found: hits.map((hit) => hit.id) })
      } catch (error) {
        tell(error)
      }
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

    async deleteConversation(conversation) {
      try {
        await tools.bridge.call('conversations.delete', { conversation })
        get().removeSummary(conversation)
        get().removeTree(conversation)
      } catch (error) {
        tell(error)
      }
    },
  }
}
