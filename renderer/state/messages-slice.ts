// The messages of the conversations that were opened, and everything that can be done to them.
import type { MessagesSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'
import { withOpenedTree } from './kept-trees.ts'
import {
  emptyTree,
  newestLeafUnder,
  pathOf,
  runningAnswer,
  runningAnswers,
  treeOf,
  withActiveLeaf,
  withMessages,
  withoutMessage,
} from './message-tree.ts'
import type { Tree } from './message-tree.ts'
import { OWN_REVISION, ownMessage } from './own-message.ts'
import { summaryOf } from './summary-of.ts'
import { withoutKey } from './without-key.ts'

export const createMessagesSlice: SliceOf<MessagesSlice> = (set, get, tools) => {
  function changeTree(conversation: string, change: (tree: Tree) => Tree): void {
    set((state) => {
      const tree = state.trees[conversation]
      return tree ? { trees: { ...state.trees, [conversation]: change(tree) } } : {}
    })
  }

  function complain(conversation: string, error: unknown): void {
    get().reportProblem(`chat:${conversation}`, asRoostError(error))
  }

  function offerRestoring(conversation: string, message: string, messages: number, untilMs: number): void {
    if (untilMs <= 0) return
    get().notify('messages_deleted', { count: messages }, 'notice', {
      kind: 'restoreMessage',
      conversation,
      message,
      untilMs,
    })
  }

  return {
    trees: {},
    openProblems: {},

    async openConversation(conversation) {
      try {
        const opened = await tools.bridge.call('conversations.open', { conversation })
        get().applyConversation(opened)
      } catch (error) {
        const problem = asRoostError(error)
        // A chat that this window has only just begun is not known to the host yet.
        if (get().trees[conversation] !== undefined) return
        set((state) => ({
          openProblems: {
            ...state.openProblems,
            [conversation]: { code: problem.code, detail: problem.detail },
          },
        }))
      }
    },

    async send(text, parent, beginning) {
      const fresh = get().conversation === null
      const conversation = get().conversation ?? tools.newId()
      const draftKey = fresh ? null : conversation
      const before = get().trees[conversation] ?? emptyTree(conversation)
      if (runningAnswer(before) !== null) return
      const branchPoint = get().branchPoints[conversation]
      const at = parent !== undefined ? parent : (branchPoint ?? before.activeLeaf)
      const question = ownMessage(tools, conversation, tools.newId(), at, 'user', text)
      const answer = ownMessage(tools, conversation, tools.newId(), question.id, 'assistant', beginning ?? '')

      set((state) => ({
        trees: {
          ...state.trees,
          [conversation]: withActiveLeaf(withMessages(before, [question, answer]), answer.id),
        },
        editing: null,
        ...(fresh && state.conversation === null ? { conversation } : {}),
      }))
      get().clearProblem(`chat:${conversation}`)
      get().clearProblem('chat:')
      if (parent === undefined) get().setDraft(draftKey, '')
      get().branchFrom(conversation, null)
      try {
        await tools.bridge.call('chat.send', {
          conversation,
          parent: at,
          question: question.id,
          answer: answer.id,
          text,
          ...(beginning === undefined ? {} : { beginning }),
        })
      } catch (error) {
        const committed =
          (get().trees[conversation]?.byId[question.id]?.revision ?? OWN_REVISION) > OWN_REVISION
        if (committed) {
          complain(conversation, error)
          return
        }
        // Undo: rows out, text back into the box, the new chat is a new chat again.
        tools.streams.drop(answer.id)
        if (fresh) {
          get().removeTree(conversation)
          if (get().conversation === conversation) set({ conversation: null })
          complain('', error)
        } else {
          changeTree(conversation, (tree) =>
            withActiveLeaf(withoutMessage(tree, question.id), before.activeLeaf),
          )
          if (branchPoint !== undefined) get().branchFrom(conversation, branchPoint)
          complain(conversation, error)
        }
        if (parent === undefined && (get().drafts[draftKey ?? ''] ?? '') === '')
          get().setDraft(draftKey, text)
      }
    },

    async regenerate(conversation, answer) {
      const before = get().trees[conversation]
      const old = before?.byId[answer]
      if (before === undefined || old === undefined || runningAnswer(before) !== null) return
      const next = ownMessage(tools, conversation, tools.newId(), old.parent, 'assistant', '')
      changeTree(conversation, (tree) => withActiveLeaf(withMessages(tree, [next]), next.id))
      get().clearProblem(`chat:${conversation}`)
      try {
        await tools.bridge.call('chat.regenerate', { conversation, message: answer, answer: next.id })
      } catch (error) {
        if (get().trees[conversation]?.byId[next.id]?.revision === OWN_REVISION) {
          tools.streams.drop(next.id)
          changeTree(conversation, (tree) => withActiveLeaf(withoutMessage(tree, next.id), before.activeLeaf))
        }
        complain(conversation, error)
      }
    },

    async continueAnswer(conversation, answer) {
      get().clearProblem(`chat:${conversation}`)
      try {
        await tools.bridge.call('chat.continue', { conversation, message: answer })
      } catch (error) {
        complain(conversation, error)
      }
    },

    async stop(conversation) {
      try {
        // Several may be written at once: Stop means all of them.
        await Promise.all(
          runningAnswers(get().trees[conversation]).map((answer) =>
            tools.bridge.call('chat.stop', { answer }),
          ),
        )
      } catch (error) {
        complain(conversation, error)
      }
    },

    async stopAnswer(conversation, answer) {
      try {
        await tools.bridge.call('chat.stop', { answer })
      } catch (error) {
        complain(conversation, error)
      }
    },

    async deleteMessage(conversation, message) {
      try {
        const deletion = await tools.bridge.call('messages.delete', { conversation, message })
        get().applyConversation(deletion.conversation)
        offerRestoring(conversation, message, deletion.messages, deletion.remainingMs)
      } catch (error) {
        complain(conversation, error)
      }
    },

    async restoreMessage(conversation, message) {
      try {
        get().applyConversation(await tools.bridge.call('messages.restore', { conversation, message }))
        if (get().conversation !== conversation || get().page !== 'chat') get().showConversation(conversation)
      } catch (error) {
        const problem = asRoostError(error)
        get().notify(problem.code, problem.detail, 'error')
      }
    },

    async offerDeletedMessages() {
      try {
        for (const one of await tools.bridge.call('messages.undoable', {})) {
          const offered = get().notices.some(
            ({ action }) => action?.kind === 'restoreMessage' && action.message === one.message,
          )
          if (!offered) offerRestoring(one.conversation, one.message, one.messages, one.remainingMs)
        }
      } catch (error) {
        const problem = asRoostError(error)
        get().notify(problem.code, problem.detail, 'error')
      }
    },

    async showVersion(conversation, message) {
      const before = get().trees[conversation]
      if (before === undefined) return
      // Both sides follow the newest child down; shown at once, taken back if the host could not.
      changeTree(conversation, (tree) => withActiveLeaf(tree, newestLeafUnder(tree, message)))
      get().branchFrom(conversation, null)
      try {
        get().applyConversation(
          await tools.bridge.call('conversations.selectBranch', { conversation, message }),
        )
      } catch (error) {
        changeTree(conversation, (tree) => withActiveLeaf(tree, before.activeLeaf))
        complain(conversation, error)
      }
    },

    async setSystemPrompt(conversation, systemPrompt) {
      try {
        await tools.bridge.call('conversations.setSystemPrompt', { conversation, systemPrompt })
        changeTree(conversation, (tree) => ({ ...tree, systemPrompt }))
      } catch (error) {
        complain(conversation, error)
      }
    },

    applyConversation(opened) {
      const known = get().trees[opened.id]
      const fetched = treeOf(opened)
      // Rows of an event that overtook this reply are newer than those in it.
      const newer = fetched.order.flatMap((id) => {
        const mine = known?.byId[id]
        const theirs = fetched.byId[id]
        return mine && theirs && mine.revision > theirs.revision ? [mine] : []
      })
      // Rows that were sent but are not in the reply yet stay, with the leaf that they are.
      const own =
        known === undefined
          ? []
          : known.order.flatMap((id) => {
              const mine = known.byId[id]
              return mine && mine.revision === OWN_REVISION && fetched.byId[id] === undefined ? [mine] : []
            })
      let tree = withMessages(fetched, [...newer, ...own])
      if (own.length > 0 && known) tree = withActiveLeaf(tree, known.activeLeaf)
      set((state) => {
        return {
          trees: withOpenedTree(state.trees, tree, state.conversation),
          openProblems: withoutKey(state.openProblems, opened.id),
          drafts:
            state.drafts[opened.id] === undefined
              ? { ...state.drafts, [opened.id]: opened.draft }
              : state.drafts,
        }
      })
      get().applySummary(summaryOf(opened))
      for (const message of opened.messages) {
        if (message.state === 'generating')
          tools.streams.join(opened.id, message.id, message.text, message.nextSequence ?? null)
      }
    },

    applyCommitted(message, activeLeaf) {
      const known = get().trees[message.conversation]?.byId[message.id]
      if (known && known.revision > message.revision) return
      if (message.state === 'generating') tools.streams.begin(message.conversation, message.id, message.text)
      else tools.streams.drop(message.id)
      changeTree(message.conversation, (tree) => {
        const next = withMessages(tree, [message])
        if (activeLeaf === null || next.byId[activeLeaf] === undefined) return next
        // An answer that ends must not pull the view back from the version a person has moved to meanwhile.
        const created = known === undefined || known.revision === OWN_REVISION
        return created || pathOf(next).includes(activeLeaf) ? withActiveLeaf(next, activeLeaf) : next
      })
    },

    applyDeleted(conversation, message, activeLeaf) {
      changeTree(conversation, (tree) => {
        const next = withoutMessage(tree, message)
        return activeLeaf !== null && next.byId[activeLeaf] !== undefined
          ? withActiveLeaf(next, activeLeaf)
          : next
      })
    },

    removeTree(conversation) {
      set((state) => ({
        trees: withoutKey(state.trees, conversation),
        drafts: withoutKey(state.drafts, conversation),
      }))
    },
  }
}
