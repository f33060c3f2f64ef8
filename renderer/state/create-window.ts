// Builds what stands behind one window: bridge -> streams -> store, and the subscriptions that keep them in step.
import type { Bridge } from '../bridge/client.ts'
import { asRoostError } from '../bridge/client.ts'
import { followAddress } from './address.ts'
import { AnswerStreams } from './answer-streams.ts'
import { keepDrafts } from './draft-keeper.ts'
import { createFramePacer, windowClock } from './frame-pacer.ts'
import { listenToHost } from './host-events.ts'
import { createAppStore } from './store.ts'
import type { AppStore } from './store.ts'
import type { AppContextValue } from './use-app.ts'

const UNCLEAN_KEY = 'roost.unclean-dismissed'

export function createWindow(bridge: Bridge): AppContextValue {
  const streams = new AnswerStreams({
    schedule: createFramePacer(windowClock),
    refill: async (conversation, answer) => {
      try {
        const message = await bridge.call('messages.get', { conversation, message: answer })
        if (message.state === 'generating') return { text: message.text, next: message.nextSequence ?? null }
        store.getState().applyCommitted(message, null)
        return null
      } catch (error) {
        // unavailable: the host can't be reached just now, the next attempt follows. Otherwise the answer is gone.
        return asRoostError(error).kind === 'unavailable' ? { text: '', next: null } : null
      }
    },
  })
  const store = createAppStore({
    bridge,
    streams,
    newId: () => crypto.randomUUID(),
    now: () => Date.now(),
  })

  store.getState().patchView({ uncleanDismissed: sessionStorage.getItem(UNCLEAN_KEY) !== null })
  followAddress(store)
  const drafts = keepDrafts(store, bridge, sessionStorage)
  addEventListener('pagehide', () => drafts.flush())
  store.subscribe((state, before) => {
    if (state.uncleanDismissed && !before.uncleanDismissed) sessionStorage.setItem(UNCLEAN_KEY, 'yes')
    if (
      state.conversation !== null &&
      state.conversation !== before.conversation &&
      state.trees[state.conversation] === undefined
    ) {
      void state.openConversation(state.conversation)
    }
  })
  store.subscribe((state, before) => {
    if (state.conversation === before.conversation) return
    state.patchView({ sourceShown: null, answerChosen: null })
    // One that this window has only just minted has none yet, and gets them by events.
    if (state.conversation !== null && state.sources[state.conversation] === undefined)
      void state.openSources(state.conversation)
  })
  keepRead(store)
  refuseDroppedFiles()
  listenToHost(store, streams, bridge)
  void store.getState().refresh()
  return { store, streams }
}

/** What is on the screen counts as seen. */
function keepRead(store: AppStore): void {
  const look = (): void => {
    const state = store.getState()
    const { page, conversation, summaries } = state
    if (page !== 'chat' || conversation === null || document.visibilityState !== 'visible') return
    if (summaries[conversation]?.unread === true) void state.markRead(conversation)
  }
  store.subscribe((state, before) => {
    if (
      state.conversation !== before.conversation ||
      state.page !== before.page ||
      state.summaries !== before.summaries
    )
      look()
  })
  document.addEventListener('visibilitychange', look)
}

/** A file that is dropped on a page replaces the page, unless the page says no; what takes files has said yes before. */
function refuseDroppedFiles(): void {
  const refuse = (event: DragEvent): void => {
    if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'none'
  }
  // Listens last: on the way up, behind those of the window's parts.
  addEventListener('dragover', refuse)
  addEventListener('drop', refuse)
}
