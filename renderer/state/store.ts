// The state of the window: one slice per noun, composed here. Slices do not import each other; an action calls the
// bridge first and then applies what came back.
import { createStore } from 'zustand'
import type { StateCreator, StoreApi } from 'zustand'
import type { Bridge } from '../bridge/client.ts'
import type { AnswerStreams } from './answer-streams.ts'
import { createAppSlice } from './app-slice.ts'
import type { AppSlice } from './app-slice.ts'
import { createConversationsSlice } from './conversations-slice.ts'
import type { ConversationsSlice } from './conversations-slice.ts'
import { createEngineSlice } from './engine-slice.ts'
import type { EngineSlice } from './engine-slice.ts'
import { createMessagesSlice } from './messages-slice.ts'
import type { MessagesSlice } from './messages-slice.ts'
import { createModelsSlice } from './models-slice.ts'
import type { ModelsSlice } from './models-slice.ts'
import { createNoticesSlice } from './notices-slice.ts'
import type { NoticesSlice } from './notices-slice.ts'
import { createSettingsSlice } from './settings-slice.ts'
import type { SettingsSlice } from './settings-slice.ts'
import { createViewSlice } from './view-slice.ts'
import type { ViewSlice } from './view-slice.ts'

export type AppState = AppSlice &
  ConversationsSlice &
  EngineSlice &
  MessagesSlice &
  ModelsSlice &
  NoticesSlice &
  SettingsSlice &
  ViewSlice

export type AppStore = StoreApi<AppState>

/** What actions work with besides the state. */
export interface Tools {
  readonly bridge: Bridge
  readonly streams: AnswerStreams
  newId(): string
  now(): number
}

export type SliceOf<S> = (
  set: Parameters<StateCreator<AppState, [], [], S>>[0],
  get: () => AppState,
  tools: Tools,
) => S

export function createAppStore(tools: Tools): AppStore {
  return createStore<AppState>()((set, get) => ({
    ...createAppSlice(set, get, tools),
    ...createConversationsSlice(set, get, tools),
    ...createEngineSlice(set, get, tools),
    ...createMessagesSlice(set, get, tools),
    ...createModelsSlice(set, get, tools),
    ...createNoticesSlice(set, get, tools),
    ...createSettingsSlice(set, get, tools),
    ...createViewSlice(set, get, tools),
  }))
}
