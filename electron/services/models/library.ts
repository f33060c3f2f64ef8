// The model that is loaded, and how it comes and goes.
//
//   none ──load──> loading ──> ready ──unload──> none
//    ↑  ↑           │ ↑         │ │
//    │  └──cancel───┘ └──load───┘ └──unused──> none, resting ──the next message──> loading
//    └── loading ──a fault──> fault ──load──> loading
//
// A device that is lost takes the model with it: what was being written is interrupted, the model is read again, on the
// same device or the next choice, and what was interrupted goes on.
//
// One model at a time: the old one's answers are ended and saved, its memory is given back, then the new one is read. A
// file is looked at before that, so choosing something that is no model costs nothing.
import { dirname } from 'node:path'
import type { EngineState, ModelSummary } from '../../contract/entities.ts'
import { RoostError, isErrorCode } from '../../contract/errors.ts'
import type { ErrorCode, ErrorDetail, ErrorValue } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { WeightFormat } from '../../contract/library-entities.ts'
import type { Engine, LoadedModel } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { KnownModel, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ModelSource } from '../chat/active-model.ts'
import type { TemplateChoice } from '../chat/template-choice.ts'
import { processor } from './device-trust.ts'
import type { DeviceTrust } from './device-trust.ts'
import type { KnownModels } from './known-models.ts'

/** How long a list waits for a scan. */
const scanPatienceMs = 700
const lastModelKey = 'model.last'
/** Progress of a load is told in steps of at least this. */
const leastFraction = 0.01

export interface LibraryParts {
  readonly storage: Storage
  readonly engine: Engine
  readonly folders: DataFolders
  readonly known: KnownModels
  readonly templates: TemplateChoice
  readonly emit: Emit
  readonly log: Logger
  threads(): number | null
  /** The instruction set to compute with; null: the engine chooses. */
  isa(): Promise<string | null>
  readonly devices: Pick<DeviceTrust, 'choices' | 'refused' | 'lost' | 'settled'>
  /** Ends what is being written, its words kept; what it returns lets all of it go on, once a model is loaded again. */
  interruptAnswers(): () => Promise<void>
  /** How this model is to be loaded. */
  weights(model: KnownModel): WeightFormat
  /** A model that nobody used for so long is let go; 0: never. */
  idleUnloadMs(): number
  /** Ends what uses the loaded model. */
  releaseModel(): Promise<void>
  /** The list is another one than before. */
  listed(): void
}

interface Ready {
  readonly active: ActiveModel
  readonly known: KnownModel
}

export class ModelLibrary implements ModelSource {
  readonly #parts: LibraryParts
  readonly #log: Logger
  #state: EngineState = { phase: 'none' }
  #ready: Ready | null = null
  #busy = false
  #loading: { readonly abort: AbortController; readonly done: Promise<void> } | null = null
  /** Loads and unloads happen one after the other. */
  #queue: Promise<void> = Promise.resolve()
  #newest = 0
  #scanning: Promise<void> | null = null
  #lastModel: string | null = null
  #lastUse = 0
  #idle: NodeJS.Timeout | undefined
  /** Those who wait for a load to end. */
  #waiting: (() => void)[] = []
  /** Loads and unloads under way or waiting for their turn. */
  #turns = 0
  /** Files that are being looked at before they are loaded. */
  #choosing = 0

  constructor(parts: LibraryParts) {
    this.#parts = parts
    this.#log = parts.log.child('models')
  }

  /** Another form for this model, from its next answer on. Errors: not_found, and those of a write. */
  async chooseTemplate(model: string, template: string | null): Promise<void> {
    this.#parts.known.require(model)
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
    const { storage, known } = this.#parts
    await known.read()
    const last = (await storage.read.settings())[lastModelKey]
    this.#lastModel = typeof last === 'string' && known.get(last) !== undefined ? last : null
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

  /**
   * The model that a conversation wants, loaded; null: the one that is loaded, or was before it was let go. Waits for a
   * load. Errors: no_model; busy (another model is answering somebody); not_found; what made the load fail; cancelled.
   */
  async ensureLoaded(wanted: string | null): Promise<ActiveModel> {
    const target = this.#targetOf(wanted)
    if (target !== null) await this.load(target)
    let waited = target !== null
    while (this.#changing()) {
      waited = true
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (waited && this.#state.phase === 'fault') throw RoostError.fromValue(toValue(this.#state.error))
    return this.active()
  }

  /** What has to be loaded first; null: nothing. */
  #targetOf(wanted: string | null): string | null {
    const { known } = this.#parts
    const state = this.#state
    if (wanted === null) {
      if (this.#ready !== null || state.phase !== 'none') return null
      return state.resting === undefined ? null : state.resting.id
    }
    const same = known.copies(wanted).some(({ id }) => {
      return id === this.#ready?.known.id || (state.phase === 'loading' && id === state.model.id)
    })
    if (same) return null
    if (this.#busy && this.#ready !== null) {
      const model = this.#ready.known.title
      throw new RoostError('busy', {
        reason: `${model} is answering in another chat. Wait for it, or stop it.`,
      })
    }
    return wanted
  }

  #changing(): boolean {
    return this.#state.phase === 'loading' || this.#turns > 0 || this.#choosing > 0
  }

  #wake(): void {
    if (!this.#changing()) for (const go of this.#waiting.splice(0)) go()
  }

  setBusy(busy: boolean): void {
    this.#busy = busy
    this.#used()
    if (this.#state.phase === 'ready') this.#tell({ ...this.#state, busy })
  }

  isBusy(): boolean {
    return this.#busy || this.#state.phase === 'loading'
  }

  /** The loaded model and its row; for measurements. */
  loaded(): { readonly known: KnownModel; readonly loaded: LoadedModel } | null {
    return this.#ready === null ? null : { known: this.#ready.known, loaded: this.#ready.active.loaded }
  }

  /** Begins the time after which an unused model is let go; also after the setting was changed. */
  #used(): void {
    this.#lastUse = performance.now()
    this.watchIdle()
  }

  watchIdle(): void {
    clearTimeout(this.#idle)
    const after = this.#parts.idleUnloadMs()
    if (this.#ready === null || after <= 0) return
    const left = Math.max(0, after - (performance.now() - this.#lastUse))
    // A day at most: longer times do not fit a timer.
    this.#idle = setTimeout(() => this.#rest(after), Math.min(left, 86_400_000))
    this.#idle.unref()
  }

  #rest(after: number): void {
    if (this.#ready === null) return
    if (this.#busy || performance.now() - this.#lastUse < after) {
      this.watchIdle()
      return
    }
    const { known } = this.#ready
    this.#log.info('an unused model was let go', { model: known.id })
    void this.#inTurn(async () => {
      if (this.#ready?.known.id !== known.id || this.#busy) return
      await this.#release(this.#parts.known.summary(known))
    })
  }

  /** Finds what came into the folders or went from the disk. A folder full of unknown models takes longer to look at than
   *  anybody waits: then models.changed follows. */
  async list(): Promise<ModelSummary[]> {
    const { known } = this.#parts
    this.#scanning ??= known.scan().finally(() => {
      this.#scanning = null
    })
    const scanning = this.#scanning
    const done = await Promise.race([scanning.then(() => true), pause(scanPatienceMs)])
    if (done !== true) void scanning.then(() => this.tellModels())
    return known.summaries()
  }

  /** Where the vocabulary of a model may lie that does not carry its own, in order. */
  vocabularyFolders(path: string): string[] {
    const { models, root, resources } = this.#parts.folders
    return [dirname(path), models, root, resources]
  }

  /** The bundled model, if it is there. */
  starter(): Promise<string | null> {
    return this.#parts.known.starter()
  }

  /** A file the person chose. Errors: those of Engine.inspect. */
  async add(path: string): Promise<ModelSummary> {
    const { known } = this.#parts
    const model = await known.add(path)
    this.tellModels()
    return known.summary(model)
  }

  /** Only takes it off the list; the file stays. */
  async forget(id: string): Promise<void> {
    await this.letGo(id)
    await this.#parts.known.forget(id)
    this.tellModels()
  }

  /** Unloads the model if it is loaded or being loaded, in whatever place it lies. Errors: not_found. */
  async letGo(id: string): Promise<void> {
    const places = this.#parts.known.copies(id).map((model) => model.id)
    const state = this.#state
    const mine =
      (this.#ready !== null && places.includes(this.#ready.known.id)) ||
      (state.phase === 'loading' && places.includes(state.model.id)) ||
      (state.phase === 'none' && state.resting !== undefined && places.includes(state.resting.id))
    if (mine) await this.unload()
  }

  /** Begins; the rest is told by engine.changed. Errors: not_found, and those of Engine.inspect. */
  async load(id: string): Promise<void> {
    const known = this.#parts.known.require(id)
    let current: KnownModel
    this.#choosing += 1
    try {
      current = await this.#parts.known.know(known.path, known.origin)
    } catch (error) {
      // What is loaded stays loaded; only where nothing is, the engine's place says what is wrong.
      const fault = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      if (this.#ready === null && this.#loading === null) this.#fault(this.#parts.known.summary(known), fault)
      throw fault
    } finally {
      this.#choosing -= 1
      this.#wake()
    }
    this.#begin(current)
  }

  /** --model PATH, or the model to start with. What goes wrong becomes the engine's state. */
  async loadAtStart(target: { readonly path: string } | { readonly id: string }): Promise<void> {
    try {
      const id = 'id' in target ? target.id : (await this.#parts.known.add(target.path)).id
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
    clearTimeout(this.#idle)
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
    this.#turns += 1
    this.#queue = this.#queue
      .then(work)
      .catch((error: unknown) => {
        this.#log.error('changing the model failed', errorFields(error))
      })
      .finally(() => {
        this.#turns -= 1
        this.#wake()
      })
    return this.#queue
  }

  async #release(resting?: ModelSummary): Promise<void> {
    const ready = this.#ready
    this.#ready = null // no answer begins any more
    clearTimeout(this.#idle)
    if (ready !== null) {
      await this.#parts.releaseModel()
      await ready.active.loaded.close()
    }
    if (resting !== undefined) this.#tell({ phase: 'none', resting })
    else if (this.#state.phase !== 'none' || this.#state.resting !== undefined) this.#tell({ phase: 'none' })
  }

  async #read(known: KnownModel): Promise<void> {
    const summary = this.#parts.known.summary(known)
    const abort = new AbortController()
    let told = 0
    this.#tell({ phase: 'loading', model: summary, fraction: 0 })
    const began = performance.now()
    const loading = this.#readOnDevice(known, abort.signal, (fraction) => {
      if (this.#state.phase !== 'loading' || fraction < told + leastFraction) return
      told = fraction
      this.#tell({ phase: 'loading', model: summary, fraction })
    })
    this.#loading = { abort, done: loading.then(noResult, noResult) }
    try {
      const { loaded, device } = await loading
      if (abort.signal.aborted) {
        await loaded.close()
        this.#tell({ phase: 'none' })
        return
      }
      this.#become(known, summary, loaded, device)
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

  /** On the first choice that takes it. Errors: those of the last choice, which is the processor. */
  async #readOnDevice(
    known: KnownModel,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<{ readonly loaded: LoadedModel; readonly device: string }> {
    const { engine, devices } = this.#parts
    for await (const device of devices.choices(known.id)) {
      const isa = device === processor ? await this.#trusted() : null
      let loaded: LoadedModel | null = null
      const lost = (fault: RoostError): void => {
        if (this.#ready !== null && this.#ready.active.loaded === loaded) this.#deviceLost(device, fault)
      }
      try {
        loaded = await engine.load(known.path, {
          threads: this.#parts.threads(),
          device,
          ...(isa === null ? {} : { isa }),
          weights: this.#parts.weights(known),
          vocabularyFolders: this.vocabularyFolders(known.path),
          signal,
          onProgress,
          onDeviceFault: lost,
        })
        return { loaded, device }
      } catch (error) {
        if (signal.aborted || device === processor || !isDeviceFault(error)) throw error
        devices.refused(device, error)
      }
    }
    throw new RoostError('device_unavailable')
  }

  /** What is being written ends before it finds out by itself, so that its words count as read and it can go on. */
  #deviceLost(device: string, fault: RoostError): void {
    if (this.#ready === null) return
    this.#parts.devices.lost(device, fault, this.#ready.known.id)
    this.#exchange()
  }

  /** The settings name another device than before: a loaded model moves there. */
  deviceChosen(): void {
    if (this.#ready !== null) this.#exchange()
  }

  /** Reads the loaded model again. */
  #exchange(): void {
    const known = this.#ready?.known
    if (known === undefined) return
    const mine = ++this.#newest
    const goOn = this.#parts.interruptAnswers()
    void this.#inTurn(async () => {
      if (mine !== this.#newest) return
      await this.#release()
      await this.#read(known)
      // Not within this turn: an answer that begins waits until all turns are over.
      if (this.#ready?.known.id === known.id) setImmediate(() => void goOn())
    })
  }

  /** Null where nothing could be tested: the load itself then says what is wrong. */
  async #trusted(): Promise<string | null> {
    try {
      return await this.#parts.isa()
    } catch (error) {
      this.#log.warn('the kernels could not be tested', errorFields(error))
      return null
    }
  }

  #become(known: KnownModel, summary: ModelSummary, loaded: LoadedModel, device: string): void {
    const template = this.#parts.templates.of(known.id, loaded.description)
    const fallback = this.#parts.devices.settled(device)
    this.#ready = { known, active: { loaded, title: known.title, template } }
    this.#parts.known.prefer(known.id)
    this.#used()
    this.#tell({
      phase: 'ready',
      model: summary,
      device,
      ...(fallback === null ? {} : { fallback }),
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

  tellModels(): void {
    this.#parts.emit('models.changed', { models: this.#parts.known.summaries() })
    this.#parts.listed()
  }
}

/** An error that stands in the engine's state, where its code is only text. */
function toValue(error: { code: string; detail?: ErrorDetail }): ErrorValue {
  const code = isErrorCode(error.code) ? error.code : 'internal'
  return error.detail === undefined ? { code } : { code, detail: error.detail }
}

/** Another device may do what this one can't. */
function isDeviceFault(error: unknown): error is RoostError {
  const codes: readonly ErrorCode[] = ['out_of_memory', 'device_unavailable', 'device_failed']
  return error instanceof RoostError && codes.includes(error.code)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function noResult(): void {
  // The outcome is dealt with where the load is awaited.
}
