// The state of the window: one slice per noun, composed here. Slices do not import each other; an action calls the
// bridge first and then applies what came back.
import { createStore } from 'zustand'
import type { StoreApi } from 'zustand'
import type { AppState, Tools } from './app-state.ts'
import { createAppSlice } from './app-slice.ts'
import { createArchiveSlice } from './archive-slice.ts'
import { createConversationsSlice } from './conversations-slice.ts'
import { createDataFolderSlice } from './data-folder-slice.ts'
import { createDocumentsSlice } from './documents-slice.ts'
import { createDownloadsSlice } from './downloads-slice.ts'
import { createEngineSlice } from './engine-slice.ts'
import { createKeepingSlice } from './keeping-slice.ts'
import { createLibrarySlice } from './library-slice.ts'
import { createMemorySlice } from './memory-slice.ts'
import { createMessagesSlice } from './messages-slice.ts'
import { createModelsSlice } from './models-slice.ts'
import { createNoticesSlice } from './notices-slice.ts'
import { createRefreshSlice } from './refresh-slice.ts'
import { createSettingsSlice } from './settings-slice.ts'
import { createSourcesSlice } from './sources-slice.ts'
import { createTemplatesSlice } from './templates-slice.ts'
import { createViewSlice } from './view-slice.ts'

export type AppStore = StoreApi<AppState>

export function createAppStore(tools: Tools): AppStore {
  return createStore<AppState>()((set, get) => ({
    ...createAppSlice(set, get, tools),
    ...createArchiveSlice(set, get, tools),
    ...createConversationsSlice(set, get, tools),
    ...createDataFolderSlice(set, get, tools),
    ...createDocumentsSlice(set, get, tools),
    ...createDownloadsSlice(set, get, tools),
    ...createEngineSlice(set, get, tools),
    ...createKeepingSlice(set, get, tools),
    ...createLibrarySlice(set, get, tools),
    ...createMemorySlice(set, get, tools),
    ...createMessagesSlice(set, get, tools),
    ...createModelsSlice(set, get, tools),
    ...createNoticesSlice(set, get, tools),
    ...createRefreshSlice(set, get, tools),
    ...createSettingsSlice(set, get, tools),
    ...createSourcesSlice(set, get, tools),
    ...createTemplatesSlice(set, get, tools),
    ...createViewSlice(set, get, tools),
  }))
}
