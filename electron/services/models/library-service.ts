// What the page of models shows and does: details, places, folders, checks, conversion, deletion. The loaded model is the
// affair of library.ts, files and rows of known-models.ts.
import { basename, extname, join } from 'node:path'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type {
  ConversionTarget,
  Fit,
  InstalledModel,
  Library,
  LibraryJob,
  ModelFolder,
  WeightFormat,
} from '../../contract/library-entities.ts'
import type { AnswerFigures } from '../../contract/entities.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { KnownModel } from '../../storage/storage.ts'
import type { TemplateChoice } from '../chat/template-choice.ts'
import type { ContentCheck } from './content-check.ts'
import { judgeFit, likelyShape } from './fit.ts'
import type { FitSubject, MachineMemory } from './fit.ts'
import { Jobs } from './jobs.ts'
import type { KnownModels } from './known-models.ts'
import { descriptionOf } from './known-models.ts'
import type { ModelLibrary } from './library.ts'
import type { LibraryNotes } from './library-notes.ts'
import type { Machine } from './machine.ts'
import { leastTokens } from './measured-speeds.ts'
import type { MeasuredSpeeds } from './measured-speeds.ts'
import { fileFacts } from './model-files.ts'

/** What a catalogue may not know. */
interface Partially {
  readonly layers: number | null
  readonly width: number | null
  readonly vocabulary: number | null
}
const worldVocabulary = 65_536

export interface LibraryServiceParts {
  readonly engine: Engine
  readonly library: ModelLibrary
  readonly known: KnownModels
  readonly notes: LibraryNotes
  readonly content: ContentCheck
  readonly speeds: MeasuredSpeeds
  readonly machine: Machine
  readonly templates: TemplateChoice
  readonly folders: DataFolders
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  threads(): number | null
}

export class LibraryService {
  readonly #parts: LibraryServiceParts
  readonly #log: Logger
  readonly jobs: Jobs
  #telling = false
  #toTell = false

  constructor(parts: LibraryServiceParts) {
    this.#parts = parts
    this.#log = parts.log.child('library')
    this.jobs = new Jobs(parts.emit, this.#log)
  }

  async list(): Promise<Library> {
    const { library, machine, content, known } = this.#parts
    await library.list()
    content.record(
      known.list().filter((model) => known.isAvailable(model.id)),
      () => this.changed(),
    )
    // The figures that need it follow.
    void machine.ensureBandwidth().then((measured) => {
      if (measured) this.changed()
    })
    return await this.#read()
  }

  async #read(): Promise<Library> {
    const { known, machine } = this.#parts
    const memory = await machine.memory()
    return {
      models: known.list().map((model) => this.#describe(model, memory)),
      folders: known.folders(),
    }
  }

  /** Tells the window. What changes while it is being told is told right after. */
  changed(): void {
    this.#toTell = true
    if (!this.#telling) void this.#tell()
  }

  async #tell(): Promise<void> {
    this.#telling = true
    try {
      while (this.#toTell) {
        this.#toTell = false
        this.#parts.emit('library.changed', { library: await this.#read() })
      }
    } catch (error) {
      this.#log.warn('the library could not be told', errorFields(error))
    } finally {
      this.#telling = false
    }
  }

  #describe(model: KnownModel, memory: MachineMemory): InstalledModel {
    const { known, content, templates, library } = this.#parts
    const description = descriptionOf(model)
    const weights = this.weightsOf(model)
    const speed =
      description === null ? null : this.#parts.speeds.of({ fingerprint: description.fingerprint, weights })
    const seen = content.of(model)
    const own = known.copies(model.id).filter((copy) => known.isOwn(copy) && known.isAvailable(copy.id))
    return {
      model: known.summary(model),
      layers: description?.layers ?? 0,
      width: description?.width ?? 0,
      vocabulary: description?.vocabulary ?? 0,
      stateBytes: description?.stateBytes ?? 0,
      trainingContext: description?.trainingContext ?? null,
      tokenizer: description?.tokenizer ?? '',
      template: description === null ? '' : templates.inUse(model.id, description).template.name,
      places: known.places(model.id),
      content: seen.state,
      sha256: seen.sha256,
      checkedAt: seen.checkedAt,
      fit: this.#fitOf(
        model,
        weights,
        memory,
        library.loaded()?.known.id === model.id,
        speed?.decodeTokensPerSecond ?? null,
      ),
      weights,
      speed,
      deletableBytes: own.length === 0 ? null : own.reduce((sum, copy) => sum + copy.fileBytes, 0),
    }
  }

  #fitOf(
    model: KnownModel,
    weights: WeightFormat,
    memory: MachineMemory,
    loaded: boolean,
    measuredTokensPerSecond: number | null,
  ): Fit {
    const description = descriptionOf(model)
    return judgeFit(
      {
        generation: description?.generation ?? null,
        parameters: Math.max(1, description?.parameters ?? model.fileBytes / 2),
        layers: description?.layers ?? 24,
        width: description?.width ?? 2048,
        vocabulary: description?.vocabulary ?? 65_536,
        fileBytes: model.fileBytes,
        weightMemory: description?.weightMemory,
      },
      memory,
      { weights, loaded, measuredTokensPerSecond },
    )
  }

  /** Of models that are not here yet: each would have to be stored first. */
  async fitsOf(
    subjects: readonly (Omit<FitSubject, 'layers' | 'width' | 'vocabulary'> & Partially)[],
  ): Promise<Fit[]> {
    await this.#parts.machine.ensureBandwidth()
    const memory = await this.#parts.machine.memory()
    return subjects.map((subject) => {
      const likely = likelyShape(subject.parameters)
      const whole = {
        ...subject,
        layers: subject.layers ?? likely.layers,
        width: subject.width ?? likely.width,
        vocabulary: subject.vocabulary ?? worldVocabulary,
      }
      return judgeFit(whole, memory, { bytesToStore: subject.fileBytes })
    })
  }

  weightsOf(model: KnownModel): WeightFormat {
    return this.#parts.notes.get('weights')[model.id] ?? 'file'
  }

  /** From the next load on. Errors: not_found, and those of a write. */
  async setWeights(id: string, weights: WeightFormat): Promise<void> {
    const { notes, known } = this.#parts
    known.require(id)
    const others = Object.entries(notes.get('weights')).filter(([model]) => model !== id)
    await notes.set('weights', Object.fromEntries(weights === 'file' ? others : [...others, [id, weights]]))
    this.changed()
  }

  // ---- folders ----

  /** Looks into it behind the answer. Errors: file_missing, file_unreadable. */
  async addFolder(path: string): Promise<ModelFolder> {
    const folder = await this.#parts.known.addFolder(path)
    void this.#lookAgain()
    return folder
  }

  async removeFolder(id: string): Promise<void> {
    const { known, library } = this.#parts
    await known.removeFolder(id)
    const loaded = library.loaded()
    if (loaded !== null && known.get(loaded.known.id) === undefined) await library.unload()
    library.tellModels()
  }

  async #lookAgain(): Promise<void> {
    await this.list()
    this.#parts.library.tellModels()
  }

  /** A file that was put into the models folder, with the hash it was held to. Errors: those of Engine.inspect. */
  async adopt(path: string, sha256: string, published: boolean): Promise<string> {
    const { known, content, library } = this.#parts
    const model = await known.know(path, 'folder')
    await content.know(path, sha256, published)
    library.tellModels()
    return model.id
  }

  /** Errors: not_found, write_failed. */
  async delete(id: string): Promise<void> {
    const { known, library, content } = this.#parts
    const paths = known.copies(id).map(({ path }) => path)
    this.jobs.cancelFor(id)
    await library.letGo(id)
    try {
      await known.delete(id)
      for (const path of paths) await content.forget(path)
    } finally {
      library.tellModels()
    }
  }

  // ---- work that takes a while ----

  /** Errors: not_found, busy (this model is being worked on). */
  verify(id: string): LibraryJob {
    const model = this.#parts.known.require(id)
    return this.jobs.begin('verify', this.#parts.known.summary(model), async (job) => {
      try {
        await this.#parts.content.verify(model, {
          signal: job.signal,
          onProgress: (fraction) => job.progress('checking', fraction),
        })
        return null
      } finally {
        this.changed()
      }
    })
  }

  /** Errors: not_found, busy. */
  convert(id: string, target: ConversionTarget): LibraryJob {
    const { known, engine, folders, library } = this.#parts
    const model = known.require(id)
    return this.jobs.begin('convert', known.summary(model), async (job) => {
      const path = await freeName(folders.models, basename(model.path, extname(model.path)), target)
      const report = await engine.convertModel(model.path, path, {
        type: target,
        threads: this.#parts.threads(),
        vocabularyFolders: library.vocabularyFolders(model.path),
        signal: job.signal,
        onProgress: (fraction) => job.progress('converting', fraction),
      })
      job.progress('checking', 1)
      const made = await known.know(path, 'folder')
      this.#parts.content.record([made], () => this.changed())
      library.tellModels()
      return {
        model: made.id,
        fileName: basename(path),
        fileBytes: report.bytes,
        target,
        agreement: report.compared === 0 ? null : report.sameBest / report.compared,
        divergence: report.compared === 0 ? null : report.meanDivergence,
      }
    })
  }

  // ---- after a run ----

  /** An answer of the loaded model was written. */
  async noteAnswer(figures: AnswerFigures): Promise<void> {
    const ready = this.#parts.library.loaded()
    const rate = figures.decodeTokensPerSecond
    if (ready === null || rate === null || rate <= 0 || figures.answerTokens < leastTokens) return
    const read = figures.promptTokens + figures.rereadTokens
    await this.#parts.speeds.add(
      { fingerprint: ready.loaded.description.fingerprint, weights: this.weightsOf(ready.known) },
      {
        decodeTokensPerSecond: rate,
        prefillTokensPerSecond: read >= leastTokens ? figures.prefillTokensPerSecond : null,
        isa: ready.loaded.isa,
        threads: ready.loaded.threads,
      },
    )
    this.changed()
  }

  async close(): Promise<void> {
    await this.jobs.close()
    await this.#parts.content.close()
  }
}

const targetWords: Readonly<Record<ConversionTarget, string>> = { f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' }
const mostNames = 100

/** "name-Q8_0.gguf", or with a number where that exists. Errors: file_exists. */
async function freeName(folder: string, stem: string, target: ConversionTarget): Promise<string> {
  const plain = stem.replace(/[-_.](?:F16|BF16|F32|Q[45]_[01]|Q8_0)$/i, '')
  for (let number = 1; number <= mostNames; number++) {
    const path = join(folder, `${plain}-${targetWords[target]}${number === 1 ? '' : `-${number}`}.gguf`)
    if ((await fileFacts(path)) === null) return path
  }
  throw new RoostError('file_exists', { reason: `There are ${mostNames} files of this name already.` })
}
