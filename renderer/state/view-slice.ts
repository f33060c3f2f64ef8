// What is only on the screen: page, open panels, drafts, the branch point. One table says what becomes of each field.
import type { AppState, SliceOf, ViewSlice, ViewState } from './app-state.ts'
import { withoutKey } from './without-key.ts'

/**
 * reload: survives a reload of the page. restart: survives a restart of the application, too.
 * `by` names what keeps it: the address of the page, the session of the page, or a call to the host.
 */
export const lifetimes = {
  page: { until: 'reload', by: 'address' },
  conversation: { until: 'reload', by: 'address' },
  newChatCount: { until: 'gone', by: null },
  sidebarOpen: { until: 'restart', by: 'settings.set' },
  overlayOpen: { until: 'gone', by: null },
  paletteOpen: { until: 'gone', by: null },
  modelPickerOpen: { until: 'gone', by: null },
  fileBrowserOpen: { until: 'gone', by: null },
  folderBrowserOpen: { until: 'gone', by: null },
  modelsTab: { until: 'gone', by: null },
  chatPanel: { until: 'gone', by: null },
  settingWanted: { until: 'gone', by: null },
  exporting: { until: 'gone', by: null },
  panelOpen: { until: 'reload', by: 'session' },
  panelTab: { until: 'reload', by: 'session' },
  answerCount: { until: 'gone', by: null },
  answerSlots: { until: 'gone', by: null },
  beginning: { until: 'gone', by: null },
  personasOpen: { until: 'gone', by: null },
  linkToOpen: { until: 'gone', by: null },
  editing: { until: 'gone', by: null },
  drafts: { until: 'restart', by: 'conversations.setDraft' },
  branchPoints: { until: 'gone', by: null },
  uncleanDismissed: { until: 'reload', by: 'session' },
  documentsScope: { until: 'reload', by: 'address' },
  documentsTab: { until: 'reload', by: 'address' },
  documentShown: { until: 'reload', by: 'address' },
  watchFolderFor: { until: 'gone', by: null },
  sourceShown: { until: 'reload', by: 'address' },
  answerChosen: { until: 'gone', by: null },
  sourcePickerOpen: { until: 'gone', by: null },
} as const satisfies Record<keyof ViewState, { until: 'gone' | 'reload' | 'restart'; by: string | null }>

export const createViewSlice: SliceOf<ViewSlice> = (set) => ({
  page: 'chat',
  conversation: null,
  newChatCount: 0,
  sidebarOpen: true,
  overlayOpen: false,
  paletteOpen: false,
  modelPickerOpen: false,
  fileBrowserOpen: false,
  folderBrowserOpen: false,
  modelsTab: 'library',
  chatPanel: null,
  settingWanted: null,
  exporting: null,
  panelOpen: false,
  panelTab: 'memory',
  answerCount: 1,
  answerSlots: [],
  beginning: null,
  personasOpen: false,
  linkToOpen: null,
  editing: null,
  drafts: {},
  branchPoints: {},
  uncleanDismissed: false,
  documentsScope: { kind: 'all' },
  documentsTab: 'list',
  documentShown: null,
  watchFolderFor: null,
  sourceShown: null,
  answerChosen: null,
  sourcePickerOpen: false,

  showSetting(setting) {
    set({ page: 'settings', overlayOpen: false, editing: null, settingWanted: setting })
  },
  showPage(page) {
    set({ page, overlayOpen: false, editing: null })
  },
  showConversation(conversation) {
    set({ page: 'chat', conversation, overlayOpen: false, editing: null })
  },
  startNewChat() {
    set((state: AppState) => ({
      page: 'chat',
      conversation: null,
      overlayOpen: false,
      editing: null,
      newChatCount: state.newChatCount + 1,
    }))
  },
  patchView(patch) {
    set(patch)
  },
  setDraft(conversation, text) {
    set((state: AppState) => ({ drafts: { ...state.drafts, [conversation ?? '']: text } }))
  },
  branchFrom(conversation, answer) {
    set((state: AppState) => ({
      branchPoints:
        answer === null
          ? withoutKey(state.branchPoints, conversation)
          : { ...state.branchPoints, [conversation]: answer },
    }))
  },
})
