// The models a person has, and the one that is loaded.
//
//   none ──load──> loading ──> ready ──unload──> none
//    ↑               │ ↑         │
//    └──cancel───────┘ └──load───┘        loading ──a fault──> fault ──load──> loading
//
// One model at a time: the old one's answers are ended and saved, its memory is given back, then the new one is read. A
// file is looked at before that, so choosing something that is no model costs nothing.
import { basename, dirname, join } from 'node:path'
import type { EngineState, ModelSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Engine, LoadedModel, ModelDescription } from '../../engine/engine.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { KnownModel, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ModelSource } from '../chat/active-model.ts'
import type { TemplateChoice } from '../chat/template-choice.ts'
import { fileFacts, modelFilesBelow } from './model-files.ts'

/** How long a list waits for a scan. */
const scanPatienceMs = 700
const lastModelKey = 'model.last'
/** Progress of a load is told in steps of at least this. */
const leastFraction = 0.01

export interface LibraryParts {
  readonly storage: Storage
  readonly engine: Engine
  readonly folders: DataFolders
  readonly templates: TemplateChoice
  readonly emit: Emit
  readonly log: Logger
  threads(): number | null
  /** Ends what uses the loaded model. */
  releaseModel(): Promise<void>
}

interface Ready {
  readonly active: ActiveModel
  readonly known: KnownModel
}

export class ModelLibrary implements ModelSource {
  readonly #parts: LibraryParts
  readonly #log: Logger
  #models = new Map<string, KnownModel>()
  #available = new Set<string>()
  #state: EngineState = { phase: 'none' }
  #ready: Ready | null = null
  #busy = false
  #loading: { readonly abort: AbortController; readonly done: Promise<void> } | null = null
  /** Loads and unloads happen one after the other. */
  #queue: Promise<void> = Promise.resolve()
  #newest = 0
  #scanning: Promise<void> | null = null
  #lastModel: string | null = null

  constructor(parts: LibraryParts) {
    this.#parts = parts
    this.#log = parts.log.child('models')
  }

  /** Another form for this model, from its next answer on. Errors: not_found, and those of a write. */
  async chooseTemplate(model: string, template: string | null): Promise<void> {
    if (!this.#models.has(model)) throw new RoostError('not_found', { what: 'model' })
    const { templates } = this.#parts
    await templates.choose(model, template)
    if (this.#ready?.known.id !== model || this.#state.phase !== 'ready') return
    const { known, active } = this.#ready
    const { description } = active.loaded
    const inForce = templates.of(model, description)
    this.#ready = { known, active: { ...active, template: inForce } }
    this.#tell({ ...this.#state, sampling: inForce.sampling, template: templates.inUse(model, description) })
  }

  /** What was known before; no file is touched. */
  async read(): Promise<void> {
    const { storage } = this.#parts
    const [models, settings] = await Promise.all([storage.read.models(), storage.read.settings()])
    this.#models = new Map(models.map((model) => [model.id, model]))
    const last = settings[lastModelKey]
    this.#lastModel = typeof last === 'string' && this.#models.has(last) ? last : null
  }

  state(): EngineState {
    return this.#state
  }

  lastModel(): string | null {
    return this.#lastModel
  }

  active(): ActiveModel {
    if (this.#ready !== null) return this.#ready.active
    throw new RoostError(this.#state.phase === 'loading' ? 'model_loading' : 'no_model')
  }

  setBusy(busy: boolean): void {
    this.#busy = busy
    if (this.#state.phase === 'ready') this.#tell({ ...this.#state, busy })
  }

  /** Finds what came into the folders or went from the disk. A folder full of unknown models takes longer to look at than
   *  anybody waits: then models.changed follows. */
  async list(): Promise<ModelSummary[]> {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = null
    })
    const scanning = this.#scanning
    const done = await Promise.race([scanning.then(() => true), pause(scanPatienceMs)])
    if (done !== true) void scanning.then(() => this.#tellModels())
    return this.#summaries()
  }

  /** The bundled model, if it is there. */
  async starter(): Promise<string | null> {
    const path = join(this.#parts.folders.resources, 'starter', 'starter.gguf')
    if ((await fileFacts(path)) === null) return null
    try {
      return (await this.#know(path, 'starter')).id
    } catch (error) {
      this.#log.error('the starter model cannot be read', errorFields(error))
      return null
    }
  }

  /** A file the person chose. Errors: those of Engine.inspect. */
  async add(path: string): Promise<ModelSummary> {
    const model = await this.#know(path, 'local')
    this.#tellModels()
    return this.#summary(model)
  }

  /** Only takes it off the list; the file stays. */
  async forget(id: string): Promise<void> {
    if (this.#ready?.known.id === id) await this.unload()
    await this.#parts.storage.write.removeModel(id)
    this.#models.delete(id)
    this.#tellModels()
  }

  /** Begins; the rest is told by engine.changed. Errors: not_found, and those of Engine.inspect. */
  async load(id: string): Promise<void> {
    const known = this.#models.get(id)
    if (known === undefined) throw new RoostError('not_found', { what: 'model' })
    let current: KnownModel
    try {
      current = await this.#know(known.path, known.origin)
    } catch (error) {
      // What is loaded stays loaded; only where nothing is, the engine's place says what is wrong.
      const fault = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      if (this.#ready === null && this.#loading === null) this.#fault(this.#summary(known), fault)
      throw fault
    }
    this.#begin(current)
  }

  /** --model PATH, or the model to start with. What goes wrong becomes the engine's state. */
  async loadAtStart(target: { readonly path: string } | { readonly id: string }): Promise<void> {
    try {
      const id = 'id' in target ? target.id : (await this.#know(target.path, 'local')).id
      await this.load(id)
    } catch (error) {
      const fault = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      this.#log.error('the model to begin with was not loaded', errorFields(fault))
      if (this.#state.phase === 'none') this.#fault(null, fault)
    }
  }

  /** Also a load that still waits for another one to end. */
  cancelLoad(): void {
    this.#newest += 1
    this.#loading?.abort.abort()
  }

  async unload(): Promise<void> {
    this.cancelLoad()
    await this.#inTurn(() => this.#release())
  }

  async close(): Promise<void> {
    await this.unload()
  }

  #begin(known: KnownModel): void {
    this.cancelLoad()
    const mine = this.#newest
    void this.#inTurn(async () => {
      if (mine !== this.#newest) return // another one was chosen meanwhile
      await this.#release()
      await this.#read(known)
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#log.error('changing the model failed', errorFields(error))
    })
    return this.#queue
  }

  async #release(): Promise<void> {
    const ready = this.#ready
    this.#ready = null // no answer begins any more
    if (ready !== null) {
      await this.#parts.releaseModel()
      await ready.active.loaded.close()
    }
    if (this.#state.phase !== 'none') this.#tell({ phase: 'none' })
  }

  async #read(known: KnownModel): Promise<void> {
    const summary = this.#summary(known)
    const abort = new AbortController()
    let told = 0
    this.#tell({ phase: 'loading', model: summary, fraction: 0 })
    const began = performance.now()
    const loading = this.#parts.engine.load(known.path, {
      threads: this.#parts.threads(),
      vocabularyFolders: [
        dirname(known.path),
        this.#parts.folders.models,
        this.#parts.folders.root,
        this.#parts.folders.resources,
      ],
      signal: abort.signal,
      onProgress: (fraction) => {
        if (this.#state.phase !== 'loading' || fraction < told + leastFraction) return
        told = fraction
        this.#tell({ phase: 'loading', model: summary, fraction })
      },
    })
    this.#loading = { abort, done: loading.then(noResult, noResult) }
    try {
      const loaded = await loading
      if (abort.signal.aborted) {
        await loaded.close()
        this.#tell({ phase: 'none' })
        return
      }
      this.#become(known, summary, loaded)
      this.#log.info('model loaded', {
        model: known.id,
        generation: loaded.description.generation,
        milliseconds: Math.round(performance.now() - began),
      })
      await this.#remember(known.id)
    } catch (error) {
      if (abort.signal.aborted) this.#tell({ phase: 'none' })
      else {
        const fault = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
        this.#log.warn('model was not loaded', { model: known.id, ...errorFields(fault) })
        this.#fault(summary, fault)
      }
    } finally {
      this.#loading = null
    }
  }

  #become(known: KnownModel, summary: ModelSummary, loaded: LoadedModel): void {
    const template = this.#parts.templates.of(known.id, loaded.description)
    this.#ready = { known, active: { loaded, title: known.title, template } }
    this.#tell({
      phase: 'ready',
      model: summary,
      device: loaded.device,
      isa: loaded.isa,
      threads: loaded.threads,
      weightBytes: loaded.weightBytes,
      stateBytes: loaded.description.stateBytes,
      busy: this.#busy,
      sampling: template.sampling,
      template: this.#parts.templates.inUse(known.id, loaded.description),
    })
  }

  async #remember(id: string): Promise<void> {
    this.#lastModel = id
    try {
      await this.#parts.storage.write.setSettings({ [lastModelKey]: id })
    } catch (error) {
      this.#log.warn('the last model was not noted', errorFields(error)) // the next start offers another one
    }
  }

  #fault(model: ModelSummary | null, error: RoostError): void {
    this.#tell({ phase: 'fault', model, error: error.toValue() })
  }

  #tell(state: EngineState): void {
    this.#state = state
    this.#parts.emit('engine.changed', { state })
  }

  #tellModels(): void {
    this.#parts.emit('models.changed', { models: this.#summaries() })
  }

  /** The row of this file, looked at anew if the file is another than before. */
  async #know(path: string, origin: KnownModel['origin']): Promise<KnownModel> {
    const facts = await fileFacts(path)
    const before = [...this.#models.values()].find((model) => model.path === path)
    if (facts === null) {
      if (before !== undefined) this.#available.delete(before.id)
      // The engine has the better sentence: missing, a folder, not readable.
      await this.#parts.engine.inspect(path)
      throw new RoostError('file_missing', {
        reason: `${basename(path)} is not there.`,
        file: basename(path),
      })
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

  /** Never rejects: what cannot be read is not listed. */
  async #scan(): Promise<void> {
    try {
      await this.starter()
      const known = new Set([...this.#models.values()].map(({ path }) => path))
      for (const model of this.#models.values()) {
        if ((await fileFacts(model.path)) === null) this.#available.delete(model.id)
        else this.#available.add(model.id)
      }
      for (const path of await modelFilesBelow(this.#parts.folders.models)) {
        if (!known.has(path)) await this.#consider(path)
      }
    } catch (error) {
      this.#log.error('looking for models failed', errorFields(error))
    }
  }

  async #consider(path: string): Promise<void> {
    try {
      await this.#know(path, 'folder')
    } catch (error) {
      this.#log.info('a file in the models folder is no model', errorFields(error))
    }
  }

  /** The starter first, then in the order of adding. A file from the folder that went is not worth a line. */
  #summaries(): ModelSummary[] {
    const all = [...this.#models.values()].filter(
      (model) => model.origin === 'local' || this.#available.has(model.id),
    )
    const starterFirst = (model: KnownModel): number => (model.origin === 'starter' ? 0 : 1)
    return all.sort((a, b) => starterFirst(a) - starterFirst(b)).map((model) => this.#summary(model))
  }

  #summary(model: KnownModel): ModelSummary {
    const description = JSON.parse(model.description ?? '{}') as Partial<ModelDescription>
    return {
      id: model.id,
      title: model.title,
      family: description.generation === undefined ? 'RWKV' : `RWKV-${description.generation}`,
      parameters: description.parameters ?? 0,
      fileBytes: model.fileBytes,
      format: description.format ?? '',
      fileName: basename(model.path),
      origin: model.origin,
      available: this.#available.has(model.id),
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function noResult(): void {
  // The outcome is dealt with where the load is awaited.
}
