// Collections that follow a folder. The folder is compared with the rows: at the start, when the system says that
// something changed in it, and every minute, because not every file system says so. Only what is new or changed is read.
// A folder that is not there (an unplugged drive) changes nothing.
import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isPassedOver, kindByName } from '../../contract/document-kinds.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import { systemCode } from '../../platform/paths.ts'
import type { KeptDocument } from '../../storage/storage.ts'
import { hashFile } from '../models/file-hash.ts'
import type { DocumentRows } from './document-rows.ts'
import type { ImportService } from './import-service.ts'

export interface FoundFile {
  readonly path: string
  readonly name: string
  readonly bytes: number
  /** Milliseconds, whole. */
  readonly modifiedAt: number
}

const mostFiles = 5000
const deepestFolder = 16

/** Documents below the folder, hidden ones and links left out; null: it is not there. */
export async function documentsBelow(folder: string): Promise<FoundFile[] | null> {
  const found: FoundFile[] = []
  const visit = async (place: string, depth: number): Promise<boolean> => {
    let entries
    try {
      entries = await readdir(place, { withFileTypes: true })
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      return false
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isPassedOver(entry.name) || found.length >= mostFiles) continue
      const path = join(place, entry.name)
      if (entry.isDirectory() && depth < deepestFolder) await visit(path, depth + 1)
      if (!entry.isFile() || kindByName(entry.name) === null) continue
      const facts = await stat(path).catch(() => null) // gone meanwhile
      if (facts?.isFile() !== true) continue
      found.push({ path, name: basename(path), bytes: facts.size, modifiedAt: Math.round(facts.mtimeMs) })
    }
    return true
  }
  return (await visit(folder, 0)) ? found : null
}

const settleMs = 400
const lookAgainMs = 60_000

export class FolderWatch {
  readonly #rows: DocumentRows
  readonly #imports: ImportService
  readonly #log: Logger
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #settling = new Map<string, NodeJS.Timeout>()
  /** Comparisons of one collection happen one after the other. */
  readonly #comparing = new Map<string, Promise<void>>()
  #again: NodeJS.Timeout | undefined
  #closed = false

  constructor(rows: DocumentRows, imports: ImportService, log: Logger) {
    this.#rows = rows
    this.#imports = imports
    this.#log = log
  }

  start(): void {
    const look = (): void => {
      for (const { id, watchedPath } of this.#rows.collections())
        if (watchedPath !== null) void this.compare(id)
    }
    look()
    this.#again = setInterval(look, lookAgainMs)
    this.#again.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#again)
    for (const id of [...this.#watchers.keys()]) this.unwatch(id)
    await Promise.all(this.#comparing.values())
  }

  unwatch(collection: string): void {
    clearTimeout(this.#settling.get(collection))
    this.#settling.delete(collection)
    this.#watchers.get(collection)?.close()
    this.#watchers.delete(collection)
  }

  /** Never fails: what could not be compared now will be, later. */
  compare(collection: string): Promise<void> {
    const before = this.#comparing.get(collection) ?? Promise.resolve()
    const next = before
      .then(() => this.#compare(collection))
      .catch((error: unknown) => this.#log.warn('a watched folder was not compared', errorFields(error)))
    this.#comparing.set(collection, next)
    return next
  }

  async #compare(collection: string): Promise<void> {
    const folder = this.#rows.findCollection(collection)?.watchedPath ?? null
    if (folder === null || this.#closed) return
    const found = await documentsBelow(folder)
    this.#rows.setPresent(collection, found !== null)
    if (found === null) {
      this.unwatch(collection)
      return
    }
    this.#listen(collection, folder)
    const known = new Map<string, KeptDocument>()
    for (const document of this.#rows.inCollection(collection)) {
      if (document.sourcePath !== null) known.set(document.sourcePath, document)
    }
    const fresh: FoundFile[] = []
    for (const file of found) {
      const document = known.get(file.path)
      known.delete(file.path)
      if (document === undefined) fresh.push(file)
      else if (document.bytes !== file.bytes || document.sourceModified !== file.modifiedAt) {
        await this.#changed(document, file)
      }
    }
    const added: FoundFile[] = []
    for (const file of fresh) {
      if (!(await this.#moved(file, known))) added.push(file)
    }
    await this.#imports.remove([...known.values()].map(({ id }) => id))
    await this.#imports.addWatched(added, collection)
  }

  /** Touched, or another content? Only the latter is read again. */
  async #changed(document: KeptDocument, file: FoundFile): Promise<void> {
    if (document.status === 'waiting') return // is going to be read anyway
    const same =
      document.bytes === file.bytes && document.sha256 !== null && (await contentOf(file)) === document.sha256
    await this.#rows.change(document.id, { bytes: file.bytes, sourceModified: file.modifiedAt })
    if (!same) await this.#imports.retry(document.id)
  }

  /** A file that lay elsewhere in the folder keeps what was made of it. `gone`: rows whose file is not there. */
  async #moved(file: FoundFile, gone: Map<string, KeptDocument>): Promise<boolean> {
    const alike = [...gone.values()].filter(({ bytes, sha256 }) => bytes === file.bytes && sha256 !== null)
    if (alike.length === 0) return false
    const content = await contentOf(file)
    const document = alike.find(({ sha256 }) => sha256 === content)
    if (document === undefined || document.sourcePath === null) return false
    gone.delete(document.sourcePath)
    await this.#rows.change(document.id, { sourcePath: file.path, sourceModified: file.modifiedAt })
    if (document.name !== file.name) await this.#imports.rename(document.id, file.name)
    return true
  }

  #listen(collection: string, folder: string): void {
    if (this.#watchers.has(collection) || this.#closed) return
    try {
      const watcher = watch(folder, { recursive: true, persistent: false }, () => this.#soon(collection))
      watcher.on('error', () => this.unwatch(collection)) // looked at every minute all the same
      this.#watchers.set(collection, watcher)
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      this.#log.debug('a folder cannot be watched', errorFields(error))
    }
  }

  #soon(collection: string): void {
    clearTimeout(this.#settling.get(collection))
    const timer = setTimeout(() => void this.compare(collection), settleMs)
    timer.unref()
    this.#settling.set(collection, timer)
  }
}

/** null: cannot be read now. */
async function contentOf(file: FoundFile): Promise<string | null> {
  return await hashFile(file.path).catch(() => null)
}
