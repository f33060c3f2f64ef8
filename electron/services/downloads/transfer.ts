// One download on its way, from nothing to a verified file with its name.
//
//            ┌───────────────── wait ◄──── dropped, busy ────┐
//            ▼                                               │
//   order sources ──► examine ──► space, part file ──► fetch pieces ──► hash ──► look inside ──► name
//            ▲           │                                ▲   │          │
//            └─ next ◄───┴── not from this source ◄───────┼───┘          ├─ disk lost a piece: fetch it again
//                                                         └──────────────┴─ hash is wrong: fetch all again, once
//
// Invariants: a byte counts as there when its record is written, after the byte; nothing is used of an answer that is not
// exactly what was asked for; sources are mixed only while a SHA-256 decides about the whole; the name appears last.
// It ends by an error that only a person can do something about, or never gives up: a network that is away may come back.
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { RoostError } from '../../contract/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import type { KeptDownload } from '../../storage/storage.ts'
import type { Network } from './network.ts'
import { OrderedHash } from './ordered-hash.ts'
import { looksLike } from './file-beginning.ts'
import { PartFile, checkSpace, explainFull, freeBytes, sizeOf, wasFinished } from './part-file.ts'
import type { PartPlaces } from './part-file.ts'
import { PieceTable } from './piece-table.ts'
import { RangeLimit } from './range-limit.ts'
import { refetch } from './second-fetch.ts'
import { SourceSession } from './source-session.ts'
import type { SourceAddress, SourceFacts } from './source-session.ts'
import { SpeedMeter } from './speed-meter.ts'
import type { TransferTuning } from './transfer-tuning.ts'
import { backOffMs, pause } from './waiting.ts'

/** What the queue shows of it. */
export interface TransferView {
  phase: 'running' | 'waiting' | 'verifying'
  doneBytes: number
  bytesPerSecond: number | null
  retryAt: number | null
  /** Why it waits. */
  error: RoostError | null
}

export interface TransferParts {
  readonly places: PartPlaces
  readonly network: Network
  readonly clock: Clock
  readonly log: Logger
  readonly tuning: TransferTuning
  /** In the order in which they are to be tried. */
  sources(signal: AbortSignal): Promise<SourceAddress[]>
  /** Writes what was learned; gives the row as it is now. */
  learn(changes: Partial<KeptDownload>): Promise<void>
  /** Something is to be shown. Called often. */
  changed(): void
  /** Refuses what is no model that Roost can use. */
  inspect(path: string): Promise<void>
}

/** Attempts in a row that bring nothing, within one source, before the next one is asked. */
const mostStrikes = 4
/** Bytes that make an attempt count as one that brought something. */
const progressBytes = 64 * 1024
/** How often a file may change under our hands before we give up on its source. */
const mostChanges = 3
/** Rounds over all sources that bring nothing but wrong answers. */
const mostOddRounds = 3
/** Rounds in which one source is away and another one refuses for good. */
const mostMixedRounds = 6
/** Errors that may be over at the next attempt. */
const passes: ReadonlySet<string> = new Set(['network_unavailable', 'source_busy'])

export class Transfer {
  readonly #parts: TransferParts
  readonly #meter = new SpeedMeter()
  #kept: KeptDownload
  #view: TransferView = {
    phase: 'running',
    doneBytes: 0,
    bytesPerSecond: null,
    retryAt: null,
    error: null,
  }
  #part: PartFile | null = null
  #table: PieceTable | null = null
  #hash: OrderedHash | null = null
  #limit: RangeLimit | null = null
  /** What is in the part file; see PieceLayout. */
  #identity: string | null = null
  /** Of the whole file as it arrived. */
  #digest: string | null = null
  /** Identity of a file that nothing identifies: it cannot be gone on with in another run. */
  readonly #nobody = `nobody ${newId()}`
  #connections: number
  #failures = 0
  #oddRounds = 0
  #changes = 0
  #strikes = 0
  #sinceStrike = 0

  /** `doneBytes`: what is on the disk, until the table says it. */
  constructor(kept: KeptDownload, doneBytes: number, parts: TransferParts) {
    this.#kept = kept
    this.#view = { ...this.#view, doneBytes }
    this.#parts = parts
    this.#connections = parts.tuning.connections
  }

  view(): TransferView {
    const now = this.#parts.clock.monotonic()
    const bytesPerSecond = this.#view.phase === 'running' ? this.#meter.bytesPerSecond(now) : null
    return { ...this.#view, doneBytes: this.#table?.doneBytes ?? this.#view.doneBytes, bytesPerSecond }
  }

  /**
   * Resolves when the file has its name, with its SHA-256; null: it had its name already. Rejects with RoostError;
   * `cancelled` when the signal was aborted.
   */
  async run(signal: AbortSignal): Promise<string | null> {
    const { places } = this.#parts
    try {
      await mkdir(dirname(places.part), { recursive: true, mode: 0o700 })
      if (await wasFinished(places, this.#kept.totalBytes)) return null
      if ((await sizeOf(places.target)) !== null) {
        throw new RoostError('file_exists', {
          file: this.#kept.fileName,
          reason: `${this.#kept.fileName} is in the models folder already.`,
        })
      }
      await this.#fetchAll(signal)
      if (!(await this.#verify(signal)) && !(await this.#repair(signal))) throw this.#damaged()
      await unlessAborted(this.#parts.inspect(places.part), signal)
      signal.throwIfAborted()
      await this.#opened().part.finish()
      return this.#kept.sha256 ?? this.#digest
    } catch (error) {
      if (signal.aborted) throw new RoostError('cancelled')
      const missing = (this.#kept.totalBytes ?? 0) - (this.#table?.doneBytes ?? 0)
      const known = await explainFull(error, dirname(places.part), missing)
      throw known instanceof RoostError ? known : new RoostError('write_failed', {}, { cause: known })
    } finally {
      await this.#close()
    }
  }

  /** Until every piece is there. */
  async #fetchAll(signal: AbortSignal): Promise<void> {
    while (this.#table?.isComplete() !== true) {
      signal.throwIfAborted()
      this.#show({ phase: 'running', retryAt: null, error: null })
      const before = this.#table?.doneBytes ?? 0
      const refusals: RoostError[] = []
      for (const source of await this.#parts.sources(signal)) {
        const error = await this.#fetchFrom(source, signal)
        if (error === null) break
        this.#parts.log.info('a source did not give the file', errorFields(error))
        refusals.push(error)
      }
      if (this.#table?.isComplete() === true) return
      if ((this.#table?.doneBytes ?? 0) >= before + progressBytes) this.#failures = 0
      await this.#waitAfter(refusals, signal)
    }
  }

  /** null: everything is here. Otherwise why this source does not do, for now or at all. Rejects with what ends it all. */
  async #fetchFrom(source: SourceAddress, signal: AbortSignal): Promise<RoostError | null> {
    const { network, tuning } = this.#parts
    const session = new SourceSession(network, source, tuning, () => this.#parts.clock.now())
    for (;;) {
      try {
        await this.#agree(session, await session.examine(signal), signal)
        await this.#learnSource(session)
        await this.#fetchPieces(session, signal)
        if (this.#opened().table.isComplete()) return null
      } catch (error) {
        if (signal.aborted || !(error instanceof RoostError)) throw error
        // The connection to a file that changed may lead to the new one: then agree() says what to do.
        if (error.code === 'source_changed' && error.detail.final !== true && this.#changes < mostChanges) {
          this.#changes += 1
          continue
        }
        if (!ofTheSource.has(error.code)) throw error
        return error
      }
    }
  }

  /** Is it the file that was agreed to? Opens the part file for it. Errors: size_changed, source_changed, disk_space. */
  async #agree(session: SourceSession, facts: SourceFacts, signal: AbortSignal): Promise<void> {
    const { host } = session
    const kept = this.#kept
    if (facts.sha256 !== null && kept.sha256 !== null && facts.sha256 !== kept.sha256) {
      throw new RoostError('source_changed', { host, final: true })
    }
    if (kept.totalBytes !== null && kept.totalBytes !== facts.bytes) {
      throw new RoostError('size_changed', {
        host,
        expectedBytes: kept.totalBytes,
        foundBytes: facts.bytes,
      })
    }
    const sha256 = kept.sha256 ?? facts.sha256
    let { etag, etagOrigin } = kept
    if (sha256 === null && (etag !== facts.validator || etagOrigin !== session.origin)) {
      // Without a hash nothing can be mixed: another version, or another source, begins anew.
      if (etagOrigin !== null && etagOrigin !== session.origin && (this.#table?.doneBytes ?? 0) > 0) {
        throw new RoostError('source_changed', { host, final: true })
      }
      etag = facts.validator
      etagOrigin = etag === null ? null : session.origin
    }
    if (sha256 !== kept.sha256 || etag !== kept.etag || kept.totalBytes === null) {
      await this.#learn({ sha256, etag, etagOrigin, totalBytes: facts.bytes })
    }
    await this.#open(
      sha256 === null ? `${session.origin} ${etag ?? this.#nobody}` : `sha256 ${sha256}`,
      signal,
    )
  }

  async #open(identity: string, signal: AbortSignal): Promise<void> {
    const { places, tuning } = this.#parts
    const totalBytes = this.#kept.totalBytes ?? 0
    if (this.#identity === identity && this.#table?.totalBytes === totalBytes) return
    await this.#close()
    const pieceBytes = tuning.pieceBytes(totalBytes)
    // Data without its table is worth nothing, and a table without its data says so by its checksums.
    const { table, kept } = await PieceTable.open(places.pieces, { totalBytes, pieceBytes, identity })
    this.#table = table
    if (table.wasCut) this.#limit ??= new RangeLimit(this.#parts.clock.monotonic())
    if (!kept && table.doneBytes === 0) this.#meter.reset()
    checkSpace(totalBytes - table.doneBytes, await freeBytes(dirname(places.part)))
    this.#part = await PartFile.open(places, totalBytes)
    this.#hash = new OrderedHash(this.#part, table)
    this.#identity = identity
    await this.#checkBegun(signal)
  }

  /** Pieces that were begun are held to their checksum before anything is added to them. */
  async #checkBegun(signal: AbortSignal): Promise<void> {
    const { table, hash } = this.#opened()
    for (let piece = 0; piece < table.count; piece += 1) {
      if (table.done(piece) === 0 || table.isWhole(piece)) continue
      if (!(await hash.holds(piece, signal)) && !signal.aborted) table.record(piece, 0, 0)
    }
  }

  async #fetchPieces(session: SourceSession, signal: AbortSignal): Promise<void> {
    const { table, hash } = this.#opened()
    const stop = new AbortController()
    const end = (): void => stop.abort()
    signal.addEventListener('abort', end)
    if (signal.aborted) stop.abort()
    const taken = new Set<number>()
    const next = (): number | null => {
      for (let piece = 0; piece < table.count; piece += 1) {
        if (!taken.has(piece) && !table.isWhole(piece)) return piece
      }
      return null
    }
    const worker = async (): Promise<void> => {
      for (let piece = next(); piece !== null && !stop.signal.aborted; piece = next()) {
        taken.add(piece)
        await this.#fetchPiece(session, piece, stop.signal)
      }
    }
    const watchSpace = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        // Sparse: what is missing is not yet taken from the disk.
        checkSpace(table.totalBytes - table.doneBytes, await freeBytes(dirname(this.#parts.places.part)))
        await pause(this.#parts.tuning.spaceEveryMs, stop.signal)
      }
    }
    // What arrives comes first: the hash begins later, and rests as long as it works.
    const hashAlong = async (): Promise<void> => {
      await pause(this.#parts.tuning.hashAfterMs, stop.signal)
      while (!stop.signal.aborted) {
        const began = performance.now()
        await hash.advance(stop.signal, 1)
        await pause(Math.max(50, performance.now() - began), stop.signal)
      }
    }
    let failed: { error: unknown } | null = null
    const guarded = (work: Promise<void>): Promise<void> =>
      work.catch((error: unknown) => {
        failed ??= { error }
        stop.abort()
      })
    const fetching = session.facts.ranges
      ? Array.from({ length: this.#connections }, () => guarded(worker()))
      : [guarded(this.#fetchWhole(session, stop.signal))]
    const beside = [guarded(watchSpace()), guarded(hashAlong())]
    await Promise.all(fetching)
    stop.abort()
    await Promise.all(beside)
    signal.removeEventListener('abort', end)
    rethrow(failed)
  }

  /** Until the piece is whole, or too many attempts brought nothing. */
  async #fetchPiece(session: SourceSession, piece: number, signal: AbortSignal): Promise<void> {
    const { table, part } = this.#opened()
    while (!table.isWhole(piece) && !signal.aborted) {
      const start = table.start(piece)
      const missing = table.length(piece) - table.done(piece)
      const wanted = Math.min(missing, this.#limit?.bytes(this.#parts.clock.monotonic()) ?? missing)
      const first = start + table.done(piece)
      try {
        await session.range(first, first + wanted - 1, signal, async (block) => {
          const done = table.done(piece)
          await part.write(block, start + done)
          table.record(piece, done + block.length, crc32(block, table.crc(piece)))
          this.#count(block.length)
        })
      } catch (error) {
        await this.#strike(error, signal)
      }
    }
    if (piece === 0 && table.isWhole(0)) await this.#checkBeginning()
  }

  /** From a source that gives no ranges: from the beginning, each time; what is there already is passed over. */
  async #fetchWhole(session: SourceSession, signal: AbortSignal): Promise<void> {
    const { table, part } = this.#opened()
    let position = 0
    try {
      await session.range(0, table.totalBytes - 1, signal, async (block) => {
        for (let used = 0; used < block.length;) {
          const piece = Math.floor(position / table.pieceBytes)
          const within = position - table.start(piece)
          const length = Math.min(block.length - used, table.length(piece) - within)
          const fresh = block.subarray(used, used + length)
          const known = table.done(piece) - within
          if (known < length) {
            const added = fresh.subarray(Math.max(0, known))
            await part.write(added, position + Math.max(0, known))
            table.record(piece, within + length, crc32(added, table.crc(piece)))
          }
          this.#count(Math.max(0, length - Math.max(0, known)))
          position += length
          used += length
          if (piece === 0 && table.isWhole(0) && within + length === table.length(0))
            await this.#checkBeginning()
        }
      })
    } catch (error) {
      await this.#strike(error, signal)
    }
  }

  /** Waits a little after an attempt that failed; rejects when it was one too many, or none that can be repeated. */
  async #strike(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new RoostError('cancelled')
    if (!(error instanceof RoostError)) throw error
    const again =
      error.code === 'network_unavailable' || (error.code === 'source_unusable' && error.detail.odd === true)
    if (!again) {
      // Fewer at once may be what a busy site wants.
      if (error.code === 'source_busy') this.#connections = Math.max(1, this.#connections >> 1)
      throw error
    }
    if (this.#sinceStrike >= progressBytes) this.#strikes = 0
    this.#sinceStrike = 0
    this.#strikes += 1
    if (this.#strikes > mostStrikes + this.#connections) {
      this.#strikes = 0
      throw error
    }
    await pause(backOffMs(Math.ceil(this.#strikes / this.#connections)) * this.#parts.tuning.patience, signal)
  }

  /** A page of a network that wants a sign-in has the right headers now and then; its first bytes tell. */
  async #checkBeginning(): Promise<void> {
    const { part, table } = this.#opened()
    const beginning = Buffer.alloc(Math.min(16, table.totalBytes))
    await part.read(beginning, 0)
    if (looksLike(this.#kept.fileName, beginning)) return
    for (let piece = 0; piece < table.count; piece += 1) {
      if (table.done(piece) > 0) table.record(piece, 0, 0)
    }
    throw new RoostError('source_unusable', {
      host: this.#kept.source,
      reason: `what it sends does not begin like a ${this.#kept.fileName.split('.').at(-1) ?? ''} file`,
    })
  }

  /** False: the hash is not the published one. Without a published one there is nothing to compare. */
  async #verify(signal: AbortSignal): Promise<boolean> {
    this.#show({ phase: 'verifying', retryAt: null, error: null })
    for (;;) {
      const { hash } = this.#opened()
      const lost = await hash.advance(signal)
      signal.throwIfAborted()
      if (lost === null) {
        this.#digest = hash.digest()
        return this.#kept.sha256 === null || this.#digest === this.#kept.sha256
      }
      this.#parts.log.warn('the disk did not keep a piece of a download', { piece: lost })
      await this.#fetchAll(signal)
      this.#show({ phase: 'verifying', retryAt: null, error: null })
    }
  }

  /** All of it arrived as it was sent, and is wrong: fetches it again and keeps what differs, until the hash is right. */
  async #repair(signal: AbortSignal): Promise<boolean> {
    const { sha256 } = this.#kept
    if (sha256 === null) return false
    const { part, table } = this.#opened()
    this.#parts.log.warn('a download does not have its hash; it is compared with a second fetch')
    this.#show({ phase: 'verifying', retryAt: null, error: null })
    const sources = await this.#parts.sources(signal)
    // Another source than the one that was wrong, where there is one.
    const others = sources.filter(({ address }) => new URL(address).host !== this.#kept.source)
    const { network, tuning, clock } = this.#parts
    return await refetch({
      sessions: [...others, ...sources.filter((source) => !others.includes(source))].map(
        (source) => new SourceSession(network, source, tuning, () => clock.now()),
      ),
      part,
      table,
      sha256,
      signal,
    })
  }

  async #waitAfter(refusals: readonly RoostError[], signal: AbortSignal): Promise<void> {
    const passing = refusals.filter(({ code }) => passes.has(code))
    const odd = refusals.filter(({ detail }) => detail.odd === true)
    if (passing.length === 0) {
      this.#oddRounds += 1
      const [worst] = refusals.filter(({ detail }) => detail.odd !== true)
      if (odd.length === 0 || this.#oddRounds >= mostOddRounds) {
        throw worst ?? odd[0] ?? new RoostError('network_unavailable', { reason: 'no source is set' })
      }
    }
    this.#failures += 1
    const [lasting] = refusals.filter(({ code, detail }) => !passes.has(code) && detail.odd !== true)
    if (lasting !== undefined && this.#failures >= mostMixedRounds) throw lasting
    const asked = passing.map(({ detail }) => (typeof detail.waitMs === 'number' ? detail.waitMs : 0))
    const wait = Math.max(backOffMs(this.#failures), Math.min(...(asked.length === 0 ? [0] : asked)))
    const milliseconds = wait * this.#parts.tuning.patience
    this.#meter.reset()
    this.#show({
      phase: 'waiting',
      retryAt: this.#parts.clock.now() + milliseconds,
      error: passing[0] ?? odd[0] ?? null,
    })
    await pause(milliseconds, signal)
  }

  async #learnSource(session: SourceSession): Promise<void> {
    if (this.#kept.source !== session.host) await this.#learn({ source: session.host })
  }

  async #learn(changes: Partial<KeptDownload>): Promise<void> {
    this.#kept = { ...this.#kept, ...changes }
    await this.#parts.learn(changes)
  }

  #count(bytes: number): void {
    this.#sinceStrike += bytes
    this.#limit?.add(bytes)
    this.#meter.add(bytes, this.#parts.clock.monotonic())
    this.#parts.changed()
  }

  #show(changes: Partial<TransferView>): void {
    this.#view = { ...this.#view, ...changes }
    this.#parts.changed()
  }

  #opened(): { part: PartFile; table: PieceTable; hash: OrderedHash } {
    if (this.#part === null || this.#table === null || this.#hash === null) {
      throw new RoostError('internal', { reason: 'The part file is not open.' })
    }
    return { part: this.#part, table: this.#table, hash: this.#hash }
  }

  /** What is on the disk is worth nothing; the next attempt begins anew. */
  #damaged(): RoostError {
    const { table } = this.#opened()
    for (let piece = 0; piece < table.count; piece += 1) table.record(piece, 0, 0)
    return new RoostError('download_damaged', { host: this.#kept.source })
  }

  async #close(): Promise<void> {
    const [part, table] = [this.#part, this.#table]
    if (table !== null) this.#view = { ...this.#view, doneBytes: table.doneBytes }
    this.#part = null
    this.#table = null
    this.#hash = null
    this.#identity = null
    await part?.close()
    await table?.close()
  }
}

/** Errors that say something about a source, not about this machine. */
const ofTheSource: ReadonlySet<string> = new Set([
  'network_unavailable',
  'source_busy',
  'access_denied',
  'source_missing',
  'source_unusable',
  'source_changed',
  'size_changed',
  'address_refused',
])

/** What is begun elsewhere goes on there; nobody waits for it. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { signal: over.signal })
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    over.abort()
  }
}

function rethrow(failed: { error: unknown } | null): void {
  if (failed !== null) throw failed.error
}
