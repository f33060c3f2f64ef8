// Puts the rooms of this folder together: rows, importing, watched folders, retrieval; readings and answers
// (open-answers.ts). Gives the handlers of their calls.
import { basename, join } from 'node:path'
import type { Handlers } from '../../contract/calls.ts'
import type { documentCalls } from '../../contract/document-calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { evidenceCalls } from '../../contract/evidence-calls.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ModelSource } from '../chat/active-model.ts'
import type { DocumentRoom } from '../chat/document-turn.ts'
import type { FileDialogs, FileExchange } from '../files/file-exchange.ts'
import { DocumentRows } from './document-rows.ts'
import { FolderWatch } from './folder-watch.ts'
import { ImportService } from './import-service.ts'
import { openAnswers } from './open-answers.ts'
import type { Answers } from './open-answers.ts'
import { parseFiles } from './parse-job.ts'
import type { ParseFile, ParseJobOptions } from './parse-job.ts'
import { documentExtensions } from './readers/kind.ts'
import { retrieval } from './retrieval.ts'

type DocumentCallName = keyof typeof documentCalls | keyof typeof evidenceCalls

export interface DocumentsParts {
  readonly storage: Storage
  readonly models: ModelSource
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  readonly folders: Pick<DataFolders, 'root'>
  readonly files: FileExchange
  readonly dialogs: FileDialogs | null
  /** Of a folder that a person chose in a listing. Errors: not_found. */
  readonly pathOfFolder: (handle: string) => string
  /** How the process that reads a document is started. */
  readonly parser?: ParseJobOptions
  /** Instead of that process; for tests. */
  readonly parse?: ParseFile
}

export interface Documents {
  /** For the chat. */
  readonly room: DocumentRoom
  readonly handlers: Pick<Handlers, DocumentCallName>
  /** Nothing is waiting to be read, or being read. */
  idle(): Promise<void>
  start(): void
  close(): Promise<void>
}

/** What a person who looks at the Documents page waits for at most. */
const searchBudgetMs = 2500
const passagesAtOnce = 200

export async function openDocuments(parts: DocumentsParts): Promise<Documents> {
  const { storage, emit, clock, files, dialogs } = parts
  const log = parts.log.child('documents')
  const rows = await DocumentRows.read(storage, emit, (id) => answers.readings.readingOf(id))
  const answers: Answers = await openAnswers({
    storage,
    models: parts.models,
    emit,
    clock,
    log,
    retrieval: (rerank) => retrieval(storage, rerank),
    documentRow: (id) => Promise.resolve().then(() => rows.face(id)),
    attach: (document) => imports.addArriving(document),
    detach: (documents) => imports.remove(documents),
    readingChanged: (id) => rows.tell(id),
  })
  const retrieve = retrieval(storage, answers.rerank)
  const imports = new ImportService({
    storage,
    rows,
    files,
    folder: join(parts.folders.root, 'documents'),
    parse: parts.parse ?? parseFiles(parts.parser),
    clock,
    log,
    textChanged: (id) => answers.readings.forget(id),
  })
  const watch = new FolderWatch(rows, imports, log)

  const watched = async (collection: string, path: string): Promise<void> => {
    const known = rows.findCollection(collection)
    await rows.putCollection({
      id: collection,
      name: known?.name ?? basename(path),
      watchedPath: path,
      createdAt: known?.createdAt ?? clock.now(),
    })
    watch.unwatch(collection)
    await watch.compare(collection)
  }

  const handlers: Pick<Handlers, keyof typeof documentCalls> = {
    'documents.list': () => Promise.resolve({ collections: rows.collectionFaces(), documents: rows.faces() }),
    'documents.choose': async () => {
      if (dialogs?.chooseFiles === undefined) throw noDialog()
      const paths = await dialogs.chooseFiles({ name: 'Documents', extensions: documentExtensions })
      if (paths === null) return null
      const chosen: { file: string; name: string; bytes: number }[] = []
      for (const path of paths.slice(0, LIMITS.documentsAtOnce)) {
        const { file, name } = await files.know(path)
        chosen.push({ file, name, bytes: (await files.find(file)).bytes })
      }
      return chosen
    },
    'documents.add': ({ files: ids, collection }) => imports.add(ids, collection),
    'documents.addText': ({ document, name, text, collection }) =>
      imports.addText(document, name, text, collection),
    'documents.retry': ({ document }) => imports.retry(document),
    'documents.remove': ({ documents }) => imports.remove(documents),
    'documents.move': async ({ documents, collection }) => {
      if (collection !== null) rows.collection(collection)
      for (const id of documents) await rows.change(id, { collection })
      rows.tellLists()
    },
    'documents.rename': ({ document, name }) => imports.rename(document, name),
    'documents.outline': ({ document }) => {
      rows.get(document)
      return storage.read.documentOutline(document)
    },
    'documents.text': ({ document, start, end }) =>
      storage.read.documentText(document, start, Math.min(end, start + LIMITS.textPieceCharacters)),
    'documents.passages': ({ document, from }) => {
      rows.get(document)
      return storage.read.passagesOf(document, from, passagesAtOnce)
    },
    'documents.part': ({ document, offset }) => imports.part(document, offset),
    'documents.search': async ({ question, scope, limit, rerank }) => {
      const everything = scope.collections.length === 0 && scope.documents.length === 0
      const { passages, stages, searched } = await retrieve({
        question,
        scope: everything ? null : scope,
        limit,
        budgetMs: rerank ? searchBudgetMs : 0,
      })
      return { question, passages: [...passages], stages: [...stages], searched }
    },
    'collections.create': async ({ collection, name }) => {
      if (rows.findCollection(collection) === undefined) {
        await rows.putCollection({ id: collection, name, watchedPath: null, createdAt: clock.now() })
      }
      return rows.collectionFace(collection)
    },
    'collections.rename': async ({ collection, name }) => {
      await rows.putCollection({ ...rows.collection(collection), name })
      return rows.collectionFace(collection)
    },
    'collections.remove': async ({ collection, documents }) => {
      if (rows.findCollection(collection) === undefined) return
      watch.unwatch(collection)
      await rows.putCollection({ ...rows.collection(collection), watchedPath: null })
      if (documents === 'remove') await imports.remove(rows.inCollection(collection).map(({ id }) => id))
      await rows.removeCollection(collection)
    },
    'collections.watch': async ({ collection, folder }) => {
      let path: string | null
      if (folder !== null) path = parts.pathOfFolder(folder)
      else {
        if (dialogs?.chooseFolder === undefined) throw noDialog()
        path = await dialogs.chooseFolder('Choose a folder with documents')
      }
      if (path === null) return null
      await watched(collection, path)
      return rows.collectionFace(collection)
    },
    'collections.unwatch': async ({ collection }) => {
      watch.unwatch(collection)
      await rows.putCollection({ ...rows.collection(collection), watchedPath: null })
      return rows.collectionFace(collection)
    },
  }

  return {
    room: answers.room,
    handlers: { ...handlers, ...answers.handlers },
    idle: () => imports.idle(),
    start() {
      imports.start()
      watch.start()
    },
    async close() {
      await watch.close()
      await imports.close()
      rows.close()
    },
  }
}

function noDialog(): RoostError {
  return new RoostError('bad_request', { reason: 'There is no file dialog here.' })
}
