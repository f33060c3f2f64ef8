// Files become documents: copied, parsed one after the other in a process of its own, kept as passages.
//
//   waiting ──► parsing ──► indexing ──► ready
//      ▲           │            │
//      └── retry ──┴── failed ◄─┘
//
// A row is waiting from the moment it is there; what is between waiting and the end is not stored, so a crash leaves it
// waiting, and the next start goes on. Nothing is found before it is ready. Parsing and hashing happen in the other
// process, the rest in small steps: whoever chats does not notice.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Document } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import { createPrivateFolder, systemCode } from '../../platform/paths.ts'
import type { KeptDocument, NewPassage, Storage } from '../../storage/storage.ts'
import type { ArrivingDocument } from '../chat/document-turn.ts'
import type { FileExchange, KnownFile } from '../files/file-exchange.ts'
import { hashFile } from '../models/file-hash.ts'
import type { DocumentRows } from './document-rows.ts'
import type { ParseFile } from './parse-job.ts'
import type { ParsedFacts } from './parse-protocol.ts'
import { parsing } from './parsing-limits.ts'
import { kindByName } from './readers/kind.ts'

export interface ImportParts {
  readonly storage: Storage
  readonly rows: DocumentRows
  readonly files: FileExchange
  /** Copies of the originals, by the ids of their documents. */
  readonly folder: string
  readonly parse: ParseFile
  readonly clock: Clock
  readonly log: Logger
  /** Its text is another one, or gone: what was made of it is of no use. */
  readonly textChanged: (document: string) => Promise<void>
}

/** Passages that are dropped or indexed in one step of the storage thread. */
const passagesPerStep = 200

export class ImportService {
  readonly #parts: ImportParts
  readonly #waiting: string[] = []
  #current: { id: string; stop: AbortController; done: Promise<void> } | null = null
  #closed = false

  constructor(parts: ImportParts) {
    this.#parts = parts
  }

  /** Goes on with what an earlier run left, and makes the index whole, as after a backup was restored. */
  start(): void {
    for (const { id, status } of this.#parts.rows.all()) if (status === 'waiting') this.enqueue(id)
    this.#dropLostCopies(Date.now()).catch((error: unknown) =>
      this.#parts.log.warn('copies without a document were not removed', errorFields(error)),
    )
    this.#completeIndex().catch((error: unknown) =>
      this.#parts.log.warn('the index of documents was not completed', errorFields(error)),
    )
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiting.length = 0
    this.#current?.stop.abort()
    await this.#current?.done
  }

  /** Errors: not_found, file_missing, disk_full, write_failed. */
  async add(ids: readonly string[], collection: string | null): Promise<Document[]> {
    const { rows, files } = this.#parts
    if (collection !== null) rows.collection(collection)
    // All of them are there before the first is taken: what goes wrong here has changed nothing, and can be asked again.
    for (const id of ids) await files.find(id)
    const found: Document[] = []
    for (const id of ids) {
      const file = await files.find(id)
      const twin = await this.#twinOf(file, collection)
      const document = twin ?? (await this.#copied(file, collection))
      if (twin?.status === 'failed') await this.retry(twin.id)
      await files.release(id)
      found.push(rows.face(document.id))
    }
    return found
  }

  /** A document of this collection with the same content. Hashes only what could be the same. */
  async #twinOf(file: KnownFile, collection: string | null): Promise<KeptDocument | null> {
    const alike = this.#parts.rows
      .inCollection(collection)
      .filter(({ bytes, origin }) => bytes === file.bytes && origin === 'file')
    if (alike.length === 0) return null
    const hash = await hashFile(file.path)
    for (const document of alike) {
      const known = document.sha256 ?? (await hashFile(this.#copyOf(document.id)).catch(() => null))
      if (known === hash) return document
    }
    return null
  }

  async #copied(file: KnownFile, collection: string | null): Promise<KeptDocument> {
    const document = this.#newRow(newId(), file.name, file.bytes, collection, 'file')
    if (file.bytes <= parsing.fileBytes) {
      createPrivateFolder(this.#parts.folder)
      await copyFile(file.path, this.#copyOf(document.id), constants.COPYFILE_FICLONE).catch(asCopyError)
    }
    await this.#begin([document])
    return document
  }

  /** Again with the same id: the same row. Errors: not_found, disk_full, write_failed. */
  async addText(id: string, name: string, text: string, collection: string | null): Promise<Document> {
    const { rows } = this.#parts
    if (rows.find(id) !== undefined) return rows.face(id)
    if (collection !== null) rows.collection(collection)
    const content = Buffer.from(text, 'utf8')
    createPrivateFolder(this.#parts.folder)
    await writeFile(this.#copyOf(id), content, { mode: 0o600 }).catch(asCopyError)
    if (rows.find(id) === undefined) {
      await this.#begin([this.#newRow(id, name, content.length, collection, 'pasted')])
    }
    return rows.face(id)
  }

  /**
   * A document that comes with a chat from elsewhere, cut as it was there, so that what was cited of it is where it was. Its
   * copy is its text: reading it again, after a crash in between too, makes a plain text of it.
   * Errors: disk_full, write_failed.
   */
  async addArriving({ id, name, text, passages, outline }: ArrivingDocument): Promise<void> {
    if (passages === null) {
      await this.addText(id, name, text, null)
      return
    }
    const { rows, storage, folder } = this.#parts
    const content = Buffer.from(text, 'utf8')
    createPrivateFolder(folder)
    await writeFile(this.#copyOf(id), content, { mode: 0o600 }).catch(asCopyError)
    await rows.add([this.#newRow(id, name, content.length, null, 'pasted')])
    for (let at = 0; at < passages.length; at += passagesPerStep) {
      await storage.write.addPassages(id, passages.slice(at, at + passagesPerStep))
    }
    const pages = passages.reduce((most, { page }) => Math.max(most, page ?? 0), 0)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const change = { sha256, characters: text.length, passages: passages.length, pages: pages || null }
    rows.keep(await storage.write.finishDocument(id, change, outline))
  }

  /** Files that stay where they are. */
  async addWatched(
    files: readonly { path: string; name: string; bytes: number; modifiedAt: number }[],
    collection: string,
  ): Promise<void> {
    await this.#begin(
      files.map(({ path, name, bytes, modifiedAt }) => ({
        ...this.#newRow(newId(), name, bytes, collection, 'watched'),
        sourcePath: path,
        sourceModified: modifiedAt,
      })),
    )
  }

  #newRow(
    id: string,
    name: string,
    bytes: number,
    collection: string | null,
    origin: KeptDocument['origin'],
  ): KeptDocument {
    return {
      id,
      collection,
      name,
      kind: origin === 'pasted' ? 'text' : (kindByName(name) ?? 'text'),
      bytes,
      sha256: null,
      origin,
      sourcePath: null,
      sourceModified: null,
      status: 'waiting',
      error: null,
      remarks: [],
      pages: null,
      characters: 0,
      passages: 0,
      createdAt: this.#parts.clock.now(),
      revision: 1,
    }
  }

  async #begin(documents: readonly KeptDocument[]): Promise<void> {
    if (documents.length === 0) return
    await this.#parts.rows.add(documents)
    for (const { id } of documents) this.enqueue(id)
  }

  /** Errors: not_found. */
  async retry(id: string): Promise<Document> {
    const { rows } = this.#parts
    const document = rows.get(id)
    if (this.#current?.id !== id && document.status !== 'waiting') {
      await rows.change(id, { status: 'waiting', error: null })
      this.enqueue(id)
    }
    return rows.face(id)
  }

  /** No file of the person's is touched. What is not there any more is no error. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#parts.rows.find(id) !== undefined) await this.#remove(id)
    }
  }

  async #remove(id: string): Promise<void> {
    const { rows, storage } = this.#parts
    if (this.#current?.id === id) {
      this.#current.stop.abort()
      await this.#current.done
    }
    rows.forget(id)
    // Killed before the row is gone, it is read again at the next start: whole, never with half of its text.
    await storage.write.changeDocument(id, { status: 'waiting', error: null })
    await this.#parts.textChanged(id)
    await this.#dropText(id)
    await storage.write.removeDocument(id)
    await rm(this.#copyOf(id), { force: true })
  }

  async rename(id: string, name: string): Promise<Document> {
    const { rows } = this.#parts
    if (rows.get(id).name !== name) {
      await rows.change(id, { name })
      // The name is in the index with every passage.
      if (rows.get(id).status === 'ready') await this.#index(id)
    }
    return rows.face(id)
  }

  /** A piece of the original. Errors: not_found: there is none, or it is not the one that was read. */
  async part(id: string, offset: number): Promise<{ offset: number; base64: string; bytes: number }> {
    const document = this.#parts.rows.get(id)
    const gone = new RoostError('not_found', { what: 'file' })
    try {
      await using file = await open(this.#originalOf(document), 'r')
      const facts = await file.stat()
      if (facts.size !== document.bytes) throw gone
      if (document.sourceModified !== null && Math.round(facts.mtimeMs) !== document.sourceModified)
        throw gone
      const piece = Buffer.allocUnsafe(LIMITS.filePieceBytes)
      const { bytesRead } = await file.read(piece, 0, piece.length, offset)
      return { offset, base64: piece.toString('base64', 0, bytesRead), bytes: facts.size }
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      throw gone
    }
  }

  #copyOf(id: string): string {
    return join(this.#parts.folder, id)
  }

  #originalOf({ id, sourcePath }: KeptDocument): string {
    return sourcePath ?? this.#copyOf(id)
  }

  enqueue(id: string): void {
    if (!this.#waiting.includes(id)) this.#waiting.push(id)
    this.#next()
  }

  /** Resolves when nothing is waiting or being read. */
  async idle(): Promise<void> {
    while (this.#current !== null) await this.#current.done
  }

  #next(): void {
    if (this.#closed || this.#current !== null) return
    const id = this.#waiting.shift()
    if (id === undefined) return
    if (this.#parts.rows.find(id)?.status !== 'waiting') return this.#next()
    const stop = new AbortController()
    const done = this.#import(id, stop.signal)
      .catch((error: unknown) => this.#parts.log.error('a document was not imported', errorFields(error)))
      .then(() => {
        this.#current = null
        this.#next()
      })
    this.#current = { id, stop, done }
  }

  async #import(id: string, signal: AbortSignal): Promise<void> {
    const { rows, clock, log } = this.#parts
    const began = clock.monotonic()
    rows.live(id, { status: 'parsing', fraction: null })
    try {
      await this.#parts.textChanged(id)
      await this.#dropText(id)
      const facts = await this.#read(id, signal)
      log.info('document read', {
        kind: facts.document,
        characters: facts.characters,
        passages: facts.passages,
        milliseconds: Math.round(clock.monotonic() - began),
      })
    } catch (error) {
      if (signal.aborted) return // it is removed, or waits for the next start
      const known = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      log.info('document not read', { code: known.code, limit: known.detail.limit ?? '' })
      if (known.kind === 'bug') log.error('reading a document', errorFields(error))
      await this.#dropText(id)
      const modified = await this.#modified(rows.get(id))
      await rows.change(id, {
        status: 'failed',
        error: known.toValue(),
        ...(modified === null ? {} : { sourceModified: modified }),
      })
    } finally {
      rows.live(id, null)
    }
  }

  /** Up to `ready`. */
  async #read(id: string, signal: AbortSignal): Promise<ParsedFacts> {
    const { rows, storage, parse } = this.#parts
    const document = rows.get(id)
    if (document.sourcePath === null && document.bytes > parsing.fileBytes) {
      const reason = 'The file is larger than a document may be.'
      throw new RoostError('document_too_large', { limit: 'bytes', most: parsing.fileBytes, reason })
    }
    const path = this.#originalOf(document)
    const modified = await this.#modified(document)
    // Each piece is kept while the next one is being read.
    let kept: Promise<void> = Promise.resolve()
    let failure: unknown = null
    const keep = (passages: readonly NewPassage[]): void => {
      kept = kept
        .then(() => (failure === null ? storage.write.addPassages(id, passages) : undefined))
        .catch((error: unknown) => {
          failure ??= error
        })
    }
    const progress = (fraction: number): void => rows.live(id, { status: 'parsing', fraction })
    try {
      const request = { path, name: document.name }
      const facts = await parse(request, { passages: keep, progress }, signal)
      rows.live(id, { status: 'indexing', fraction: null })
      await kept
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what storage rejected with
      if (failure !== null) throw failure
      const { document: kind, outline, bytes, sha256, pages, characters, passages, remarks } = facts
      const change = { kind, bytes, sha256, pages, characters, passages, sourceModified: modified }
      const known = remarks.map(({ code, detail }) => (detail === undefined ? { code } : { code, detail }))
      rows.keep(await storage.write.finishDocument(id, { ...change, remarks: known }, outline))
      return facts
    } finally {
      await kept
    }
  }

  /** Of a watched file, before it is read; null: no watched file, or gone. Errors: file_missing. */
  async #modified({ sourcePath }: KeptDocument): Promise<number | null> {
    if (sourcePath === null) return null
    const facts = await stat(sourcePath).catch(() => null) // gone, whatever the system calls it
    return facts === null ? null : Math.round(facts.mtimeMs)
  }

  /** What a kill left between a copy and its row, before this run. */
  async #dropLostCopies(before: number): Promise<void> {
    const { rows, folder, log } = this.#parts
    const names = await readdir(folder).catch(() => []) // it is made with the first copy
    let dropped = 0
    for (const name of names) {
      if (rows.find(name) !== undefined) continue
      const facts = await stat(join(folder, name)).catch(() => null)
      if (facts === null || !facts.isFile() || facts.mtimeMs >= before) continue
      await rm(join(folder, name), { force: true })
      dropped += 1
    }
    if (dropped > 0) log.info('copies without a document were removed', { count: dropped })
  }

  async #dropText(id: string): Promise<void> {
    while ((await this.#parts.storage.write.dropDocumentText(id, passagesPerStep)) > 0);
  }

  async #index(id: string): Promise<void> {
    for (let from: number | null = 0; from !== null && !this.#closed;) {
      from = await this.#parts.storage.write.indexPassages(id, from, passagesPerStep)
    }
  }

  async #completeIndex(): Promise<void> {
    for (const id of await this.#parts.storage.read.documentsToIndex()) {
      if (this.#parts.rows.find(id)?.status === 'ready') await this.#index(id)
    }
  }
}

function asCopyError(error: unknown): never {
  const code = systemCode(error)
  if (code === 'unknown') throw error
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new RoostError('disk_full', {}, { cause: error })
  if (code === 'ENOENT') throw new RoostError('file_missing', {}, { cause: error })
  throw new RoostError('write_failed', { reason: `The file cannot be copied (${code}).` }, { cause: error })
}
