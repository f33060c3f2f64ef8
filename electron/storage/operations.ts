// The methods of Storage, over a connection.
import {
  createConversation,
  deleteConversation,
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
import { findMessage, hasReplies, subtreeRows } from './message-rows.ts'
import { requestCheck } from './open-database.ts'
import type { DatabasePlaces } from './open-database.ts'
import type { Operations } from './protocol.ts'
import { rebuildSearchIndex, search } from './search.ts'
import { listModels, putModel, readSettings, removeModel, setSettings } from './settings.ts'
import { dropSnapshot, evict, resumePoint, snapshotUsage } from './snapshots.ts'
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
  settings: readSettings,
  models: listModels,
}

export function writerOperations(places: DatabasePlaces): Operations<StorageWriter, WritableDatabase> {
  return {
    createConversation,
    renameConversation,
    pinConversation,
    deleteConversation,
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
    setSettings,
    putModel,
    removeModel,
    rebuildSearchIndex,
    requestCheck: () => requestCheck(places.database),
  }
}
