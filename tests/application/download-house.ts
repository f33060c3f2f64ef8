// Downloads on a real database and a hub that misbehaves by script, without the rest of the application.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TestHub } from '../hub/hub.ts'
import type { HubFile, HubOptions } from '../hub/hub.ts'
import type { Download } from '../../electron/contract/download-entities.ts'
import type { RoostError } from '../../electron/contract/errors.ts'
import type { EventMessage } from '../../electron/contract/events.ts'
import { systemClock } from '../../electron/platform/clock.ts'
import { createLogger, silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import type { Storage } from '../../electron/storage/storage.ts'
import type { SecretKeeper } from '../../electron/services/downloads/hub-settings.ts'
import { openDownloads } from '../../electron/services/downloads/open-downloads.ts'
import type { Downloads } from '../../electron/services/downloads/open-downloads.ts'
import type { TransferTuning } from '../../electron/services/downloads/transfer-tuning.ts'

const resources = fileURLToPath(new URL('../../resources', import.meta.url))

/** Pieces so small that a test has many of them, and no long waits. */
export const quickTuning: TransferTuning = {
  connections: 3,
  pieceBytes: () => 256 * 1024,
  stallMs: 400,
  leastBytes: 1024,
  spaceEveryMs: 100,
  hashAfterMs: 50,
  patience: 0.02,
}

export interface HouseOptions {
  readonly root?: string
  readonly hub?: TestHub
  readonly hubOptions?: HubOptions
  readonly tuning?: Partial<TransferTuning>
  readonly secrets?: SecretKeeper
  readonly environment?: Readonly<Record<string, string>>
  readonly inspect?: (path: string) => Promise<void>
}

export const repository = 'maker/model'

export class DownloadHouse {
  readonly root: string
  readonly hub: TestHub
  readonly downloads: Downloads
  readonly storage: Storage
  readonly events: EventMessage[]
  /** Names of files that were put on the list of models. */
  readonly installed: string[]

  private constructor(
    root: string,
    hub: TestHub,
    downloads: Downloads,
    storage: Storage,
    events: EventMessage[],
    installed: string[],
  ) {
    this.root = root
    this.hub = hub
    this.downloads = downloads
    this.storage = storage
    this.events = events
    this.installed = installed
  }

  static async open(options: HouseOptions = {}): Promise<DownloadHouse> {
    const root = options.root ?? mkdtempSync(join(tmpdir(), 'roost-downloads-'))
    const hub = options.hub ?? (await TestHub.open(options.hubOptions))
    const folders = prepareDataFolders({ data: root, resources })
    const log =
      process.env.ROOST_TEST_LOG === undefined
        ? silentLogger
        : createLogger({ write: (line) => process.stderr.write(`${line}\n`), close: () => undefined })
    const storage = await openStorage({ folders, log })
    const events: EventMessage[] = []
    const installed: string[] = []
    const downloads = await openDownloads({
      version: '0.0.0',
      storage,
      folders,
      clock: systemClock,
      emit: (name, payload) => events.push({ name, payload } as EventMessage),
      log,
      hub: hub.address,
      secrets: options.secrets ?? null,
      tuning: { ...quickTuning, ...options.tuning },
      environment: options.environment ?? {},
      inspect: options.inspect ?? (() => Promise.resolve()),
      install: (path) => {
        installed.push(path.slice(folders.models.length + 1))
        return Promise.resolve('00000000-0000-4000-8000-000000000001')
      },
    })
    downloads.start()
    return new DownloadHouse(root, hub, downloads, storage, events, installed)
  }

  /** Looks the repository up and begins with this file of it. */
  async begin(name: string): Promise<Download> {
    const entry = await this.downloads.catalogue.lookUp(repository, AbortSignal.timeout(5000))
    const file = entry.files.find((one) => one.name === name)
    return await this.downloads.service.begin(entry.id, name, file?.bytes ?? null)
  }

  one(id: string): Download {
    const found = this.downloads.service.list().find((download) => download.id === id)
    if (found === undefined) throw new Error('no such download')
    return found
  }

  async until(condition: () => boolean, seconds = 20): Promise<void> {
    const end = performance.now() + seconds * 1000
    while (!condition()) {
      if (performance.now() > end) {
        throw new Error(`waited in vain: ${JSON.stringify(this.downloads.service.list())}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** finished, or paused by a problem. */
  async settled(id: string, seconds = 20): Promise<Download> {
    await this.until(() => {
      const { state, error } = this.one(id)
      return state === 'finished' || (state === 'paused' && error !== null)
    }, seconds)
    return this.one(id)
  }

  /** null: there is no such file in the models folder. */
  hashOf(name: string): string | null {
    const path = join(this.root, 'models', name)
    return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null
  }

  /** What lies in the models folder but for hidden folders. */
  visible(): string[] {
    return readdirSync(join(this.root, 'models')).filter((name) => !name.startsWith('.'))
  }

  leftOvers(): string[] {
    return readdirSync(join(this.root, 'models', '.downloads'))
  }

  /** The process ends; the hub and the folder stay. */
  async restart(options: HouseOptions = {}): Promise<DownloadHouse> {
    await this.close()
    return await DownloadHouse.open({ root: this.root, hub: this.hub, ...options })
  }

  async close(): Promise<void> {
    await this.downloads.close()
    await this.storage.close()
  }

  async destroy(): Promise<void> {
    await this.close()
    await this.hub.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Sent by the hub beyond the file itself, as a part of the file. */
export function wasted(hub: TestHub, file: HubFile): number {
  return (hub.sentBytes - file.content.length) / file.content.length
}

export function codeOf(error: unknown): string {
  return (error as RoostError).code
}
