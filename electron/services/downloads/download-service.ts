// The queue of downloads. One is fetched at a time, in the order of the list; all of them survive any end of the process.
//
//   queued ──turn──> running ⇄ waiting ──all here──> verifying ──> finished
//     ▲  │              │         │                      │
//     │  └──── pause ───┴── pause ┴──────────────────────┴─> paused (with an error where only a person can help)
//     └──────────────────────── resume ──────────────────────────┘
//
// A row is `queued` from the click until it is paused or finished: what was under way when the process ended goes on by
// itself at the next start. running, waiting and verifying exist only in the memory of this process.
import { mkdirSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { modelFileName } from '../../contract/download-entities.ts'
import type { AddressFacts, Download } from '../../contract/download-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import { systemCode } from '../../platform/paths.ts'
import type { KeptDownload, Storage } from '../../storage/storage.ts'
import type { CatalogueService } from './catalogue.ts'
import { fileAddress } from './hub-listing.ts'
import type { HubSettingsService } from './hub-settings.ts'
import type { Network } from './network.ts'
import { checkSpace, freeBytes, partFolder, partPlaces, removePart, sizeOf } from './part-file.ts'
import { PieceTable } from './piece-table.ts'
import { measureSources } from './probe-speed.ts'
import { SourceSession } from './source-session.ts'
import type { SourceAddress } from './source-session.ts'
import { Transfer } from './transfer.ts'
import type { TransferTuning } from './transfer-tuning.ts'

export interface DownloadParts {
  readonly storage: Storage
  readonly network: Network
  readonly hub: HubSettingsService
  readonly catalogue: CatalogueService
  /** The models folder. */
  readonly models: string
  readonly clock: Clock
  readonly emit: Emit
  readonly log: Logger
  readonly tuning: TransferTuning
  /** Rejects for a file that the engine does not take for a model. */
  inspect(path: string): Promise<void>
  /** Puts a file of the models folder on the list of models; gives its id. `sha256` null: not computed in this run. */
  install(path: string, sha256: string | null, published: boolean): Promise<string>
}

/** At most so often does the window hear of a download that is under way. */
const tellEveryMs = 250

interface Active {
  readonly id: string
  readonly abort: AbortController
  readonly transfer: Transfer
  readonly done: Promise<void>
}

export class DownloadService {
  readonly #parts: DownloadParts
  readonly #log: Logger
  /** In the order of the queue. */
  #rows: KeptDownload[] = []
  /** Bytes on the disk of those that are not under way. */
  readonly #doneBytes = new Map<string, number>()
  readonly #revisions = new Map<string, number>()
  /** A person asked for it in this run: its sources may be measured. */
  readonly #asked = new Set<string>()
  #active: Active | null = null
  #started = false
  #closed = false
  #toldAt = 0
  #tellLater: NodeJS.Timeout | null = null

  constructor(parts: DownloadParts) {
    this.#parts = parts
    this.#log = parts.log.child('downloads')
  }

  /** What the last run left; nothing is fetched yet. */
  async read(): Promise<void> {
    const { storage, models } = this.#parts
    this.#rows = await storage.read.downloads()
    for (const row of this.#rows) {
      const { pieces } = partPlaces(models, row.id, row.fileName)
      this.#doneBytes.set(
        row.id,
        row.state === 'finished' ? (row.totalBytes ?? 0) : await PieceTable.countBytes(pieces),
      )
    }
    await this.#removeStrays()
  }

  /** Goes on with what was under way. */
  start(): void {
    this.#started = true
    this.#next()
  }

  /** Nothing that arrived is lost. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#tellLater !== null) clearTimeout(this.#tellLater)
    const active = this.#active
    active?.abort.abort()
    await active?.done
    this.#parts.network.close()
  }

  list(): Download[] {
    return this.#rows.map((row) => this.#show(row))
  }

  /** Errors: not_found, file_exists, size_changed, disk_space. */
  async begin(entryId: string, fileName: string, bytes: number | null): Promise<Download> {
    const { entry, file } = this.#parts.catalogue.find(entryId, fileName)
    if (file.bytes !== null && bytes !== file.bytes) {
      throw new RoostError('size_changed', {
        expectedBytes: bytes ?? 0,
        foundBytes: file.bytes,
        host: new URL(this.#parts.hub.official).host,
      })
    }
    if (bytes === null) throw new RoostError('bad_request', { reason: 'Its size is not known yet.' })
    return await this.#add({
      entry: entry.id,
      title: entry.title,
      fileName: file.name,
      address: null,
      repository: file.repository ?? entry.repository,
      revision: file.repository === null ? entry.revision : null,
      folder: file.folder,
      totalBytes: bytes,
      sha256: file.sha256,
    })
  }

  /** Errors: address_refused, and those of the source. */
  async examine(address: string, signal: AbortSignal): Promise<AddressFacts> {
    const session = this.#session(address)
    const { bytes } = await session.examine(signal)
    return { address, fileName: nameIn(address), bytes, host: session.host }
  }

  /** Errors: address_refused, file_exists, disk_space. The size is compared when the first byte is asked for. */
  async beginAddress(address: string, bytes: number): Promise<Download> {
    const fileName = nameIn(address)
    return await this.#add({
      entry: null,
      title: fileName.replace(/\.\w+$/, ''),
      fileName,
      address,
      repository: null,
      revision: null,
      folder: '',
      totalBytes: bytes,
      sha256: null,
    })
  }

  async pause(id: string): Promise<Download> {
    const row = this.#row(id)
    if (row.state === 'queued') await this.#put({ ...row, state: 'paused', error: null })
    await this.#stop(id)
    this.#next()
    return this.#tell(id)
  }

  /** Also tries again what failed, and goes on at once with what waits. */
  async resume(id: string): Promise<Download> {
    const row = this.#row(id)
    if (row.state === 'finished') return this.#show(row)
    // The button that the person pressed said the new size.
    const found = row.error?.code === 'size_changed' ? row.error.detail?.foundBytes : undefined
    const totalBytes = typeof found === 'number' ? found : row.totalBytes
    const sha256 = typeof found === 'number' ? null : row.sha256
    await this.#stop(id)
    await this.#put({ ...row, state: 'queued', error: null, totalBytes, sha256 })
    this.#asked.add(id)
    this.#next()
    return this.#tell(id)
  }

  /** With what was fetched so far; the file of a finished one stays. */
  async cancel(id: string): Promise<void> {
    const row = this.#row(id)
    if (row.state === 'queued') await this.#put({ ...row, state: 'paused' })
    await this.#stop(id)
    await this.#parts.storage.write.removeDownload(id)
    this.#rows = this.#rows.filter((other) => other.id !== id)
    await removePart(partPlaces(this.#parts.models, id, row.fileName))
    this.#parts.emit('downloads.changed', { downloads: this.list() })
    this.#next()
  }

  /** null: last. What is under way stays under way. */
  async move(id: string, before: string | null): Promise<Download[]> {
    const row = this.#row(id)
    const others = this.#rows.filter((other) => other.id !== id)
    const at = before === null ? others.length : others.findIndex((other) => other.id === before)
    if (at < 0) throw new RoostError('not_found', { what: 'download' })
    const above = others[at - 1]?.position
    const below = others[at]?.position
    const position =
      above === undefined ? (below ?? 1) - 1 : below === undefined ? above + 1 : (above + below) / 2
    await this.#put({ ...row, position })
    this.#rows.sort((a, b) => a.position - b.position)
    const downloads = this.list()
    this.#parts.emit('downloads.changed', { downloads })
    return downloads
  }

  async #add(wanted: Wanted): Promise<Download> {
    const { clock, models } = this.#parts
    const same = this.#rows.find(
      ({ fileName, state }) => fileName === wanted.fileName && state !== 'finished',
    )
    if (same !== undefined) return await this.resume(same.id) // a second click is no second download
    if ((await sizeOf(join(models, wanted.fileName))) !== null) {
      throw new RoostError('file_exists', {
        file: wanted.fileName,
        reason: `${wanted.fileName} is in the models folder already.`,
      })
    }
    const waiting = this.#rows.filter(({ state }) => state !== 'finished')
    const ahead = waiting.reduce((sum, row) => sum + this.#missingBytes(row), 0)
    checkSpace((wanted.totalBytes ?? 0) + ahead, await freeBytes(models))
    const row: KeptDownload = {
      ...wanted,
      id: newId(),
      position: (this.#rows.at(-1)?.position ?? 0) + 1,
      state: 'queued',
      etag: null,
      etagOrigin: null,
      source: new URL(wanted.address ?? this.#parts.hub.official).host,
      error: null,
      model: null,
      createdAt: clock.now(),
    }
    await this.#put(row)
    this.#asked.add(row.id)
    this.#next()
    return this.#tell(row.id)
  }

  #missingBytes(row: KeptDownload): number {
    return Math.max(0, (row.totalBytes ?? 0) - (this.#doneBytes.get(row.id) ?? 0))
  }

  /** Begins the first that waits for its turn, if none is under way. */
  #next(): void {
    if (!this.#started || this.#closed || this.#active !== null) return
    const row = this.#rows.find(({ state }) => state === 'queued')
    if (row === undefined) return
    const abort = new AbortController()
    const transfer = this.#transferOf(row)
    const active: Active = {
      id: row.id,
      abort,
      transfer,
      done: this.#run(row.id, transfer, abort.signal)
        .catch((error: unknown) => this.#log.error('a download ended unexpectedly', errorFields(error)))
        .finally(() => {
          if (this.#active === active) this.#active = null
          this.#next()
        }),
    }
    this.#active = active
    this.#tell(row.id)
  }

  #transferOf(row: KeptDownload): Transfer {
    const { id, fileName } = row
    const { models, network, clock, tuning } = this.#parts
    let probed = false
    return new Transfer(row, this.#doneBytes.get(id) ?? 0, {
      places: partPlaces(models, id, fileName),
      network,
      clock,
      tuning,
      log: this.#log.child('transfer', { download: id }),
      sources: async (signal) => {
        const measure = !probed && this.#asked.delete(id) && this.#parts.hub.settings().order === 'measured'
        probed = true
        return await this.#sources(this.#row(id), measure, signal)
      },
      learn: async (changes) => {
        await this.#put({ ...this.#row(id), ...changes })
      },
      changed: () => this.#tellSoon(id),
      inspect: (path) => this.#parts.inspect(path),
    })
  }

  async #run(id: string, transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { models } = this.#parts
    this.#log.info('a download begins or goes on', { download: id })
    try {
      await this.#finish(id, await transfer.run(signal))
    } catch (error) {
      this.#doneBytes.set(id, transfer.view().doneBytes)
      if (signal.aborted) return
      const known = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      this.#log.warn('a download needs a person', { download: id, ...errorFields(known) })
      const row = this.#rows.find((other) => other.id === id)
      if (row === undefined) return
      const { pieces } = partPlaces(models, id, row.fileName)
      if (known.code === 'download_damaged') this.#doneBytes.set(id, await PieceTable.countBytes(pieces))
      await this.#pauseFor({ ...row, state: 'paused', error: known.toValue() })
    } finally {
      // When nothing is under way any more; by then it may have been cancelled.
      setImmediate(() => {
        if (!this.#closed && this.#rows.some((row) => row.id === id)) this.#tell(id)
      })
    }
  }

  /** Where the row cannot be written (a full disk) it is paused all the same; the next start tries again. */
  async #pauseFor(row: KeptDownload): Promise<void> {
    try {
      await this.#put(row)
    } catch (error) {
      this.#log.warn('a download was paused without a note', { download: row.id, ...errorFields(error) })
      this.#rows = this.#rows.map((old) => (old.id === row.id ? row : old))
    }
  }

  async #finish(id: string, sha256: string | null): Promise<void> {
    const { models, emit } = this.#parts
    const row = this.#row(id)
    this.#doneBytes.set(id, row.totalBytes ?? 0)
    let model: string | null = null
    try {
      model = await this.#parts.install(join(models, row.fileName), sha256 ?? row.sha256, row.sha256 !== null)
    } catch (error) {
      // The file is right and in its place; the list of models finds it at its next look.
      this.#log.warn('a finished download is not on the list of models', errorFields(error))
    }
    await this.#put({ ...row, state: 'finished', error: null, model })
    this.#log.info('a download is finished', { download: id, bytes: row.totalBytes })
    emit('notice', {
      code: 'download_finished',
      detail: { name: row.title, ...(model === null ? {} : { model }) },
    })
  }

  async #sources(row: KeptDownload, measure: boolean, signal: AbortSignal): Promise<SourceAddress[]> {
    const { hub, network, log } = this.#parts
    const { address, repository, revision, folder, fileName: name, sha256 } = row
    if (address !== null || repository === null) return [{ address: address ?? '', official: false }]
    const of = (): SourceAddress[] =>
      hub.endpoints().flatMap(({ address: endpoint, official }) => {
        const at = (commit: string | null): SourceAddress => ({
          address: fileAddress(endpoint, { repository, revision: commit, folder, name }),
          official,
        })
        // A commit may have gone from the hub; the newest is tried then, and the hash decides.
        return revision === null || sha256 === null ? [at(revision)] : [at(revision), at(null)]
      })
    if (measure && hub.endpoints().length > 1) {
      const measured = await measureSources(network, hub.endpoints(), of(), signal)
      log.info('sources were measured', { sources: measured.length })
      await hub.keepMeasured(measured)
    }
    return of()
  }

  #session(address: string): SourceSession {
    const { network, tuning, clock } = this.#parts
    return new SourceSession(network, { address, official: false }, tuning, () => clock.now())
  }

  async #stop(id: string): Promise<void> {
    const active = this.#active
    if (active?.id !== id) return
    active.abort.abort()
    await active.done
  }

  #row(id: string): KeptDownload {
    const row = this.#rows.find((other) => other.id === id)
    if (row === undefined) throw new RoostError('not_found', { what: 'download' })
    return row
  }

  /** On the disk before it is in the memory. */
  async #put(row: KeptDownload): Promise<void> {
    await this.#parts.storage.write.putDownload(row)
    const known = this.#rows.some(({ id }) => id === row.id)
    this.#rows = known ? this.#rows.map((old) => (old.id === row.id ? row : old)) : [...this.#rows, row]
  }

  #tell(id: string): Download {
    this.#revisions.set(id, (this.#revisions.get(id) ?? 0) + 1)
    const download = this.#show(this.#row(id))
    this.#parts.emit('download.changed', { download })
    return download
  }

  #tellSoon(id: string): void {
    if (this.#tellLater !== null || this.#closed) return
    const wait = Math.max(0, this.#toldAt + tellEveryMs - this.#parts.clock.monotonic())
    this.#tellLater = setTimeout(() => {
      this.#tellLater = null
      this.#toldAt = this.#parts.clock.monotonic()
      if (this.#active?.id === id) this.#tell(id)
    }, wait)
  }

  #show(row: KeptDownload): Download {
    const active = this.#active?.id === row.id && row.state === 'queued' ? this.#active : null
    const view = active?.transfer.view() ?? null
    const doneBytes = view?.doneBytes ?? this.#doneBytes.get(row.id) ?? 0
    const speed = view?.bytesPerSecond ?? null
    const left = row.totalBytes === null ? null : row.totalBytes - doneBytes
    return {
      id: row.id,
      entry: row.entry,
      title: row.title,
      fileName: row.fileName,
      state: view?.phase ?? row.state,
      doneBytes,
      totalBytes: row.totalBytes,
      bytesPerSecond: speed,
      secondsLeft: speed !== null && speed > 0 && left !== null ? left / speed : null,
      source: row.source,
      position: row.position,
      hash: row.sha256 === null ? 'own' : 'published',
      error: view?.error?.toValue() ?? row.error,
      retryAt: view?.retryAt ?? null,
      model: row.model,
      revision: this.#revisions.get(row.id) ?? 0,
    }
  }

  /** Parts of downloads that are no longer known. */
  async #removeStrays(): Promise<void> {
    const folder = join(this.#parts.models, partFolder)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const known = new Set(this.#rows.map(({ id }) => id))
      for (const name of readdirSync(folder)) {
        const id = /^([0-9a-f-]{36})\.(?:part|pieces)$/.exec(name)?.[1]
        if (id !== undefined && !known.has(id)) await rm(join(folder, name), { force: true })
      }
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      this.#log.warn('the folder of downloads cannot be looked at', { code: systemCode(error) })
    }
  }
}

type Wanted = Pick<
  KeptDownload,
  'entry' | 'title' | 'fileName' | 'address' | 'repository' | 'revision' | 'folder' | 'totalBytes' | 'sha256'
>

/** The last part of the path, where it is the name of a model file. Errors: address_refused. */
function nameIn(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  let name = ''
  try {
    name = url === null ? '' : basename(decodeURIComponent(url.pathname))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
  }
  if (url === null || !modelFileName.safeParse(name).success) {
    throw new RoostError('address_refused', {
      reason: `It must end with the name of a model file: at most ${LIMITS.fileNameCharacters} plain characters and .pth, .safetensors, .st or .gguf`,
    })
  }
  return name
}
