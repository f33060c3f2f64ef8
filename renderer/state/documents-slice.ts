// Documents and collections: files in, their state, their texts.
import type { Input } from '../../electron/contract/calls.ts'
import type { Document } from '../../electron/contract/document-entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { asRoostError } from '../bridge/client.ts'
import type { AppState, Place, SliceOf } from './app-state.ts'
import type { Destination, DocumentsScope, DocumentsSlice, Incoming } from './documents-state.ts'
import { openChat } from './open-chat.ts'

/** Files that are handed over before their rows are asked for: rows come soon, and calls stay few. */
const BATCH = 16
const FOUND = 20

export function scopeInput(
  scope: DocumentsScope,
  documents: Iterable<Document>,
): Input<'documents.search'>['scope'] {
  if (scope.kind === 'all') return { collections: [], documents: [] }
  if (scope.kind === 'collection') return { collections: [scope.id], documents: [] }
  const loose = [...documents].filter(({ collection }) => collection === null).map(({ id }) => id)
  return { collections: [], documents: loose.slice(0, LIMITS.documentsAtOnce) }
}

export const createDocumentsSlice: SliceOf<DocumentsSlice> = (set, get, tools) => {
  const { bridge } = tools

  /** null: it went wrong, and stands at its place. */
  async function attempt<T>(place: Place, work: () => Promise<T>): Promise<T | null> {
    get().clearProblem(place)
    try {
      return await work()
    } catch (error) {
      get().reportProblem(place, asRoostError(error))
      return null
    }
  }

  /** For what is shown in pieces: what can't be had is left out, and the screen says so. */
  async function fetched<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      // input, unavailable: the document is gone, or the host.
      asRoostError(error)
      return null
    }
  }

  /** Whole lists that events have brought: what was asked for before one of them is older. */
  let lists = 0

  function applyRows(rows: readonly Document[]): void {
    set((state) => {
      const documents = new Map(state.documents)
      for (const row of rows) {
        const known = documents.get(row.id)
        if (known === undefined || known.revision <= row.revision) documents.set(row.id, row)
      }
      return { documents }
    })
  }

  function changeIncoming(id: string, patch: Partial<Incoming> | null): void {
    set((state) => ({
      incoming:
        patch === null
          ? state.incoming.filter((one) => one.id !== id)
          : state.incoming.map((one) => (one.id === id ? { ...one, ...patch } : one)),
    }))
  }

  /** Asks for the rows of files the host has, and makes them sources where they are meant for a chat. */
  async function addRows(files: readonly string[], to: Destination): Promise<void> {
    const collection = to.kind === 'library' ? to.collection : null
    const rows = await bridge.call('documents.add', { files: [...files], collection })
    applyRows(rows)
    if (to.kind === 'chat') {
      await get().addSources(
        to.conversation,
        rows.map(({ id }) => ({ document: id, use: to.use })),
      )
    }
  }

  async function handOver(batch: readonly { row: Incoming; file: File }[], to: Destination): Promise<void> {
    const arrived: { id: string; file: string }[] = []
    for (const { row, file } of batch) {
      try {
        arrived.push({ id: row.id, file: (await bridge.upload(file)).file })
      } catch (error) {
        const { code, detail } = asRoostError(error)
        changeIncoming(row.id, { problem: { code, detail } })
      }
    }
    if (arrived.length === 0) return
    try {
      await addRows(
        arrived.map(({ file }) => file),
        to,
      )
      for (const { id } of arrived) changeIncoming(id, null)
    } catch (error) {
      if (arrived.length > 1) {
        // One of them is at fault, and nothing was added: each by itself, so that it does not hold up the others.
        asRoostError(error)
        for (const one of arrived) await addAlone(one, to)
        return
      }
      const { code, detail } = asRoostError(error)
      for (const { id } of arrived) changeIncoming(id, { problem: { code, detail } })
    }
  }

  async function addAlone(one: { id: string; file: string }, to: Destination): Promise<void> {
    try {
      await addRows([one.file], to)
      changeIncoming(one.id, null)
    } catch (error) {
      const { code, detail } = asRoostError(error)
      changeIncoming(one.id, { problem: { code, detail } })
    }
  }

  /** How many more sources this chat may have, those on their way counted. */
  function roomFor(to: Destination): number {
    if (to.kind === 'library' || to.conversation === null) return LIMITS.documentsAtOnce
    const { conversation } = to
    const { sources, incoming } = get()
    const coming = incoming.filter((one) => one.to.kind === 'chat' && one.to.conversation === conversation)
    return LIMITS.sourcesOfChat - (sources[conversation]?.sources.length ?? 0) - coming.length
  }

  async function changeRow(
    name: 'documents.retry' | 'documents.read' | 'documents.pauseReading' | 'documents.forgetReading',
    document: string,
  ): Promise<void> {
    const row = await attempt('documents', () => bridge.call(name, { document }))
    if (row !== null) applyRows([row])
  }

  function applyCollection(changed: AppState['collections'][number]): void {
    set((state) => ({
      collections: state.collections.some(({ id }) => id === changed.id)
        ? state.collections.map((one) => (one.id === changed.id ? changed : one))
        : [...state.collections, changed],
    }))
  }

  return {
    documents: null,
    collections: [],
    incoming: [],

    async openDocuments() {
      const before = get().documents
      const began = lists
      const library = await attempt('documents', () => bridge.call('documents.list', {}))
      if (library === null || lists !== began) return
      // Rows that came one by one meanwhile may not be in the list yet; of those in it the newer one stays.
      const listed = new Set(library.documents.map(({ id }) => id))
      const came = [...(get().documents?.values() ?? [])].filter(
        (row) => !listed.has(row.id) && before?.get(row.id) !== row,
      )
      get().applyDocuments(library.collections, [...library.documents, ...came])
    },

    applyDocument(document) {
      applyRows([document])
    },

    applyDocuments(collections, documents) {
      lists += 1
      set((state) => ({
        collections,
        documents: new Map(
          documents.map((row) => {
            const known = state.documents?.get(row.id)
            return [row.id, known !== undefined && known.revision > row.revision ? known : row]
          }),
        ),
      }))
    },

    async addFiles(files, wanted) {
      get().clearProblem('documents')
      const to: Destination =
        wanted.kind === 'chat' && wanted.conversation === null && files !== null
          ? { ...wanted, conversation: openChat(set, get, tools) }
          : wanted
      if (files === null) {
        await attempt('documents', async () => {
          const chosen = await bridge.call('documents.choose', {})
          if (chosen === null || chosen.length === 0) return
          await addRows(
            chosen.map(({ file }) => file),
            to,
          )
        })
        return
      }
      const room = Math.max(0, roomFor(to))
      if (files.length > room && to.kind === 'chat')
        get().notify(
          'chat_sources_full',
          { count: files.length - room, limit: LIMITS.sourcesOfChat },
          'notice',
        )
      const rows = files.slice(0, room).map((file) => ({
        file,
        row: { id: tools.newId(), name: file.name, bytes: file.size, to, problem: null },
      }))
      set((state) => ({ incoming: [...state.incoming, ...rows.map(({ row }) => row)] }))
      for (let at = 0; at < rows.length; at += BATCH) await handOver(rows.slice(at, at + BATCH), to)
    },

    dismissIncoming(id) {
      changeIncoming(id, null)
    },

    retryDocument: (document) => changeRow('documents.retry', document),
    readDocument: (document) => changeRow('documents.read', document),
    pauseReading: (document) => changeRow('documents.pauseReading', document),
    forgetReading: (document) => changeRow('documents.forgetReading', document),

    async removeDocuments(documents) {
      const done = await attempt('documents', async () => {
        await bridge.call('documents.remove', { documents: [...documents] })
        return true
      })
      if (done !== true) return
      set((state) => {
        const left = new Map(state.documents)
        for (const id of documents) left.delete(id)
        const shown = state.documentShown
        return {
          documents: left,
          ...(shown !== null && documents.includes(shown.document) ? { documentShown: null } : {}),
        }
      })
    },

    async moveDocuments(documents, collection) {
      const done = await attempt('documents', async () => {
        await bridge.call('documents.move', { documents: [...documents], collection })
        return true
      })
      if (done === true) await get().openDocuments()
    },

    async renameDocument(document, name) {
      const row = await attempt('documents', () => bridge.call('documents.rename', { document, name }))
      if (row !== null) applyRows([row])
    },

    async createCollection(name) {
      const collection = tools.newId()
      const made = await attempt('documents', () => bridge.call('collections.create', { collection, name }))
      if (made === null) return null
      applyCollection(made)
      return made.id
    },

    async renameCollection(collection, name) {
      const changed = await attempt('documents', () =>
        bridge.call('collections.rename', { collection, name }),
      )
      if (changed !== null) applyCollection(changed)
    },

    async removeCollection(collection, documents) {
      const done = await attempt('documents', async () => {
        await bridge.call('collections.remove', { collection, documents })
        return true
      })
      if (done !== true) return
      set((state) => ({
        collections: state.collections.filter(({ id }) => id !== collection),
        ...(state.documentsScope.kind === 'collection' && state.documentsScope.id === collection
          ? { documentsScope: { kind: 'all' as const } }
          : {}),
      }))
      await get().openDocuments()
    },

    async chooseWatchedFolder(collection) {
      if (get().info?.nativeDialogs !== true) {
        set({ watchFolderFor: collection })
        return
      }
      const changed = await attempt('documents', () =>
        bridge.call('collections.watch', { collection, folder: null }),
      )
      if (changed !== null) applyCollection(changed)
    },

    async watchFolder(collection, folder) {
      const changed = await attempt('browser', () => bridge.call('collections.watch', { collection, folder }))
      if (changed !== null) applyCollection(changed)
      return changed !== null
    },

    async unwatchFolder(collection) {
      const changed = await attempt('documents', () => bridge.call('collections.unwatch', { collection }))
      if (changed !== null) applyCollection(changed)
    },

    searchDocuments: (question, scope, rerank) =>
      attempt('documentSearch', () =>
        bridge.call('documents.search', {
          question,
          scope: scopeInput(scope, get().documents?.values() ?? []),
          limit: FOUND,
          rerank,
        }),
      ),

    readText: (document, start, end) =>
      fetched(() => bridge.call('documents.text', { document, start, end })),
    readOutline: (document) => fetched(() => bridge.call('documents.outline', { document })),
    readPassages: (document, from) => fetched(() => bridge.call('documents.passages', { document, from })),

    readPart: (document, offset) =>
      fetched(async () => {
        const part = await bridge.call('documents.part', { document, offset })
        return {
          bytes: Uint8Array.from(atob(part.base64), (letter) => letter.charCodeAt(0)),
          total: part.bytes,
        }
      }),
  }
}
