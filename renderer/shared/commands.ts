// Everything a person can have done by name: the palette lists it, shortcuts call it. Each command says when it applies.
import { attachFiles, chooseDocuments } from '../documents/add-documents.ts'
import { pathOf, runningAnswer } from '../state/message-tree.ts'
import type { AppState, Page } from '../state/app-state.ts'
import type { AppStore } from '../state/store.ts'
import { en } from '../text/en.ts'
import { languages } from '../text/language.ts'
import type { Text } from '../text/en.ts'
import type { BoundCommand } from './shortcuts.ts'

export interface Command {
  readonly id: string
  readonly label: (text: Text) => string
  /** It has keys, or may be given some. */
  readonly bound?: BoundCommand
  /** Missing: always. */
  readonly when?: (state: AppState) => boolean
  readonly run: (store: AppStore) => void
}

const openChat = (state: AppState): boolean =>
  state.page === 'chat' && state.conversation !== null && state.summaries[state.conversation] !== undefined

/** The answer at the end of what is shown, if it is written to its end. */
function lastAnswer(state: AppState): { conversation: string; id: string; text: string } | null {
  const tree = state.conversation === null ? undefined : state.trees[state.conversation]
  if (tree === undefined || runningAnswer(tree) !== null) return null
  const last = tree.byId[pathOf(tree).at(-1) ?? '']
  return last?.role === 'assistant' ? { conversation: tree.conversation, id: last.id, text: last.text } : null
}

/** As the rail lists them without folders: last changed first. */
function neighbour(state: AppState, step: 1 | -1): string | null {
  const order = Object.values(state.summaries).sort((a, b) => b.updatedAt - a.updatedAt)
  const at = order.findIndex(({ id }) => id === state.conversation)
  const next = at < 0 ? (step > 0 ? 0 : -1) : at + step
  return order.at(next < 0 ? 0 : Math.min(next, order.length - 1))?.id ?? null
}

const page = (target: Page, name: (text: Text) => string): Command => ({
  id: `page ${target}`,
  label: (text) => text.commandGoTo(name(text)),
  run: (store) => store.getState().showPage(target),
})

const onChat = (
  id: string,
  bound: BoundCommand | undefined,
  label: Command['label'],
  run: (state: AppState, chat: string) => void,
): Command => ({
  id,
  label,
  ...(bound === undefined ? {} : { bound }),
  when: openChat,
  run: (store) => {
    const state = store.getState()
    if (state.conversation !== null) run(state, state.conversation)
  },
})

const setting = (
  id: string,
  label: Command['label'],
  patch: Parameters<AppState['changeSettings']>[0],
): Command => ({
  id,
  label,
  run: (store) => void store.getState().changeSettings(patch),
})

function focus(selector: string): void {
  // After what the command changed is on the screen.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus())
}

export const commands: readonly Command[] = [
  {
    id: 'newChat',
    label: (t) => t.newChat,
    bound: 'newChat',
    run: (store) => store.getState().startNewChat(),
  },
  {
    id: 'search',
    label: (t) => t.commandSearch,
    bound: 'search',
    run: (store) => {
      if (document.querySelector('.rail') === null) {
        if (matchMedia('(max-width: 859px)').matches) store.getState().patchView({ overlayOpen: true })
        else void store.getState().toggleSidebar()
      }
      focus('.rail input[type="search"]')
    },
  },
  {
    id: 'stop',
    label: (t) => t.commandStop,
    when: (state) => state.conversation !== null && runningAnswer(state.trees[state.conversation]) !== null,
    run: (store) => void store.getState().stop(store.getState().conversation ?? ''),
  },
  {
    id: 'regenerate',
    label: (t) => t.commandRegenerate,
    bound: 'regenerate',
    when: (state) => state.page === 'chat' && lastAnswer(state) !== null,
    run: (store) => {
      const last = lastAnswer(store.getState())
      if (last !== null) void store.getState().regenerate(last.conversation, last.id)
    },
  },
  {
    id: 'copyAnswer',
    label: (t) => t.commandCopyAnswer,
    bound: 'copyAnswer',
    when: (state) => state.page === 'chat' && lastAnswer(state) !== null,
    run: (store) => void navigator.clipboard.writeText(lastAnswer(store.getState())?.text ?? ''),
  },
  {
    id: 'focusMessage',
    label: (t) => t.commandFocusMessage,
    bound: 'focusMessage',
    run: (store) => {
      if (store.getState().page !== 'chat') store.getState().showPage('chat')
      focus('.chat-foot textarea')
    },
  },
  {
    id: 'nextChat',
    label: (t) => t.commandNextChat,
    bound: 'nextChat',
    when: (state) => Object.keys(state.summaries).length > 0,
    run: (store) => {
      const next = neighbour(store.getState(), 1)
      if (next !== null) store.getState().showConversation(next)
    },
  },
  {
    id: 'previousChat',
    label: (t) => t.commandPreviousChat,
    bound: 'previousChat',
    when: (state) => Object.keys(state.summaries).length > 0,
    run: (store) => {
      const next = neighbour(store.getState(), -1)
      if (next !== null) store.getState().showConversation(next)
    },
  },
  {
    id: 'refreshMemory',
    label: (t) => t.commandRefresh,
    when: (state) => {
      const tree = state.conversation === null ? undefined : state.trees[state.conversation]
      return (
        state.page === 'chat' &&
        state.engine.phase === 'ready' &&
        tree !== undefined &&
        tree.parameters.mode === 'chat' &&
        runningAnswer(tree) === null &&
        pathOf(tree).length >= 4
      )
    },
    run: (store) => store.getState().openRefresh(),
  },
  onChat(
    'renameChat',
    'renameChat',
    (t) => t.commandRenameChat,
    (state, chat) => state.patchView({ chatPanel: { chat, panel: 'rename' } }),
  ),
  onChat(
    'pinChat',
    'pinChat',
    (t) => t.commandPinChat,
    (state, chat) => void state.pinConversation(chat, state.summaries[chat]?.pinned !== true),
  ),
  onChat(
    'tagChat',
    'tagChat',
    (t) => t.commandTagChat,
    (state, chat) => state.patchView({ chatPanel: { chat, panel: 'tags' } }),
  ),
  onChat(
    'systemPrompt',
    undefined,
    (t) => t.systemPrompt,
    (state, chat) => state.patchView({ chatPanel: { chat, panel: 'systemPrompt' } }),
  ),
  onChat(
    'exportChat',
    'exportChat',
    (t) => t.commandExportChat,
    (state, chat) => state.patchView({ exporting: [chat] }),
  ),
  onChat(
    'deleteChat',
    'deleteChat',
    (t) => t.commandDeleteChat,
    (state, chat) => void state.deleteConversations([chat]),
  ),
  {
    id: 'chooseModel',
    label: (t) => t.chooseModel,
    bound: 'chooseModel',
    run: (store) => store.getState().patchView({ modelPickerOpen: true }),
  },
  {
    id: 'openModelFile',
    label: (t) => t.openModelFile,
    run: (store) => void store.getState().openModelFile(),
  },
  {
    id: 'unload',
    label: (t) => t.commandUnload,
    when: (state) => state.engine.phase === 'ready',
    run: (store) => void store.getState().unloadModel(),
  },
  page('chat', (t) => t.chat),
  page('documents', (t) => t.documents),
  {
    id: 'addDocuments',
    label: (t) => t.commandAddDocuments,
    run: (store) => {
      store.getState().showPage('documents')
      void chooseDocuments(store, { kind: 'library', collection: null })
    },
  },
  {
    id: 'attachDocument',
    label: (t) => t.commandAttach,
    when: (state) => state.page === 'chat',
    run: (store) => void attachFiles(store),
  },
  {
    id: 'sources',
    label: (t) => t.commandSources,
    run: (store) => {
      store.getState().showPage('chat')
      store.getState().patchView({ panelOpen: true, panelTab: 'sources' })
    },
  },
  page('models', (t) => t.models),
  { ...page('settings', (t) => t.settings), bound: 'settings' },
  {
    id: 'sidebar',
    label: (t) => t.shortcutSidebar,
    bound: 'sidebar',
    run: (store) => {
      const state = store.getState()
      if (matchMedia('(max-width: 859px)').matches) state.patchView({ overlayOpen: !state.overlayOpen })
      else void state.toggleSidebar()
    },
  },
  {
    id: 'newFolder',
    label: (t) => t.newFolderMenu,
    run: (store) => store.getState().patchView({ chatPanel: { chat: null, panel: 'folder' } }),
  },
  {
    id: 'openFolders',
    label: (t) => t.commandOpenFolders,
    when: (state) => state.folders.length > 0,
    run: (store) => {
      const state = store.getState()
      for (const { id } of state.folders) void state.changeFolder(id, { open: true })
    },
  },
  {
    id: 'closeFolders',
    label: (t) => t.commandCloseFolders,
    when: (state) => state.folders.length > 0,
    run: (store) => {
      const state = store.getState()
      for (const { id } of state.folders) void state.changeFolder(id, { open: false })
    },
  },
  { id: 'selectChats', label: (t) => t.selectChats, run: (store) => store.getState().select([]) },
  {
    id: 'markAllRead',
    label: (t) => t.commandMarkAllRead,
    when: (state) => Object.values(state.summaries).some(({ unread }) => unread),
    run: (store) => {
      const state = store.getState()
      for (const { id, unread } of Object.values(state.summaries)) if (unread) void state.markRead(id)
    },
  },
  {
    id: 'exportAll',
    label: (t) => t.exportAll,
    run: (store) => store.getState().patchView({ exporting: 'all' }),
  },
  {
    id: 'importChats',
    label: (t) => t.importChats,
    run: (store) => store.getState().showSetting('importChats'),
  },
  { id: 'backUp', label: (t) => t.backUpNow, run: (store) => void store.getState().backUpNow() },
  { id: 'restore', label: (t) => t.backups, run: (store) => store.getState().showSetting('backups') },
  { id: 'freeSpace', label: (t) => t.freeSpace, run: (store) => store.getState().showSetting('diskSpace') },
  {
    id: 'openDataFolder',
    label: (t) => t.openDataFolder,
    when: (state) => state.info?.nativeDialogs === true,
    run: (store) => void store.getState().openDataFolder(),
  },
  {
    id: 'shortcutList',
    label: (t) => t.shortcutList,
    bound: 'shortcutList',
    run: (store) => store.getState().showSetting('shortcuts'),
  },
  setting('light', (t) => t.commandTheme(t.themeLight), { theme: 'light' }),
  setting('dark', (t) => t.commandTheme(t.themeDark), { theme: 'dark' }),
  setting('system', (t) => t.commandTheme(t.themeSystem), { theme: 'system' }),
  setting('english', (t) => t.commandLanguage(languages.en.languageName), { language: 'en' }),
  setting('chinese', (t) => t.commandLanguage(languages.zh.languageName), { language: 'zh' }),
  setting('languageSystem', (t) => t.commandLanguage(t.languageSystem), { language: 'system' }),
]

/** Its name in the window's language, and the English one: people know both. */
export function namesOf(command: Command, text: Text): string[] {
  return [...new Set([command.label(text), command.label(en)])]
}

export function runBound(bound: BoundCommand, store: AppStore): void {
  const command = commands.find((one) => one.bound === bound)
  if (command !== undefined && command.when?.(store.getState()) !== false) command.run(store)
}
