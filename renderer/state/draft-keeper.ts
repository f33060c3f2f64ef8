// Saves drafts: through a call for a chat that exists, in the page's session for the new one, which has no row yet.
import type { Bridge } from '../bridge/client.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { asRoostError } from '../bridge/client.ts'
import type { AppStore } from './store.ts'

const SAVE_AFTER_MS = 600
const NEW_CHAT_KEY = 'roost.draft'

export interface DraftKeeper {
  /** Saves now what is waiting: the window is about to go. */
  flush(): void
}

export function keepDrafts(store: AppStore, bridge: Bridge, session: Storage): DraftKeeper {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>()

  async function save(conversation: string): Promise<void> {
    waiting.delete(conversation)
    const draft = (store.getState().drafts[conversation] ?? '').slice(0, LIMITS.draftCharacters)
    if (store.getState().summaries[conversation] === undefined) return
    try {
      await bridge.call('conversations.setDraft', { conversation, draft })
    } catch (error) {
      const problem = asRoostError(error)
      // not_found: the chat was deleted meanwhile, and its draft with it. Anything else is worth a word.
      if (problem.code !== 'not_found') store.getState().notify(problem.code, problem.detail, 'error')
    }
  }

  const kept = session.getItem(NEW_CHAT_KEY)
  if (kept !== null && kept !== '') store.getState().setDraft(null, kept)

  store.subscribe((state, before) => {
    if (state.drafts === before.drafts) return
    for (const [conversation, draft] of Object.entries(state.drafts)) {
      const old = before.drafts[conversation]
      if (draft === old) continue
      if (conversation === '') {
        session.setItem(NEW_CHAT_KEY, draft)
        continue
      }
      // undefined before: it was just fetched, not written.
      if (old === undefined) continue
      const timer = waiting.get(conversation)
      if (timer !== undefined) clearTimeout(timer)
      waiting.set(
        conversation,
        setTimeout(() => void save(conversation), SAVE_AFTER_MS),
      )
    }
  })

  return {
    flush() {
      for (const [conversation, timer] of waiting) {
        clearTimeout(timer)
        void save(conversation)
      }
    },
  }
}
