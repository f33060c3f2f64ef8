// The whole state of the window and its actions, as types: one interface per noun. `store.ts` composes the slices that
// implement them, and the slices see each other only through this page.
import type { ChatTemplateSummary } from '../../electron/contract/chat-templates.ts'
import type {
  AppInfo,
  Conversation,
  ConversationSummary,
  EngineState,
  FolderListing,
  Message,
  ModelSummary,
  Settings,
} from '../../electron/contract/entities.ts'
import type { Input } from '../../electron/contract/calls.ts'
import type { DataFolderChoice, DataFolderState } from '../../electron/contract/data-folder.ts'
import type {
  AddressFacts,
  Catalogue,
  CatalogueEntry,
  Download,
  HubSettings,
} from '../../electron/contract/download-entities.ts'
import type {
  Backup,
  DiskUsage,
  Folder,
  MessageHit,
  SearchQuery,
  SearchResults,
} from '../../electron/contract/keeping.ts'
import type {
  Benchmark,
  ConversionTarget,
  Fit,
  HardwareReport,
  Library,
  LibraryJob,
  WeightFormat,
} from '../../electron/contract/library-entities.ts'
import type {
  ConversationMemory,
  MemoryReading,
  MemoryUsage,
  Parameters,
  Persona,
  PortableSummary,
  Preset,
  QueuedMessage,
  TokenDetail,
  TravelReport,
  TunedState,
} from '../../electron/contract/memory.ts'
import type { RefreshReport } from '../../electron/contract/refresh-calls.ts'
import type { SamplingChoice } from '../../electron/contract/sampling.ts'
import type { ErrorDetail, RoostError } from '../../electron/contract/errors.ts'
import type { Bridge, Connection } from '../bridge/client.ts'
import type { AnswerStreams } from './answer-streams.ts'
import type { DocumentsScope, DocumentsSlice, SourcesSlice } from './documents-state.ts'
import type { Tree } from './message-tree.ts'

export interface AppSlice {
  info: AppInfo | null
  /** failed: the first calls did not come back; `startProblem` says why. */
  startPhase: 'starting' | 'ready' | 'failed'
  startProblem: Problem | null
  connection: Connection
  /** Fetches everything that is shown: at start, and after events were missed. */
  refresh(): Promise<void>
  setConnection(connection: Connection): void
  openLink(url: string): Promise<void>
  /** Asks for the connection again at once. */
  reconnect(): void
}

export interface SettingsSlice {
  settings: Settings | null
  changeSettings(patch: Partial<Settings>): Promise<void>
  applySettings(settings: Settings): void
  toggleSidebar(): Promise<void>
}

export interface EngineSlice {
  engine: EngineState
  applyEngine(engine: EngineState): void
  loadModel(model: string): Promise<void>
  cancelLoad(): Promise<void>
  unloadModel(): Promise<void>
}

export interface LibrarySlice {
  /** null until the page of models was opened. */
  library: Library | null
  jobs: readonly LibraryJob[]
  hardware: HardwareReport | null
  /** The latest run; null: none since the start. */
  benchmark: Benchmark | null
  applyLibrary(library: Library): void
  applyJob(job: LibraryJob): void
  applyBenchmark(benchmark: Benchmark): void
  openLibrary(): Promise<void>
  /** again: tests and measures anew. */
  readHardware(again: boolean): Promise<void>
  /** Opens the system's folder dialog where there is one, otherwise the window's own. */
  openModelFolder(): Promise<void>
  /** A folder of files.browse. False: it was not added, and the reason stands at 'browser'. */
  addModelFolder(folder: string): Promise<boolean>
  removeModelFolder(folder: string): Promise<void>
  verifyModel(model: string): Promise<void>
  convertModel(model: string, target: ConversionTarget): Promise<void>
  cancelJob(job: string): Promise<void>
  dismissJob(job: string): Promise<void>
  deleteModel(model: string): Promise<void>
  setWeights(model: string, weights: WeightFormat): Promise<void>
  runBenchmark(request: Input<'benchmark.run'>): Promise<void>
  cancelBenchmark(): Promise<void>
}

export interface DownloadsSlice {
  /** In the order of the queue. */
  downloads: readonly Download[]
  /** null until the page of models was opened. */
  catalogue: Catalogue | null
  /** By fileKey(); absent where nothing can be said. */
  fits: Readonly<Record<string, Fit>>
  /** The hub is being asked for what is new. */
  refreshing: boolean
  /** null until the settings were opened. */
  hub: HubSettings | null
  applyDownload(download: Download): void
  applyDownloads(downloads: readonly Download[]): void
  openDownloads(): Promise<void>
  refreshCatalogue(): Promise<void>
  /** null: it did not go, and the reason stands at 'hub'. So for all that belongs to the dialog. */
  lookUpRepository(repository: string): Promise<CatalogueEntry | null>
  keepEntry(entry: string): Promise<boolean>
  removeEntry(entry: string): Promise<void>
  examineAddress(address: string): Promise<AddressFacts | null>
  /** `bytes` as the button says them. What goes wrong stands at `place`. */
  beginDownload(place: Place, entry: string, file: string, bytes: number): Promise<boolean>
  beginAddress(address: string, bytes: number): Promise<boolean>
  pauseDownload(download: string): Promise<void>
  resumeDownload(download: string): Promise<void>
  cancelDownload(download: string): Promise<void>
  moveDownload(download: string, before: string | null): Promise<void>
  readHub(): Promise<void>
  setHubOrder(order: HubSettings['order']): Promise<void>
  setMirror(address: string, enabled: boolean): Promise<boolean>
  removeMirror(address: string): Promise<void>
  setHubToken(token: string | null): Promise<boolean>
}

export interface ModelsSlice {
  models: readonly ModelSummary[]
  applyModels(models: readonly ModelSummary[]): void
  /** Opens the system's file dialog where there is one, otherwise the window's own; loads what was chosen. */
  openModelFile(): Promise<void>
  /** A file of files.browse. True when the file is a model and its loading began. */
  addModelFile(file: string): Promise<boolean>
  /** One folder of the window's own file chooser; null: the first. What goes wrong stands at 'browser'; then null. */
  browse(folder: string | null): Promise<FolderListing | null>
}

export interface ConversationsSlice {
  summaries: Readonly<Record<string, ConversationSummary>>
  applySummaries(list: readonly ConversationSummary[]): void
  /** A newer revision replaces; an older one is ignored. */
  applySummary(summary: ConversationSummary): void
  removeSummary(conversation: string): void
  renameConversation(conversation: string, title: string): Promise<void>
  pinConversation(conversation: string, pinned: boolean): Promise<void>
}

/** Where a search hit leads: the message comes into view with the words marked. */
export interface Jump {
  readonly conversation: string
  readonly message: string
  readonly words: readonly string[]
}

export interface ArchiveSlice {
  archiveBusy: 'exporting' | 'importing' | 'backingUp' | 'restoring' | 'freeing' | null
  /** null: not asked for yet. */
  backups: readonly Backup[] | null
  usage: DiskUsage | null
  /** True when the file was written, or the dialog was cancelled. */
  exportChats(wish: Input<'export.run'>): Promise<boolean>
  /** null: through the system's dialog. */
  importChats(upload: File | null): Promise<boolean>
  refreshArchive(): Promise<void>
  backUpNow(): Promise<boolean>
  restoreBackup(backup: string): Promise<boolean>
  freeSpace(wish: Input<'storage.free'>): Promise<boolean>
  openDataFolder(): Promise<void>
}

/** A folder that a person chose for the data, and what moving there would take. */
export interface ChosenDataFolder extends DataFolderChoice {
  readonly folder: string
}

export interface DataFolderSlice {
  /** null: not asked for yet. */
  dataFolder: DataFolderState | null
  /** Waits for a yes. */
  dataFolderChosen: ChosenDataFolder | null
  applyDataFolder(state: DataFolderState): void
  refreshDataFolder(): Promise<void>
  /** Through the system's dialog. */
  chooseDataFolder(): Promise<void>
  /** A folder of files.browse. False: it cannot be used, and the reason stands at 'browser'. */
  inspectDataFolder(folder: string): Promise<boolean>
  dropDataFolderChoice(): void
  moveDataFolder(): Promise<void>
  cancelDataFolderMove(): Promise<void>
  deleteOldDataFolder(): Promise<void>
}

export interface KeepingSlice {
  folders: readonly Folder[]
  /** Conversations that are chosen in the rail; null: nothing is being chosen. */
  selection: readonly string[] | null
  /** Only conversations with this tag are listed. */
  tagFilter: string | null
  search: SearchQuery
  /** null while nothing is searched. */
  results: SearchResults | null
  jump: Jump | null
  applyFolders(folders: readonly Folder[]): void
  refreshKeeping(): Promise<void>
  /** The id of the new folder; null when it was not made. */
  createFolder(name: string): Promise<string | null>
  changeFolder(folder: string, change: { name?: string; open?: boolean }): Promise<void>
  deleteFolder(folder: string): Promise<void>
  organise(change: Input<'conversations.organise'>): Promise<void>
  /** Says so with a way back. */
  deleteConversations(conversations: readonly string[]): Promise<void>
  restoreConversations(conversations: readonly string[]): Promise<void>
  markRead(conversation: string): Promise<void>
  changeSearch(patch: Partial<SearchQuery>): Promise<void>
  jumpTo(conversation: string, message: string, words: readonly string[]): Promise<void>
  endJump(): void
  /** Messages with these words; none when it cannot be asked. */
  findMessages(query: SearchQuery): Promise<readonly MessageHit[]>
  select(conversations: readonly string[] | null): void
  filterByTag(tag: string | null): void
}

export interface MessagesSlice {
  trees: Readonly<Record<string, Tree>>
  /** Conversations that could not be opened, and why. */
  openProblems: Readonly<Record<string, Problem>>
  openConversation(conversation: string): Promise<void>
  /** Sends the draft of the open chat. `parent` is given when a question is edited: the parent of the old one. */
  send(text: string, parent?: string | null, beginning?: string): Promise<void>
  regenerate(conversation: string, answer: string): Promise<void>
  continueAnswer(conversation: string, answer: string): Promise<void>
  /** Every answer that is being written there. */
  stop(conversation: string): Promise<void>
  stopAnswer(conversation: string, answer: string): Promise<void>
  /** Says so with a way back. */
  deleteMessage(conversation: string, message: string): Promise<void>
  restoreMessage(conversation: string, message: string): Promise<void>
  /** Deletions of before a reload or a restart: the way back is still open. */
  offerDeletedMessages(): Promise<void>
  showVersion(conversation: string, message: string): Promise<void>
  setSystemPrompt(conversation: string, systemPrompt: string): Promise<void>
  applyConversation(conversation: Conversation): void
  applyCommitted(message: Message, activeLeaf: string | null): void
  applyDeleted(conversation: string, message: string, activeLeaf: string | null): void
  removeTree(conversation: string): void
}

/** Where a person went on the time line; the report follows when the state is live. */
export interface Travel {
  readonly message: string
  readonly report: TravelReport | null
}

export interface TemplatesSlice {
  /** Empty until the side panel was opened. */
  templates: readonly ChatTemplateSummary[]
  openTemplates(): Promise<void>
  /** null: what follows from the model. */
  chooseTemplate(model: string, template: string | null): Promise<void>
}

export interface MemorySlice {
  /** By conversation; of those whose panel was opened. */
  memories: Readonly<Record<string, ConversationMemory>>
  memoryUsage: MemoryUsage | null
  /** What is read in the background; null: nothing. */
  memoryReading: MemoryReading | null
  travelling: Travel | null
  personas: readonly Persona[]
  presets: readonly Preset[]
  tunedStates: readonly TunedState[]
  /** The three lists above were fetched. */
  shelfKnown: boolean
  /** question -> its answers are shown side by side. */
  comparing: Readonly<Record<string, boolean>>
  openMemory(conversation: string): Promise<void>
  applyMemoryChanged(conversation: string | null): void
  applyReading(reading: MemoryReading | null): void
  applyQueue(conversation: string, queue: readonly QueuedMessage[]): void
  freeMemory(conversation: string | null): Promise<void>
  /** A person is typing: reading in the background makes way. */
  attend(): void
  /** The next message branches from this answer, whose state becomes live at once. */
  travel(conversation: string, message: string): Promise<void>
  forget(conversation: string, message: string): Promise<void>
  /** Of the open chat; a new one comes into being with them. */
  setParameters(patch: Partial<Parameters>): Promise<void>
  writeSystemPrompt(systemPrompt: string): Promise<void>
  /** `again`: a question that exists; `text` is then of no account. */
  answerSeveral(text: string, count: number, again: string | null): Promise<void>
  compare(question: string, on: boolean): void
  /** null: it could not be found out, and was said. */
  tokensOf(conversation: string, message: string): Promise<readonly TokenDetail[] | null>
  branchAtToken(conversation: string, message: string, at: number, token: number): Promise<void>
  /** Waits for the running answer of the open chat. */
  enqueue(text: string): Promise<void>
  /** text null: it is taken out. */
  changeQueued(conversation: string, queued: string, text: string | null): Promise<void>
  sendQueued(conversation: string): Promise<void>
  openShelf(): Promise<void>
  savePersona(persona: Input<'personas.save'>): Promise<boolean>
  deletePersona(persona: string): Promise<void>
  startFrom(persona: string): Promise<void>
  startNotebook(): Promise<void>
  savePreset(name: string, sampling: SamplingChoice): Promise<void>
  deletePreset(preset: string): Promise<void>
  /** null: through the system's dialog. */
  addTunedState(upload: File | null): Promise<void>
  deleteTunedState(tunedState: string): Promise<void>
  /** A .roost file that waits for a yes. */
  memoryFile: { readonly file: string; readonly name: string; readonly summary: PortableSummary } | null
  exportMemory(conversation: string): Promise<void>
  /** null: through the system's dialog. Nothing is kept yet. */
  openMemoryFile(upload: File | null): Promise<void>
  keepMemoryFile(): Promise<void>
  closeMemoryFile(): void
}

/** The memory of a chat that is being refreshed, step by step. */
export interface RefreshDraft {
  readonly conversation: string
  /** The answer at the end of the branch that is summed up. */
  readonly message: string
  /** Last turns that go on word for word. */
  readonly turns: number
  readonly phase: 'choosing' | 'drafting' | 'ready' | 'applying' | 'done'
  readonly summary: string
  readonly report: RefreshReport | null
  readonly problem: Problem | null
}

export interface RefreshSlice {
  /** null: the dialog is closed. */
  memoryRefresh: RefreshDraft | null
  /** Chats in which the offer was waved away. */
  refreshDeclined: Readonly<Record<string, true>>
  openRefresh(): void
  closeRefresh(): void
  declineRefresh(conversation: string): void
  keepTurns(turns: number): void
  writeSummary(summary: string): void
  draftSummary(): Promise<void>
  applyRefresh(): Promise<void>
  undoRefresh(conversation: string, report: RefreshReport): Promise<void>
}

export type PanelTab = 'parameters' | 'sources' | 'memory'
export type Page = 'chat' | 'documents' | 'models' | 'settings'

export interface ViewState {
  page: Page
  /** The open conversation; null: a new chat that does not exist yet. */
  conversation: string | null
  /** Bumped by "New chat", so that the composer takes the focus even when a new chat is open already. */
  newChatCount: number
  sidebarOpen: boolean
  /** The sidebar over the page, in a narrow window. */
  overlayOpen: boolean
  paletteOpen: boolean
  modelPickerOpen: boolean
  fileBrowserOpen: boolean
  /** The window's own folder chooser. */
  folderBrowserOpen: boolean
  /** Which part of the page of models is shown. */
  modelsTab: 'library' | 'benchmark' | 'hardware'
  /** A dialog about one chat, or about folders. */
  chatPanel: {
    readonly chat: string | null
    readonly panel: 'rename' | 'tags' | 'systemPrompt' | 'folder'
  } | null
  /** The setting that is to be brought into view. */
  settingWanted: string | null
  /** Chats that the export dialog stands open for. */
  exporting: readonly string[] | 'all' | null
  /** The panel beside the chat. */
  panelOpen: boolean
  panelTab: PanelTab
  /** How many answers the next message gets. */
  answerCount: number
  /** Values of each of them that differ from the chat's; those that are missing are like the chat. */
  answerSlots: readonly SamplingChoice[]
  /** The first words of the next answer; null: the model begins it. */
  beginning: string | null
  /** The shelf of personas stands open. */
  personasOpen: boolean
  /** A link that waits for a yes, where the window opens links itself. */
  linkToOpen: string | null
  /** The question that is being edited. */
  editing: string | null
  /** Text not sent yet, by conversation; '' stands for the new chat. */
  drafts: Readonly<Record<string, string>>
  /** conversation -> the answer from which the next message branches off. */
  branchPoints: Readonly<Record<string, string>>
  uncleanDismissed: boolean
  /** What the page of documents lists. */
  documentsScope: DocumentsScope
  documentsTab: 'list' | 'search'
  /** The document that the page of documents shows, with the stretch that is marked; null: the list. */
  documentShown: { readonly document: string; readonly start?: number; readonly end?: number } | null
  /** The collection whose folder is being chosen in the window's own chooser. */
  watchFolderFor: string | null
  /** The passage that the dialog "Source" shows: a number of the evidence of this answer. */
  sourceShown: { readonly answer: string; readonly number: number } | null
  /** The answer whose sources the side panel shows; null: the last one. */
  answerChosen: string | null
  /** Known documents are being chosen as sources of the open chat. */
  sourcePickerOpen: boolean
}

export interface ViewActions {
  showPage(page: Page): void
  /** The settings page, at this setting (settings/setting-names.ts). */
  showSetting(setting: string): void
  showConversation(conversation: string | null): void
  startNewChat(): void
  patchView(patch: Partial<Omit<ViewState, 'drafts' | 'branchPoints'>>): void
  setDraft(conversation: string | null, text: string): void
  branchFrom(conversation: string, answer: string | null): void
}

export type ViewSlice = ViewState & ViewActions

export interface Problem {
  readonly code: string
  readonly detail: ErrorDetail
}

export interface Notice extends Problem {
  readonly id: string
  /** Plain words instead of a code: "Copied". */
  readonly tone: 'notice' | 'error'
  readonly action?: NoticeAction
}

/** What a notice offers for as long as it stands. */
export type NoticeAction = {
  /** The notice goes after this long; until then a person can still act. */
  readonly untilMs: number
} & (
  | { readonly kind: 'restore' | 'removeImported'; readonly conversations: readonly string[] }
  | { readonly kind: 'restoreMessage'; readonly conversation: string; readonly message: string }
  | { readonly kind: 'undoRefresh'; readonly conversation: string; readonly report: RefreshReport }
)

/** Where a problem is shown. Places that are a conversation use its id; '' is the new chat. */
export type Place =
  | `chat:${string}`
  | 'models'
  | 'settings'
  | 'browser'
  | 'catalogue'
  | 'hub'
  | 'hubSettings'
  | 'archive'
  | 'documents'
  | 'documentSearch'

export interface NoticesSlice {
  notices: readonly Notice[]
  problems: Readonly<Partial<Record<Place, Problem>>>
  notify(code: string, detail: ErrorDetail, tone: Notice['tone'], action?: NoticeAction): void
  dismissNotice(id: string): void
  /** Shows an error at its place. A cancelled action is an outcome, not an error: nothing is shown. */
  reportProblem(place: Place, error: RoostError): void
  clearProblem(place: Place): void
}

export type AppState = AppSlice &
  ArchiveSlice &
  MemorySlice &
  ConversationsSlice &
  DataFolderSlice &
  DocumentsSlice &
  DownloadsSlice &
  EngineSlice &
  KeepingSlice &
  LibrarySlice &
  MessagesSlice &
  ModelsSlice &
  NoticesSlice &
  RefreshSlice &
  SettingsSlice &
  SourcesSlice &
  TemplatesSlice &
  ViewSlice

/** What actions work with besides the state. */
export interface Tools {
  readonly bridge: Bridge
  readonly streams: AnswerStreams
  newId(): string
  now(): number
}

type Change = Partial<AppState>

/** `set` merges; it is given values or a pure function, never a promise. */
export type SliceOf<S> = (
  set: (change: Change | ((state: AppState) => Change)) => void,
  get: () => AppState,
  tools: Tools,
) => S
