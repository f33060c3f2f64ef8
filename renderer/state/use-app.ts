// The store and the streams, as components reach them.
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { AnswerStreams, StreamView } from './answer-streams.ts'
import type { AppState } from './app-state.ts'
import type { AppStore } from './store.ts'

export interface AppContextValue {
  readonly store: AppStore
  readonly streams: AnswerStreams
}

const AppContext = createContext<AppContextValue | null>(null)
export const AppProvider = AppContext.Provider

function useContextValue(): AppContextValue {
  const value = useContext(AppContext)
  if (value === null) throw new Error('AppProvider is missing above this component')
  return value
}

/** Selectors give values that are stable while nothing they concern has changed. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useContextValue().store, select)
}

/** For handlers: the state at the time of the call, without rendering on its changes. */
export function useAppStore(): AppStore {
  return useContextValue().store
}

export function useStream(conversation: string, answer: string): StreamView {
  const { streams } = useContextValue()
  const subscribe = useCallback(
    (listener: () => void) => streams.watch(conversation, answer, listener),
    [streams, conversation, answer],
  )
  return useSyncExternalStore(subscribe, () => streams.view(answer))
}
