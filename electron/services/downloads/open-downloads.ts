// Puts the rooms of this folder together, and gives the handlers of its calls.
import type { Handlers } from '../../contract/calls.ts'
import type { downloadCalls } from '../../contract/download-calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { Storage } from '../../storage/storage.ts'
import { AddressPolicy } from './address-policy.ts'
import { CatalogueService, readShippedCatalogue } from './catalogue.ts'
import { DownloadService } from './download-service.ts'
import type { DownloadParts } from './download-service.ts'
import { HubSettingsService, hubAddress } from './hub-settings.ts'
import type { SecretKeeper } from './hub-settings.ts'
import { Network } from './network.ts'
import { usualTuning } from './transfer-tuning.ts'
import type { TransferTuning } from './transfer-tuning.ts'
import { pause } from './waiting.ts'

export interface DownloadsOptions {
  readonly version: string
  readonly storage: Storage
  readonly folders: DataFolders
  readonly clock: Clock
  readonly emit: Emit
  readonly log: Logger
  /** Another hub than the usual one; null: the usual one. */
  readonly hub: string | null
  readonly secrets: SecretKeeper | null
  readonly tuning?: TransferTuning
  /** HTTP_PROXY and its like. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly inspect: DownloadParts['inspect']
  readonly install: DownloadParts['install']
}

export type DownloadHandlers = Pick<Handlers, keyof typeof downloadCalls>

export interface Downloads {
  readonly handlers: DownloadHandlers
  readonly catalogue: CatalogueService
  readonly service: DownloadService
  start(): void
  close(): Promise<void>
}

/** Longest time for a question to a hub that a person waits for. */
const questionMs = 40_000

export async function openDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { storage, folders, clock } = options
  const hub = new HubSettingsService({
    storage,
    folder: folders.root,
    hub: options.hub === null ? null : hubAddress(options.hub),
    secrets: options.secrets,
  })
  await hub.read()
  const environment = options.environment ?? process.env
  const policy = new AddressPolicy(() => hub.addresses(), environment)
  const network = new Network({
    policy,
    environment,
    authorization: (url) => hub.authorization(url),
    userAgent: `Roost/${options.version}`,
    connectMs: 15_000,
    answerMs: 30_000,
  })
  const catalogue = new CatalogueService({
    shipped: readShippedCatalogue(folders.resources),
    storage,
    network,
    hub,
    clock,
  })
  await catalogue.read()
  const service = new DownloadService({
    storage,
    network,
    hub,
    catalogue,
    models: folders.models,
    clock,
    emit: options.emit,
    log: options.log,
    tuning: options.tuning ?? usualTuning,
    inspect: options.inspect,
    install: options.install,
  })
  await service.read()
  const ending = new AbortController()

  const handlers: DownloadHandlers = {
    'catalogue.list': () => Promise.resolve(catalogue.list()),
    'catalogue.refresh': () => inTime(ending.signal, (signal) => catalogue.refresh(signal)),
    'catalogue.lookUp': ({ repository }) =>
      inTime(ending.signal, (signal) => catalogue.lookUp(repository, signal)),
    'catalogue.keep': ({ entry }) => catalogue.keep(entry),
    'catalogue.remove': ({ entry }) => catalogue.remove(entry),
    'downloads.list': () => Promise.resolve(service.list()),
    'downloads.begin': ({ entry, file, bytes }) => service.begin(entry, file, bytes),
    'downloads.examine': ({ address }) =>
      inTime(ending.signal, (signal) => service.examine(policy.check(address).href, signal)),
    'downloads.beginAddress': ({ address, bytes }) => service.beginAddress(policy.check(address).href, bytes),
    'downloads.pause': ({ download }) => service.pause(download),
    'downloads.resume': ({ download }) => service.resume(download),
    'downloads.cancel': ({ download }) => service.cancel(download),
    'downloads.move': ({ download, before }) => service.move(download, before),
    'hub.settings': () => Promise.resolve(hub.settings()),
    'hub.setOrder': ({ order }) => hub.setOrder(order),
    'hub.setMirror': ({ address, enabled }) => hub.setMirror(address, enabled),
    'hub.removeMirror': ({ address }) => hub.removeMirror(address),
    'hub.setToken': ({ token }) => hub.setToken(token),
  }
  return {
    handlers,
    catalogue,
    service,
    start: () => service.start(),
    async close() {
      ending.abort()
      await service.close()
    },
  }
}

/** Errors: those of `work`; network_unavailable when it takes too long. */
async function inTime<T>(ending: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const end = (): void => stop.abort()
  ending.addEventListener('abort', end)
  const waited = pause(questionMs, stop.signal).then(end)
  try {
    return await work(stop.signal)
  } catch (error) {
    if (stop.signal.aborted && !ending.aborted) {
      throw new RoostError('network_unavailable', { reason: 'no answer in time' })
    }
    throw error
  } finally {
    stop.abort()
    ending.removeEventListener('abort', end)
    await waited
  }
}
