// The methods of Storage, over a connection.
import {
  createConversation,
  findConversation,
  findSummary,
  listConversations,
  pinConversation,
  readSystemPrompt,
  renameConversation,
  setDraft,
  setSystemPrompt,
} from './conversations.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import { addArriving, admit } from './arriving.ts'
import { changeFolder, createFolder, deleteFolder, listFolders } from './folders.ts'
import {
  deleteConversations,
  deletedBatches,
  markRead,
  organise,
  purge,
  restoreConversations,
} from './keeping.ts'
import { searchMessages } from './message-search.ts'
import { dropOlderStates, spaceInside } from './disk-space.ts'
import {
  deletePersona,
  deletePreset,
  deleteTunedState,
  dropOpeningStates,
  editQueued,
  forgetTurn,
  listPersonas,
  listPresets,
  listTunedStates,
  openingState,
  openingStates,
  putOpeningState,
  putPersona,
  putPreset,
  putTunedState,
  queueMessage,
  removeQueued,
  setParameters,
} from './memory-rows.ts'
import {
  addDocuments,
  changeDocument,
  documentOutline,
  findDocument,
  finishDocument,
  listCollections,
  listDocuments,
  putCollection,
  removeCollection,
} from './documents.ts'
import { listDownloads, putDownload, removeDownload } from './downloads.ts'
import { findMessage, hasReplies, subtreeRows } from './message-rows.ts'
import { requestCheck } from './open-database.ts'
import {
  addPassages,
  documentText,
  documentsToIndex,
  dropDocumentText,
  indexPassages,
  passagesById,
  passagesOf,
  removeDocument,
} from './passages.ts'
import { searchPassages } from './passage-search.ts'
import type { DatabasePlaces } from './places.ts'
import { readParameters } from './parameters.ts'
import { importPortable, portableConversation } from './portable-rows.ts'
import type { Operations } from './protocol.ts'
import { queueOf } from './queue.ts'
import { rebuildSearchIndex, search } from './search.ts'
import { listModels, putModel, readSettings, removeModel, setSettings } from './settings.ts'
import {
  conversationStates,
  dropSnapshot,
  evict,
  freeSnapshots,
  keepSnapshot,
  restingLeaves,
  resumePoint,
  snapshotBytes,
  snapshotUsage,
} from './snapshots.ts'
import type { StorageReader, StorageWriter } from './storage.ts'
import {
  beginTurn,
  deleteMessages,
  finishAnswer,
  pathTo,
  resumeAnswer,
  saveRunning,
  selectBranch,
} from './turns.ts'

export const readerOperations: Operations<StorageReader, ReadableDatabase> = {
  listConversations,
  search,
  conversation: findConversation,
  conversationSummary: findSummary,
  systemPrompt: readSystemPrompt,
  message: findMessage,
  hasReplies,
  subtree: (db, message) => subtreeRows(db, message).map(({ id }) => id),
  path: pathTo,
  resumePoint,
  snapshotUsage,
  snapshotBytes,
  parameters: readParameters,
  queue: queueOf,
  conversationStates,
  restingLeaves,
  personas: listPersonas,
  openingStates,
  openingState,
  presets: listPresets,
  tunedStates: listTunedStates,
  portableConversation,
  settings: readSettings,
  models: listModels,
  downloads: listDownloads,
  collections: listCollections,
  documents: listDocuments,
  document: findDocument,
  documentOutline,
  documentText,
  passagesOf,
  passagesById,
  searchPassages,
  documentsToIndex,
  listFolders,
  deletedBatches,
  searchMessages,
  spaceInside,
}

export function writerOperations(places: DatabasePlaces): Operations<StorageWriter, WritableDatabase> {
  return {
    createConversation,
    renameConversation,
    pinConversation,
    setDraft,
    setSystemPrompt,
    selectBranch,
    beginTurn,
    resumeAnswer,
    saveRunning,
    finishAnswer,
    deleteMessages,
    dropSnapshot,
    keepBudget: evict,
    setParameters,
    queueMessage,
    editQueued,
    removeQueued,
    keepSnapshot,
    freeSnapshots,
    putPersona,
    deletePersona,
    putOpeningState,
    dropOpeningStates,
    putPreset,
    deletePreset,
    putTunedState,
    deleteTunedState,
    forgetTurn,
    importPortable,
    setSettings,
    putModel,
    removeModel,
    putDownload,
    removeDownload,
    putCollection,
    removeCollection,
    addDocuments,
    changeDocument,
    dropDocumentText,
    addPassages,
    finishDocument,
    removeDocument,
    indexPassages,
    rebuildSearchIndex,
    createFolder,
    changeFolder,
    deleteFolder,
    organise,
    markRead,
    deleteConversations,
    restoreConversations,
    purge,
    addArriving,
    admit,
    dropOlderStates,
    requestCheck: () => requestCheck(places.database),
  }
}
