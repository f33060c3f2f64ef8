// Memory refresh as the dialog goes through it: how many turns stay, a draft that a person changes, the new branch, the way
// back.
import type { RefreshDraft, RefreshSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'
import { pathOf, runningAnswer } from './message-tree.ts'
import { withoutKey } from './without-key.ts'

/** What is said of the refresh can be undone for as long as a deletion. */
const UNDO_MS = 30_000

export const createRefreshSlice: SliceOf<RefreshSlice> = (set, get, tools) => {
  /** Nothing where the dialog was closed, or opened anew, meanwhile. */
  function change(draft: RefreshDraft, patch: Partial<RefreshDraft>): void {
    set((state) => {
      const { memoryRefresh } = state
      const same =
        memoryRefresh?.conversation === draft.conversation && memoryRefresh.message === draft.message
      return same ? { memoryRefresh: { ...memoryRefresh, ...patch } } : {}
    })
  }

  /** A cancelled step is the step before again. */
  function failed(draft: RefreshDraft, phase: RefreshDraft['phase'], error: unknown): void {
    const { code, detail, kind } = asRoostError(error)
    change(draft, { phase, problem: kind === 'cancelled' ? null : { code, detail } })
  }

  return {
    memoryRefresh: null,
    refreshDeclined: {},

    openRefresh() {
      const { conversation, trees } = get()
      const tree = conversation === null ? undefined : trees[conversation]
      if (tree === undefined || runningAnswer(tree) !== null) return
      const path = pathOf(tree)
      const message = path.findLast((id) => tree.byId[id]?.role === 'assistant')
      const turns = Math.floor(path.length / 2)
      if (message === undefined || turns < 2) return
      set({
        memoryRefresh: {
          conversation: tree.conversation,
          message,
          turns: Math.min(2, turns - 1),
          phase: 'choosing',
          summary: '',
          report: null,
          problem: null,
        },
      })
    },

    closeRefresh() {
      const { memoryRefresh } = get()
      set({ memoryRefresh: null })
      if (memoryRefresh?.phase !== 'drafting' && memoryRefresh?.phase !== 'applying') return
      // Nobody waits for it; what is under way ends a little later without it.
      tools.bridge.call('memory.cancelRefresh', {}).catch(() => undefined)
    },

    declineRefresh(conversation) {
      set((state) => ({ refreshDeclined: { ...state.refreshDeclined, [conversation]: true } }))
    },

    keepTurns(turns) {
      const { memoryRefresh } = get()
      // A draft of another part would say too much or too little.
      if (memoryRefresh !== null)
        change(memoryRefresh, { turns, phase: 'choosing', summary: '', problem: null })
    },

    writeSummary(summary) {
      const { memoryRefresh } = get()
      if (memoryRefresh !== null) change(memoryRefresh, { summary })
    },

    async draftSummary() {
      const draft = get().memoryRefresh
      if (draft === null) return
      change(draft, { phase: 'drafting', problem: null })
      const { conversation, message, turns } = draft
      try {
        const { summary } = await tools.bridge.call('memory.summarise', { conversation, message, turns })
        change(draft, { phase: 'ready', summary })
      } catch (error) {
        failed(draft, 'choosing', error)
      }
    },

    async applyRefresh() {
      const draft = get().memoryRefresh
      if (draft === null) return
      const { conversation, message, turns } = draft
      const summary = draft.summary.trim()
      if (summary === '') return
      change(draft, { phase: 'applying', problem: null })
      try {
        const wish = { conversation, message, turns, summary }
        const report = await tools.bridge.call('memory.refresh', wish)
        get().branchFrom(conversation, null)
        await get().openConversation(conversation)
        set((state) => ({ refreshDeclined: withoutKey(state.refreshDeclined, conversation) }))
        change(draft, { phase: 'done', report })
        // Closed meanwhile: the branch is there all the same, and so is the way back.
        if (get().memoryRefresh === null) {
          get().notify('memory_refreshed', {}, 'notice', {
            kind: 'undoRefresh',
            conversation,
            report,
            untilMs: UNDO_MS,
          })
        }
      } catch (error) {
        failed(draft, 'ready', error)
      }
    },

    async undoRefresh(conversation, report) {
      try {
        const shown = await tools.bridge.call('conversations.selectBranch', {
          conversation,
          message: report.before,
        })
        get().applyConversation(shown)
        // What was written behind the summary meanwhile stays: then going back is all that is undone.
        if (!shown.messages.some(({ parent }) => parent === report.leaf)) {
          const gone = await tools.bridge.call('messages.delete', { conversation, message: report.root })
          get().applyConversation(gone.conversation)
        }
        set({ memoryRefresh: null })
      } catch (error) {
        const problem = asRoostError(error)
        if (problem.kind !== 'cancelled') get().notify(problem.code, problem.detail, 'error')
      }
    },
  }
}
