// What the host tells the window, handed to the slice it concerns.
import type { EventMessage } from '../../electron/contract/events.ts'
import type { Bridge } from '../bridge/client.ts'
import type { AnswerStreams } from './answer-streams.ts'
import type { AppStore } from './store.ts'

export function applyEvent(store: AppStore, streams: AnswerStreams, event: EventMessage): void {
  const state = store.getState()
  switch (event.name) {
    case 'engine.changed':
      state.applyEngine(event.payload.state)
      break
    case 'models.changed':
      state.applyModels(event.payload.models)
      break
    case 'library.changed':
      state.applyLibrary(event.payload.library)
      break
    case 'library.job':
      state.applyJob(event.payload.job)
      break
    case 'benchmark.changed':
      state.applyBenchmark(event.payload.benchmark)
      break
    case 'download.changed':
      state.applyDownload(event.payload.download)
      break
    case 'downloads.changed':
      state.applyDownloads(event.payload.downloads)
      break
    case 'document.changed':
      state.applyDocument(event.payload.document)
      break
    case 'documents.changed':
      state.applyDocuments(event.payload.collections, event.payload.documents)
      break
    case 'sources.changed':
      state.applySources(event.payload.conversation, event.payload.sources)
      break
    case 'evidence.changed':
      state.applyEvidence(event.payload.evidence)
      break
    case 'dataFolder.changed':
      state.applyDataFolder(event.payload.folder)
      break
    case 'settings.changed':
      state.applySettings(event.payload.settings)
      break
    case 'conversation.changed':
      state.applySummary(event.payload.conversation)
      break
    case 'conversation.deleted':
      state.removeSummary(event.payload.conversation)
      state.removeTree(event.payload.conversation)
      break
    case 'folders.changed':
      state.applyFolders(event.payload.folders)
      break
    case 'message.committed':
      state.applyCommitted(event.payload.message, event.payload.activeLeaf)
      break
    case 'message.deleted':
      state.applyDeleted(event.payload.conversation, event.payload.message, event.payload.activeLeaf)
      break
    case 'messages.restored':
      if (state.trees[event.payload.conversation] !== undefined)
        void state.openConversation(event.payload.conversation)
      break
    case 'answer.progress':
      streams.progress(event.payload)
      break
    case 'answer.delta':
      streams.delta(event.payload)
      break
    case 'queue.changed':
      state.applyQueue(event.payload.conversation, event.payload.queue)
      break
    case 'memory.changed':
      state.applyMemoryChanged(event.payload.conversation)
      break
    case 'memory.reading':
      state.applyReading(event.payload.reading)
      break
    case 'notice':
      state.notify(event.payload.code, event.payload.detail, 'notice')
      break
  }
}

/** Starts the stream of events. The function that comes back ends it. */
export function listenToHost(store: AppStore, streams: AnswerStreams, bridge: Bridge): () => void {
  return bridge.subscribe({
    event: (event) => applyEvent(store, streams, event),
    connection: (connection) => store.getState().setConnection(connection),
    reset: () => {
      streams.reset()
      void store.getState().refresh()
    },
  })
}
