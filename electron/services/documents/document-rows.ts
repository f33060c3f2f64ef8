// The documents and collections as this process knows them: the rows of storage, what is happening to them now, and their
// faces for the window.
import type { Collection, Document, DocumentReading } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { KeptCollection, KeptDocument, Storage } from '../../storage/storage.ts'
import { labelOf } from '../models/model-files.ts'

export interface LiveImport {
  readonly status: 'parsing' | 'indexing'
  readonly fraction: number | null
}

/** Rows that came or went are told together: a folder may bring thousands. */
const tellListsMs = 120

export class DocumentRows {
  readonly #storage: Storage
  readonly #emit: Emit
  readonly #readingOf: (document: string) => DocumentReading
  readonly #documents = new Map<string, KeptDocument>()
  readonly #collections = new Map<string, KeptCollection>()
  readonly #live = new Map<string, LiveImport>()
  readonly #absent = new Set<string>()
  #telling: NodeJS.Timeout | null = null

  private constructor(storage: Storage, emit: Emit, readingOf: (document: string) => DocumentReading) {
    this.#storage = storage
    this.#emit = emit
    this.#readingOf = readingOf
  }

  static async read(
    storage: Storage,
    emit: Emit,
    readingOf: (document: string) => DocumentReading,
  ): Promise<DocumentRows> {
    const rows = new DocumentRows(storage, emit, readingOf)
    for (const collection of await storage.read.collections())
      rows.#collections.set(collection.id, collection)
    for (const document of await storage.read.documents()) rows.#documents.set(document.id, document)
    return rows
  }

  all(): KeptDocument[] {
    return [...this.#documents.values()]
  }

  inCollection(collection: string | null): KeptDocument[] {
    return this.all().filter((document) => document.collection === collection)
  }

  find(id: string): KeptDocument | undefined {
    return this.#documents.get(id)
  }

  /** Errors: not_found. */
  get(id: string): KeptDocument {
    const document = this.#documents.get(id)
    if (document === undefined) throw new RoostError('not_found', { what: 'document' })
    return document
  }

  collections(): KeptCollection[] {
    return [...this.#collections.values()]
  }

  findCollection(id: string): KeptCollection | undefined {
    return this.#collections.get(id)
  }

  /** Errors: not_found. */
  collection(id: string): KeptCollection {
    const collection = this.#collections.get(id)
    if (collection === undefined) throw new RoostError('not_found', { what: 'collection' })
    return collection
  }

  face(id: string): Document {
    const { sha256: _, sourcePath: __, sourceModified: ___, remarks, ...kept } = this.get(id)
    const live = this.#live.get(id)
    return {
      ...kept,
      remarks: [...remarks],
      status: live?.status ?? kept.status,
      fraction: live?.fraction ?? null,
      reading: this.#readingOf(id),
    }
  }

  faces(): Document[] {
    return [...this.#documents.keys()].map((id) => this.face(id))
  }

  collectionFace(id: string): Collection {
    const { name, watchedPath } = this.collection(id)
    return {
      id,
      name,
      watched: watchedPath === null ? null : labelOf(watchedPath),
      watchedPresent: !this.#absent.has(id),
      documents: this.inCollection(id).length,
    }
  }

  collectionFaces(): Collection[] {
    return [...this.#collections.keys()].map((id) => this.collectionFace(id))
  }

  async add(documents: readonly KeptDocument[]): Promise<void> {
    await this.#storage.write.addDocuments(documents)
    for (const document of documents) this.#documents.set(document.id, document)
    this.tellLists()
  }

  /** Errors: not_found. */
  async change(id: string, change: Parameters<Storage['write']['changeDocument']>[1]): Promise<void> {
    this.keep(await this.#storage.write.changeDocument(id, change))
  }

  /** A row as storage has just given it. */
  keep(document: KeptDocument): void {
    if (!this.#documents.has(document.id)) return // removed meanwhile
    this.#documents.set(document.id, document)
    this.tell(document.id)
  }

  /** What is done with it now; null: nothing any more. */
  live(id: string, live: LiveImport | null): void {
    if (live === null) this.#live.delete(id)
    else this.#live.set(id, live)
    this.tell(id)
  }

  forget(id: string): void {
    this.#documents.delete(id)
    this.#live.delete(id)
    this.tellLists()
  }

  async putCollection(collection: KeptCollection): Promise<void> {
    await this.#storage.write.putCollection(collection)
    this.#collections.set(collection.id, collection)
    this.tellLists()
  }

  async removeCollection(id: string): Promise<void> {
    await this.#storage.write.removeCollection(id)
    this.#collections.delete(id)
    this.#absent.delete(id)
    for (const document of this.inCollection(id)) {
      this.#documents.set(document.id, { ...document, collection: null })
    }
    this.tellLists()
  }

  /** Whether the watched folder is there. */
  setPresent(collection: string, present: boolean): void {
    if (this.#absent.has(collection) === !present) return
    if (present) this.#absent.delete(collection)
    else this.#absent.add(collection)
    this.tellLists()
  }

  tell(id: string): void {
    if (this.#documents.has(id)) this.#emit('document.changed', { document: this.face(id) })
  }

  tellLists(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = null
      this.#emit('documents.changed', { collections: this.collectionFaces(), documents: this.faces() })
    }, tellListsMs)
  }

  close(): void {
    if (this.#telling !== null) clearTimeout(this.#telling)
  }
}
