// Whether a file is still what it was. The hash of a file that was downloaded is the published one; that of any other file is
// taken when Roost first sees it. "Verify" reads the file again and compares.
import type { ContentState } from '../../contract/library-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { KnownModel } from '../../storage/storage.ts'
import { basename } from 'node:path'
import { hashFile } from './file-hash.ts'
import type { HashOptions } from './file-hash.ts'
import type { LibraryNotes, Notes } from './library-notes.ts'
import { fileFacts } from './model-files.ts'

type Content = Notes['contents'][string]

export interface ContentCheckParts {
  readonly notes: LibraryNotes
  readonly log: Logger
  /** The hash that the makers published for a file of this name and size; null: none is known. */
  readonly publishedHash: (fileName: string, bytes: number) => string | null
  readonly now: () => number
}

export class ContentCheck {
  readonly #parts: ContentCheckParts
  readonly #abort = new AbortController()
  #recording: Promise<void> = Promise.resolve()
  readonly #queued = new Set<string>()

  constructor(parts: ContentCheckParts) {
    this.#parts = parts
  }

  of(model: KnownModel): { state: ContentState; sha256: string | null; checkedAt: number | null } {
    const content = this.#parts.notes.get('contents')[model.path]
    if (content === undefined) return { state: 'unknown', sha256: null, checkedAt: null }
    return {
      state: content.changed ? 'changed' : content.published ? 'published' : 'recorded',
      sha256: content.sha256,
      checkedAt: content.checkedAt,
    }
  }

  /** A file whose hash was just computed and found right. Errors: those of a write. */
  async know(path: string, sha256: string, published: boolean): Promise<void> {
    const facts = await fileFacts(path)
    if (facts === null) return
    await this.#keep(path, { ...facts, sha256, published, changed: false, checkedAt: this.#parts.now() })
  }

  /** Takes the hash of files seen for the first time, one after the other, behind everything else. `done` follows each. */
  record(models: readonly KnownModel[], done: () => void): void {
    for (const model of models) {
      if (this.#parts.notes.get('contents')[model.path] !== undefined || this.#queued.has(model.path))
        continue
      this.#queued.add(model.path)
      this.#recording = this.#recording.then(async () => {
        try {
          await this.#first(model)
          done()
        } catch (error) {
          if (error instanceof RoostError && error.code === 'cancelled') return
          this.#parts.log.info('a file could not be hashed', errorFields(error))
        } finally {
          this.#queued.delete(model.path)
        }
      })
    }
  }

  async #first(model: KnownModel): Promise<void> {
    const facts = await fileFacts(model.path)
    if (facts === null || this.#abort.signal.aborted) return
    const sha256 = await hashFile(model.path, { signal: this.#abort.signal })
    const published = this.#parts.publishedHash(basename(model.path), facts.bytes)
    await this.#keep(model.path, {
      ...facts,
      sha256,
      published: published === sha256,
      // Named and sized like a published file, and not it.
      changed: published !== null && published !== sha256,
      checkedAt: this.#parts.now(),
    })
  }

  /**
   * Reads the whole file and compares. What was never hashed is recorded instead, unless its makers published a hash.
   * Errors: content_changed, cancelled, file_missing, file_unreadable, and those of a write.
   */
  async verify(model: KnownModel, options: HashOptions): Promise<void> {
    const facts = await fileFacts(model.path)
    const file = basename(model.path)
    if (facts === null) throw new RoostError('file_missing', { file, reason: `${file} is not there.` })
    const before = this.#parts.notes.get('contents')[model.path]
    const sha256 = await hashFile(model.path, options)
    const published = this.#parts.publishedHash(file, facts.bytes)
    const expected = before?.published === true ? before.sha256 : (published ?? before?.sha256 ?? sha256)
    const changed = sha256 !== expected
    await this.#keep(model.path, {
      ...facts,
      sha256: expected,
      published: before?.published === true || published !== null,
      changed,
      checkedAt: this.#parts.now(),
    })
    if (changed)
      throw new RoostError('content_changed', {
        file,
        published: published !== null || before?.published === true,
      })
  }

  async forget(path: string): Promise<void> {
    const others = Object.entries(this.#parts.notes.get('contents')).filter(([other]) => other !== path)
    await this.#parts.notes.set('contents', Object.fromEntries(others))
  }

  async #keep(path: string, content: Content): Promise<void> {
    const { notes } = this.#parts
    await notes.set('contents', { ...notes.get('contents'), [path]: content })
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#recording
  }
}
