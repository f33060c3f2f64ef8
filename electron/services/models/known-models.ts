// The model files that Roost knows: where they lie, whether they are there now, and which of them are the same.
//
// A row is one path. Rows with equal weights, format and size are one model with several places; the window sees it under
// the id of the first place that is there. Files are used where they lie: nothing is copied.
import { unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ModelSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ModelFolder, ModelPlace } from '../../contract/library-entities.ts'
import { partsOf } from '../../engine/divided-model.ts'
import type { Engine, ModelDescription } from '../../engine/engine.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import { systemCode } from '../../platform/paths.ts'
import type { KnownModel, Storage } from '../../storage/storage.ts'
import type { LibraryNotes } from './library-notes.ts'
import { fileFacts, folderIsThere, labelOf, liesIn, modelFilesBelow, realPathOf } from './model-files.ts'

export interface KnownModelsParts {
  readonly storage: Storage
  readonly engine: Pick<Engine, 'inspect'>
  readonly folders: DataFolders
  readonly notes: LibraryNotes
  readonly log: Logger
}

/** Of Roost's own models folder, which has no row. */
const ownFolderId = '00000000-0000-4000-8000-000000000001'

export class KnownModels {
  readonly #parts: KnownModelsParts
  #models = new Map<string, KnownModel>()
  #available = new Set<string>()
  #presentFolders = new Set<string>()
  #preferred: string | null = null

  constructor(parts: KnownModelsParts) {
    this.#parts = parts
  }

  /** What was known before; no file is touched. */
  async read(): Promise<void> {
    const models = await this.#parts.storage.read.models()
    this.#models = new Map(models.map((model) => [model.id, model]))
  }

  get(id: string): KnownModel | undefined {
    return this.#models.get(id)
  }

  /** Errors: not_found. */
  require(id: string): KnownModel {
    const known = this.#models.get(id)
    if (known === undefined) throw new RoostError('not_found', { what: 'model' })
    return known
  }

  isAvailable(id: string): boolean {
    return this.#available.has(id)
  }

  /** Shown under this id, where it has several places: what is loaded must not change its name. */
  prefer(id: string | null): void {
    this.#preferred = id
  }

  // ---- one file ----

  /** The row of this file, looked at anew if the file is another than before. Errors: those of Engine.inspect. */
  async know(path: string, origin: KnownModel['origin']): Promise<KnownModel> {
    const facts = await fileFacts(path)
    const before = [...this.#models.values()].find((model) => model.path === path)
    if (facts === null) {
      if (before !== undefined) this.#available.delete(before.id)
      // The engine has the better sentence: missing, a folder, not readable.
      await this.#parts.engine.inspect(path)
      const file = basename(path)
      throw new RoostError('file_missing', { reason: `${file} is not there.`, file })
    }
    if (
      typeof before?.description === 'string' &&
      before.fileBytes === facts.bytes &&
      before.modifiedAt === facts.modifiedAt
    ) {
      this.#available.add(before.id)
      return before
    }
    const description = await this.#parts.engine.inspect(path)
    const model: KnownModel = {
      id: before?.id ?? newId(),
      path,
      origin: before?.origin ?? origin,
      title: description.title === '' ? basename(path) : description.title,
      description: JSON.stringify(description),
      fileBytes: facts.bytes,
      modifiedAt: facts.modifiedAt,
    }
    await this.#parts.storage.write.putModel(model)
    this.#models.set(model.id, model)
    this.#available.add(model.id)
    return model
  }

  /** A file that a person names: one that was taken off the list is back on it. */
  async add(path: string): Promise<KnownModel> {
    const { notes } = this.#parts
    if (notes.get('ignored').includes(path)) {
      await notes.set(
        'ignored',
        notes.get('ignored').filter((other) => other !== path),
      )
    }
    return await this.know(path, 'local')
  }

  /** The bundled model, if it is there. */
  async starter(): Promise<string | null> {
    const path = join(this.#parts.folders.resources, 'starter', 'starter.gguf')
    if ((await fileFacts(path)) === null) return null
    try {
      return (await this.know(path, 'starter')).id
    } catch (error) {
      this.#parts.log.error('the starter model cannot be read', errorFields(error))
      return null
    }
  }

  // ---- all of them ----

  /** Finds what came into the folders and what went. Never rejects: what cannot be read is not listed. */
  async scan(): Promise<void> {
    try {
      await this.starter()
      for (const model of this.#models.values()) {
        if ((await fileFacts(model.path)) === null) this.#available.delete(model.id)
        else this.#available.add(model.id)
      }
      const known = new Set([...this.#models.values()].map(({ path }) => path))
      const ignored = new Set(this.#parts.notes.get('ignored'))
      for (const folder of this.#folderPaths()) {
        if (await folderIsThere(folder)) this.#presentFolders.add(folder)
        else this.#presentFolders.delete(folder)
        for (const path of await modelFilesBelow(folder)) {
          if (known.has(path) || ignored.has(path)) continue
          known.add(path)
          await this.#consider(path)
        }
      }
    } catch (error) {
      this.#parts.log.error('looking for models failed', errorFields(error))
    }
  }

  async #consider(path: string): Promise<void> {
    try {
      await this.know(path, 'folder')
    } catch (error) {
      this.#parts.log.info('a file in a folder of models is no model', errorFields(error))
    }
  }

  /** One row for each model, the starter first, then in the order of adding. */
  list(): KnownModel[] {
    const groups = new Map<string, KnownModel[]>()
    for (const model of this.#models.values()) {
      const key = contentKey(model)
      groups.set(key, [...(groups.get(key) ?? []), model])
    }
    const shown = [...groups.values()]
      .filter((places) => places.some((model) => this.#isShown(model)))
      .map((places) => this.#firstOf(places))
    const starterFirst = (model: KnownModel): number => (model.origin === 'starter' ? 0 : 1)
    return shown.sort((a, b) => starterFirst(a) - starterFirst(b))
  }

  /** A file that went from a folder that is there was deleted or moved: not worth a line. */
  #isShown(model: KnownModel): boolean {
    if (model.origin === 'local' || this.#available.has(model.id)) return true
    const folder = this.#folderPaths().find((path) => liesIn(path, model.path))
    return folder !== undefined && !this.#presentFolders.has(folder)
  }

  #firstOf(places: readonly KnownModel[]): KnownModel {
    const here = places.filter((model) => this.#available.has(model.id))
    const wanted =
      here.find((model) => model.id === this.#preferred) ??
      here.find((model) => model.origin === 'starter') ??
      here[0] ??
      places[0]
    if (wanted === undefined) throw new RoostError('internal', { reason: 'a model without a place' })
    return wanted
  }

  /** All rows with the content of this one, itself among them. */
  copies(id: string): KnownModel[] {
    const key = contentKey(this.require(id))
    return [...this.#models.values()].filter((model) => contentKey(model) === key)
  }

  places(id: string): ModelPlace[] {
    return this.copies(id)
      .filter((model) => this.#isShown(model))
      .map((model) => ({
        label: labelOf(model.path),
        present: this.#available.has(model.id),
        own: this.isOwn(model),
      }))
  }

  summaries(): ModelSummary[] {
    return this.list().map((model) => this.summary(model))
  }

  summary(model: KnownModel): ModelSummary {
    const description = descriptionOf(model)
    return {
      id: model.id,
      title: model.title,
      family: description?.generation === undefined ? 'RWKV' : `RWKV-${description.generation}`,
      parameters: description?.parameters ?? 0,
      fileBytes: model.fileBytes,
      format: description?.format ?? '',
      fileName: basename(model.path),
      origin: model.origin,
      available: this.#available.has(model.id),
    }
  }

  // ---- taking away ----

  /** In Roost's own folder, by name: what a link there leads to is not ours. */
  isOwn(model: KnownModel): boolean {
    return model.origin !== 'starter' && liesIn(this.#parts.folders.models, model.path)
  }

  /** Only takes it off the list, with all its places; the files stay. */
  async forget(id: string): Promise<void> {
    for (const model of this.copies(id)) {
      if (model.origin !== 'starter') await this.#forgetRow(model)
    }
  }

  async #forgetRow(model: KnownModel): Promise<void> {
    const { notes, storage } = this.#parts
    // It would be found again.
    if (this.#folderPaths().some((folder) => liesIn(folder, model.path)) && this.#available.has(model.id)) {
      await notes.set('ignored', [...notes.get('ignored'), model.path])
    }
    await storage.write.removeModel(model.id)
    this.#models.delete(model.id)
    this.#available.delete(model.id)
  }

  /** Deletes the places in Roost's own folder, forgets the others. Errors: write_failed, not_found. */
  async delete(id: string): Promise<void> {
    for (const model of this.copies(id)) {
      if (model.origin === 'starter') continue
      if (!this.isOwn(model) || !(await this.#isReallyOwn(model.path))) {
        await this.#forgetRow(model)
        continue
      }
      // The index last: as long as it is there, the rest can be deleted again.
      for (const path of [...(await partsOf(model.path)), model.path]) await deleteFile(path)
      await this.#parts.storage.write.removeModel(model.id)
      this.#models.delete(model.id)
      this.#available.delete(model.id)
    }
  }

  /** A folder inside ours may be a link to somewhere else; what lies behind it is not ours to delete. */
  async #isReallyOwn(path: string): Promise<boolean> {
    const [own, place] = await Promise.all([
      realPathOf(this.#parts.folders.models),
      realPathOf(dirname(path)),
    ])
    return own !== null && place !== null && (own === place || liesIn(own, place))
  }

  // ---- folders ----

  #folderPaths(): string[] {
    return [this.#parts.folders.models, ...this.#parts.notes.get('folders').map(({ path }) => path)]
  }

  folders(): ModelFolder[] {
    const count = (folder: string): number =>
      [...this.#models.values()].filter((model) => liesIn(folder, model.path)).length
    const row = (id: string, path: string, own: boolean): ModelFolder => ({
      id,
      label: labelOf(path),
      own,
      present: this.#presentFolders.has(path),
      models: count(path),
    })
    return [
      { ...row(ownFolderId, this.#parts.folders.models, true), present: true },
      ...this.#parts.notes.get('folders').map(({ id, path }) => row(id, path, false)),
    ]
  }

  /** Does not look into it yet. Errors: file_missing, file_unreadable. */
  async addFolder(path: string): Promise<ModelFolder> {
    const { notes, folders } = this.#parts
    if (!(await folderIsThere(path))) {
      throw new RoostError('file_missing', { file: basename(path), reason: 'The folder is not there.' })
    }
    const present = notes.get('folders').find((folder) => folder.path === path)
    if (present === undefined && path !== folders.models) {
      await notes.set('folders', [...notes.get('folders'), { id: newId(), path }])
    }
    // Who adds a folder means all that is in it.
    const ignored = notes.get('ignored').filter((file) => !liesIn(path, file))
    if (ignored.length < notes.get('ignored').length) await notes.set('ignored', ignored)
    this.#presentFolders.add(path)
    const id = notes.get('folders').find((folder) => folder.path === path)?.id ?? ownFolderId
    const added = this.folders().find((folder) => folder.id === id)
    if (added === undefined) throw new RoostError('internal', { reason: 'an added folder is not listed' })
    return added
  }

  /** What was found in it leaves the list; what a person opened by itself stays. Errors: not_found. */
  async removeFolder(id: string): Promise<void> {
    const { notes, storage } = this.#parts
    const folder = notes.get('folders').find((other) => other.id === id)
    if (folder === undefined) throw new RoostError('not_found', { what: 'folder' })
    await notes.set(
      'folders',
      notes.get('folders').filter((other) => other.id !== id),
    )
    const left = this.#folderPaths()
    for (const model of [...this.#models.values()]) {
      const found = model.origin === 'folder' && liesIn(folder.path, model.path)
      if (!found || left.some((path) => liesIn(path, model.path))) continue
      await storage.write.removeModel(model.id)
      this.#models.delete(model.id)
      this.#available.delete(model.id)
    }
  }
}

/** Errors: write_failed. */
async function deleteFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return
    const reason = `${basename(path)} cannot be deleted (${code}).`
    throw new RoostError('write_failed', { reason }, { cause: error })
  }
}

/** null: the file was never looked at. */
export function descriptionOf(model: KnownModel): ModelDescription | null {
  return model.description === null ? null : (JSON.parse(model.description) as ModelDescription)
}

/** Equal for files with the same weights in the same form. */
function contentKey(model: KnownModel): string {
  const description = descriptionOf(model)
  if (description === null || description.fingerprint === '') return model.id
  return `${description.fingerprint} ${description.format} ${model.fileBytes}`
}
