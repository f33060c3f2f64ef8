// Puts the rooms of the models together: what is known, what is loaded, what the machine is, what was measured.
import { platform, release } from 'node:os'
import type { Handlers } from '../../contract/calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { Storage } from '../../storage/storage.ts'
import type { TemplateChoice } from '../chat/template-choice.ts'
import type { libraryCalls } from '../../contract/library-calls.ts'
import { BenchmarkService } from './benchmark.ts'
import { ContentCheck } from './content-check.ts'
import { DeviceTrust } from './device-trust.ts'
import { KernelTrust } from './kernel-trust.ts'
import { KnownModels } from './known-models.ts'
import { LibraryNotes } from './library-notes.ts'
import { LibraryService } from './library-service.ts'
import { ModelLibrary } from './library.ts'
import { Machine, processorName } from './machine.ts'
import { MeasuredSpeeds } from './measured-speeds.ts'
import type { FolderBrowser } from './model-files.ts'

export interface ModelRoomsParts {
  readonly storage: Storage
  readonly engine: Engine
  readonly folders: DataFolders
  readonly templates: TemplateChoice
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  readonly version: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly threads: () => number | null
  /** Settings.device */
  readonly device: () => string | null
  readonly idleUnloadMinutes: () => number
  readonly releaseModel: () => Promise<void>
  /** Ends what is being written; what it returns lets it go on. */
  readonly interruptAnswers: () => () => Promise<void>
  /** The hash that the makers published for a file of this name and size; null: none is known. */
  readonly publishedHash: (fileName: string, bytes: number) => string | null
}

type LibraryHandlers = Pick<Handlers, keyof typeof libraryCalls>

export interface ModelRooms {
  readonly library: ModelLibrary
  readonly service: LibraryService
  readonly benchmark: BenchmarkService
  readonly machine: Machine
  /** What the others see: answers that were written are measured as well. */
  readonly observe: Emit
  /** After a change of the settings; of `device`, whatever it is set to. */
  settingsChanged(changes: { readonly device?: unknown }): void
  handlers(browser: FolderBrowser, chooseFolder: (() => Promise<string | null>) | null): LibraryHandlers
  close(): Promise<void>
}

export async function openModelRooms(parts: ModelRoomsParts): Promise<ModelRooms> {
  const { storage, engine, folders, templates, emit, clock, log } = parts
  const notes = new LibraryNotes(storage)
  await notes.read()
  const now = (): number => clock.now()
  const forced = parts.environment['ROOST_ISA'] ?? ''
  const trust = new KernelTrust({
    engine,
    notes,
    emit,
    log,
    processor: processorName(),
    forced,
    threads: parts.threads,
    now,
  })
  const devices = new DeviceTrust({
    engine,
    notes,
    emit,
    log,
    system: `${platform()} ${release()}`,
    offersEmulated: parts.environment['ROOST_EMULATED'] !== undefined,
    wanted: parts.device,
    threads: parts.threads,
    now,
  })
  const known = new KnownModels({ storage, engine, folders, notes, log: log.child('models') })
  const library: ModelLibrary = new ModelLibrary({
    storage,
    engine,
    folders,
    known,
    templates,
    emit,
    log,
    threads: parts.threads,
    isa: () => trust.choose(),
    devices,
    interruptAnswers: parts.interruptAnswers,
    weights: (model) => notes.get('weights')[model.id] ?? 'file',
    idleUnloadMs: () => parts.idleUnloadMinutes() * 60_000,
    releaseModel: async () => {
      benchmark.cancel()
      await parts.releaseModel()
    },
    listed: () => service.changed(),
  })
  const machine = new Machine({
    engine,
    trust,
    devices,
    loaded: () => library.loaded()?.loaded ?? null,
    notes,
    log,
    version: parts.version,
    modelsFolder: folders.models,
    forcedIsa: forced,
    threads: parts.threads,
    busy: () => library.isBusy() || benchmark.isRunning(),
    now,
  })
  const speeds = new MeasuredSpeeds(notes, now)
  const content = new ContentCheck({ notes, log, publishedHash: parts.publishedHash, now })
  const service: LibraryService = new LibraryService({
    engine,
    library,
    known,
    notes,
    content,
    speeds,
    machine,
    templates,
    folders,
    emit,
    clock,
    log,
    threads: parts.threads,
  })
  const benchmark: BenchmarkService = new BenchmarkService({
    engine,
    speeds,
    emit,
    clock,
    log,
    loaded: () => library.loaded(),
    weightsOf: (model) => service.weightsOf(model),
    busy: () => library.isBusy(),
    threads: parts.threads,
    bandwidth: () => machine.bandwidth(),
  })
  await library.read()
  // While the model is found and looked at, so that a first start waits for the longer of the two and not for both. Who
  // loads a model asks again, waits for this test and is told what went wrong with it.
  void trust.choose().catch(() => undefined)

  const observe: Emit = (name, payload) => {
    emit(name, payload)
    if (name !== 'message.committed' || !('message' in payload) || typeof payload.message === 'string') return
    const { message } = payload
    if (message.state !== 'complete' || message.figures === null) return
    void service.noteAnswer(message.figures).catch((error: unknown) => {
      log.warn('the speed of an answer was not noted', errorFields(error))
    })
  }

  const handlers = (
    browser: FolderBrowser,
    chooseFolder: (() => Promise<string | null>) | null,
  ): LibraryHandlers => ({
    'library.list': () => service.list(),
    'library.chooseFolder': async () => {
      if (chooseFolder === null)
        throw new RoostError('bad_request', { reason: 'This host has no folder dialog.' })
      const path = await chooseFolder()
      return path === null ? null : await service.addFolder(path)
    },
    'library.addFolder': ({ folder }) => service.addFolder(browser.pathOf(folder)),
    'library.removeFolder': ({ folder }) => service.removeFolder(folder),
    'library.verify': ({ model }) => inPromise(() => service.verify(model)),
    'library.convert': ({ model, target }) => inPromise(() => service.convert(model, target)),
    'library.cancelJob': ({ job }) => inPromise(() => service.jobs.cancel(job)),
    'library.dismissJob': ({ job }) => inPromise(() => service.jobs.dismiss(job)),
    'library.jobs': () => inPromise(() => service.jobs.list()),
    'library.delete': ({ model }) => service.delete(model),
    'library.setWeights': ({ model, weights }) => service.setWeights(model, weights),
    'library.fits': ({ subjects }) => service.fitsOf(subjects),
    'hardware.report': () => machine.report(),
    'hardware.test': async () => {
      if (library.isBusy() || benchmark.isRunning()) {
        throw new RoostError('busy', { reason: 'The model is at work; the measurement would be wrong.' })
      }
      await machine.testAgain()
      service.changed()
      return await machine.report()
    },
    'benchmark.run': (request) => inPromise(() => benchmark.run(request)),
    'benchmark.cancel': () => inPromise(() => benchmark.cancel()),
    'benchmark.last': () => inPromise(() => benchmark.last()),
  })

  return {
    library,
    service,
    benchmark,
    machine,
    observe,
    settingsChanged(changes) {
      library.watchIdle()
      if (changes.device === undefined) return
      devices.chosenAgain()
      library.deviceChosen()
    },
    handlers,
    async close() {
      await benchmark.close()
      await service.close()
      await library.close()
    },
  }
}

/** What it throws becomes the promise's rejection. */
async function inPromise<T>(work: () => T): Promise<T> {
  await Promise.resolve()
  return work()
}
