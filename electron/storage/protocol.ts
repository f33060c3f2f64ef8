// What the storage client and its two worker threads say to each other. Both sides are ours and of one version.
import type { ErrorValue } from '../contract/errors.ts'
import type { DatabasePlaces } from './places.ts'
import type { OpeningReport, StorageReader, StorageWriter } from './storage.ts'

export interface WorkerStart {
  readonly role: 'reader' | 'writer'
  readonly places: DatabasePlaces
  readonly pageLimit: number | null
}

export interface Request {
  readonly id: number
  readonly method: string
  readonly values: readonly unknown[]
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly report: OpeningReport | null }
  | { readonly kind: 'refused'; readonly error: ErrorValue }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorValue; readonly stack: string | null }
  | { readonly kind: 'slow'; readonly sql: string; readonly milliseconds: number }
  | { readonly kind: 'trouble'; readonly message: string; readonly code: string }
  | { readonly kind: 'closed' }

/** The synchronous form of an interface of promises. */
export type Operations<Interface, Connection> = {
  [Name in keyof Interface]: Interface[Name] extends (...values: infer Values) => Promise<infer Value>
    ? (db: Connection, ...values: Values) => Value
    : never
}

/** Every method once: a missing or extra one does not compile. */
export const readerMethods: Readonly<Record<keyof StorageReader, true>> = {
  listConversations: true,
  conversation: true,
  conversationSummary: true,
  systemPrompt: true,
  message: true,
  hasReplies: true,
  subtree: true,
  path: true,
  resumePoint: true,
  snapshotUsage: true,
  snapshotBytes: true,
  parameters: true,
  queue: true,
  conversationStates: true,
  restingLeaves: true,
  personas: true,
  openingStates: true,
  openingState: true,
  presets: true,
  tunedStates: true,
  portableConversation: true,
  settings: true,
  models: true,
  downloads: true,
  collections: true,
  documents: true,
  document: true,
  documentOutline: true,
  documentText: true,
  passagesOf: true,
  passagesById: true,
  searchPassages: true,
  documentsToIndex: true,
  sources: true,
  evidence: true,
  evidenceOf: true,
  answersOf: true,
  readings: true,
  readingState: true,
  listFolders: true,
  deletedBatches: true,
  deletedBranches: true,
  searchMessages: true,
  spaceInside: true,
}

export const writerMethods: Readonly<Record<keyof StorageWriter, true>> = {
  createConversation: true,
  renameConversation: true,
  pinConversation: true,
  setDraft: true,
  setSystemPrompt: true,
  selectBranch: true,
  beginTurn: true,
  resumeAnswer: true,
  saveRunning: true,
  finishAnswer: true,
  dropSnapshot: true,
  keepBudget: true,
  setParameters: true,
  queueMessage: true,
  editQueued: true,
  removeQueued: true,
  keepSnapshot: true,
  freeSnapshots: true,
  putPersona: true,
  deletePersona: true,
  putOpeningState: true,
  dropOpeningStates: true,
  putPreset: true,
  deletePreset: true,
  putTunedState: true,
  deleteTunedState: true,
  forgetTurn: true,
  graftBranch: true,
  importPortable: true,
  setSettings: true,
  putModel: true,
  removeModel: true,
  putDownload: true,
  removeDownload: true,
  putCollection: true,
  removeCollection: true,
  addDocuments: true,
  changeDocument: true,
  dropDocumentText: true,
  addPassages: true,
  finishDocument: true,
  removeDocument: true,
  setSources: true,
  putEvidence: true,
  putReading: true,
  keepReadingState: true,
  dropReadings: true,
  indexPassages: true,
  rebuildSearchIndex: true,
  createFolder: true,
  changeFolder: true,
  deleteFolder: true,
  organise: true,
  markRead: true,
  deleteConversations: true,
  restoreConversations: true,
  deleteMessages: true,
  restoreMessages: true,
  purge: true,
  addArriving: true,
  admit: true,
  dropOlderStates: true,
  requestCheck: true,
}
