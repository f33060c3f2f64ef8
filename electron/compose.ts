// Puts the house together for a door: log, storage, engine, services, dispatch. The order is the order of trust: nothing
// is opened before the data folder is ours, and nothing answers before everything stands.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RoostError } from './contract/errors.ts'
import { AddonEngine } from './engine/addon-engine.ts'
import type { SpawnProbe } from './engine/model-probe.ts'
import { VerdictFile } from './engine/verdict-file.ts'
import type { CommandLine } from './hosts/command-line.ts'
import { createDispatch } from './hosts/dispatch.ts'
import type { OpenHouse } from './hosts/house.ts'
import { createLogger, logFile, movableSink } from './platform/log.ts'
import type { Logger } from './platform/log.ts'
import { prepareDataFolders } from './platform/paths.ts'
import type { DataFolders } from './platform/paths.ts'
import type { SpawnParser } from './services/documents/parse-job.ts'
import { createApplication } from './services/create-application.ts'
import { checkDatabaseFile, openStorage } from './storage/client.ts'

/** What was built or shipped, and where it lies. */
export interface ProgramFiles {
  readonly version: string
  readonly window: string
  readonly preload: string
  readonly storageWorker: URL
  readonly probeChild: string
  /** Reads one document. */
  readonly parseWorker: string
  readonly addon: string
  /** Chat templates, the starter model. */
  readonly resources: string
}

/**
 * @param program folder of the built main process (dist/main)
 * @param shipped folder that an installed application has its resources in; null in a copy of the sources
 */
export function findProgramFiles(program: string, shipped: string | null): ProgramFiles {
  const root = join(program, '..', '..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    version,
    window: join(program, '..', 'renderer'),
    preload: join(program, '..', 'preload', 'preload.cjs'),
    storageWorker: pathToFileURL(join(program, 'storage-worker.js')),
    probeChild: join(program, 'probe-child.js'),
    parseWorker: join(program, 'parse-worker.js'),
    addon:
      shipped === null ? join(root, 'native', 'build', 'bin', 'roost.node') : join(shipped, 'roost.node'),
    resources: shipped ?? join(root, 'resources'),
  }
}

export interface Ground {
  readonly folders: DataFolders
  readonly log: Logger
  /** Where the data folder is now: it may have moved since. The log follows it. */
  again(): DataFolders
}

/** The data folder and the log in it. Throws RoostError('storage_unavailable'). */
export function prepareGround(files: ProgramFiles, commandLine: CommandLine, logName: string): Ground {
  const find = (): DataFolders => prepareDataFolders({ data: commandLine.data, resources: files.resources })
  const folders = find()
  const sink = movableSink(logFile({ folder: folders.logs, name: logName }))
  let { logs } = folders
  const again = (): DataFolders => {
    const now = find()
    if (now.logs !== logs) sink.moveTo(logFile({ folder: now.logs, name: logName }))
    logs = now.logs
    return now
  }
  return { folders, log: createLogger(sink), again }
}

export interface HouseOptions {
  readonly files: ProgramFiles
  readonly ground: Ground
  readonly commandLine: CommandLine
  /** How the process that takes the first look at a model file is started; without it a child of this Node. */
  readonly spawnProbe?: SpawnProbe
  /** How the process that reads a document is started; without it a child of this Node. */
  readonly spawnParser?: SpawnParser
}

/** The function rejects with a RoostError whose reason is a sentence for the person. */
export function houseOn(options: HouseOptions): OpenHouse {
  const { files, ground, commandLine, spawnProbe, spawnParser } = options
  return async (host, emit) => {
    const { log } = ground
    const folders = ground.again()
    const storage = await openStorage({ folders, log, worker: files.storageWorker })
    try {
      const engine = new AddonEngine({
        addonPath: files.addon,
        probe: {
          script: files.probeChild,
          store: new VerdictFile(join(folders.root, 'model-verdicts.json')),
          ...(spawnProbe === undefined ? {} : { spawn: spawnProbe }),
        },
      })
      const application = await createApplication({
        version: files.version,
        folders,
        storage,
        engine,
        host,
        emit,
        log,
        initialModel: commandLine.model,
        hub: commandLine.hub,
        checkDatabase: (database) => checkDatabaseFile(database, { log, worker: files.storageWorker }),
        parser: {
          script: files.parseWorker,
          ...(spawnParser === undefined ? {} : { spawn: spawnParser }),
        },
      })
      let closing: Promise<void> | null = null
      return {
        dispatch: createDispatch(application.handlers, log.child('dispatch')),
        files: application.files,
        start: () => application.start(),
        close: () => (closing ??= application.close().then(() => storage.close())),
      }
    } catch (error) {
      await storage.close()
      throw error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
    }
  }
}
