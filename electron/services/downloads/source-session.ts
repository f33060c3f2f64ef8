// One file at one source: what the source says about it, and ranges of it. Everything an answer claims is checked; an
// answer that is not exactly what was asked for is a typed error, and not one byte of it is used.
//
//   network_unavailable, source_busy       may be tried again
//   source_unusable with `odd`             wrong once; may be right at the next request
//   access_denied, source_missing, source_unusable, address_refused, size_changed    not from this source
//   source_changed                          the file there is not the one it was a moment ago
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { RoostError } from '../../contract/errors.ts'
import type { ErrorDetail } from '../../contract/errors.ts'
import { networkError } from './network.ts'
import type { Answer, Network } from './network.ts'
import { retryAfterMs } from './waiting.ts'

export interface SourceAddress {
  /** Of the file. */
  readonly address: string
  /** What it says about the hash is believed. */
  readonly official: boolean
}

export interface SourceFacts {
  readonly bytes: number
  /** SHA-256 that the hub publishes beside the file; null: none, or not an official source. */
  readonly sha256: string | null
  /** Strong ETag, or else Last-Modified; null: neither. */
  readonly validator: string | null
  /** The source gives ranges. */
  readonly ranges: boolean
}

export interface Stalling {
  /** In each such time at least `leastBytes` must arrive. */
  readonly stallMs: number
  readonly leastBytes: number
}

/** Turns of the event loop in which sockets are read once more after the signal was aborted. */
const lastTurns = 3

export class SourceSession {
  readonly source: SourceAddress
  readonly #network: Network
  readonly #stalling: Stalling
  readonly #now: () => number
  /** Where the hub forwards to, which may be signed and expire; null: ask the hub. */
  #direct: URL | null = null
  #etag: string | null = null
  #facts: SourceFacts | null = null

  constructor(network: Network, source: SourceAddress, stalling: Stalling, now: () => number = Date.now) {
    this.#network = network
    this.source = source
    this.#stalling = stalling
    this.#now = now
  }

  get host(): string {
    return new URL(this.source.address).host
  }

  get origin(): string {
    return new URL(this.source.address).origin
  }

  get facts(): SourceFacts {
    if (this.#facts === null) throw new RoostError('internal', { reason: 'The source was not examined.' })
    return this.#facts
  }

  /** Asks for one byte, and reads from the head of the answer what the file is. */
  async examine(signal: AbortSignal): Promise<SourceFacts> {
    this.forget()
    const answer = await this.#network.get(this.source.address, { headers: { range: 'bytes=0-0' }, signal })
    const { status, headers } = answer
    try {
      this.#refuseStatus(answer, [200, 206])
      refuseKind(headers, this.host)
      const bytes = status === 206 ? totalOf(headers) : lengthOf(headers)
      if (bytes === null || bytes < 1) {
        throw this.#unusable('it does not say how large the file is')
      }
      this.#direct = answer.url
      this.#etag = strongEtag(headers.etag)
      const described = answer.firstHeaders
      this.#facts = {
        bytes: numberOf(described['x-linked-size']) ?? bytes,
        sha256: this.source.official ? hashIn(described['x-linked-etag']) : null,
        validator:
          this.#etag ??
          (headers['last-modified'] === undefined ? null : `modified ${headers['last-modified']}`),
        ranges: status === 206,
      }
      if (this.#facts.bytes !== bytes) {
        throw this.#unusable(`the hub says ${this.#facts.bytes} bytes, and the file has ${bytes}`)
      }
      return this.#facts
    } finally {
      // One byte is taken, so that the socket can be used again; a whole file is not.
      if (status === 206) answer.body.resume()
      else answer.discard()
    }
  }

  /** The next range asks the hub for the address again. */
  forget(): void {
    this.#direct = null
  }

  /**
   * Bytes from `first` to `last`, both included, in order; `take` is awaited for each block. Resolves when exactly these
   * have arrived. What was taken before an error is right as far as HTTP can tell.
   */
  async range(
    first: number,
    last: number,
    signal: AbortSignal,
    take: (block: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const answer = await this.#ask(first, last, signal)
    const { status, headers } = answer
    try {
      if (status === 200) {
        const etag = strongEtag(headers.etag)
        if (etag !== this.#etag && etag !== null && this.#etag !== null) throw this.#changed()
        if (this.facts.ranges || first !== 0) throw this.#odd('it sends the whole file instead of a part')
      }
      refuseKind(headers, this.host)
      const total = status === 206 ? totalOf(headers) : lengthOf(headers)
      if (total !== this.facts.bytes) {
        throw this.#odd(`it says ${total ?? 'nothing'} for a size of ${this.facts.bytes} bytes`)
      }
      if (status === 206) {
        const range = rangeOf(headers)
        if (range === null || range.first !== first || range.last > last) {
          throw this.#odd('it sends another part than asked for')
        }
        if (strongEtag(headers.etag) !== this.#etag) throw this.#changed()
        const length = lengthOf(headers)
        if (length !== null && length !== range.last - range.first + 1) {
          throw this.#odd('it contradicts itself about the length')
        }
      }
    } catch (error) {
      answer.discard()
      throw error
    }
    await this.#read(answer.body, last - first + 1, signal, take)
  }

  async #ask(first: number, last: number, signal: AbortSignal): Promise<Answer> {
    const headers: Record<string, string> = {}
    if (this.facts.ranges) headers.range = `bytes=${first}-${last}`
    if (this.facts.ranges && this.#etag !== null) headers['if-range'] = this.#etag
    const direct = this.#direct
    if (direct !== null && direct.href !== this.source.address) {
      const answer = await this.#network.get(direct, { headers, signal })
      if (![401, 403, 404, 410].includes(answer.status)) return this.#acceptable(answer)
      answer.discard() // a signed address that has expired
      this.#direct = null
    }
    const answer = await this.#network.get(this.source.address, { headers, signal })
    this.#direct = answer.url
    return this.#acceptable(answer)
  }

  #acceptable(answer: Answer): Answer {
    try {
      this.#refuseStatus(answer, [200, 206])
      return answer
    } catch (error) {
      answer.discard()
      throw error
    }
  }

  /** Every block on the way to `take`; a source that stands still or drips is left. */
  async #read(
    body: IncomingMessage,
    expected: number,
    signal: AbortSignal,
    take: (block: Uint8Array) => Promise<void>,
  ): Promise<void> {
    let arrived = 0
    let before = 0
    const watch = setInterval(() => {
      if (arrived - before < this.#stalling.leastBytes) body.destroy(new Error('stalled'))
      before = arrived
    }, this.#stalling.stallMs)
    let tooMuch = false
    let turns = 0
    try {
      // Read by hand, not by `for await`: at an end of our own what has already arrived is still taken, also what the
      // system holds for us.
      while (!tooMuch && arrived < expected) {
        const block = body.read() as Buffer | null
        if (block === null) {
          if (body.readableEnded || body.destroyed || turns === lastTurns) break
          if (!signal.aborted) await somethingHappens(body, signal)
          else {
            turns += 1
            await new Promise((resolve) => setImmediate(resolve))
          }
          continue
        }
        tooMuch = arrived + block.length > expected
        const wanted = tooMuch ? block.subarray(0, expected - arrived) : block
        arrived += wanted.length
        await take(wanted)
      }
      // A part that ends where it should leaves its socket for the next one; one that goes on was too long.
      if (arrived === expected && !tooMuch && this.facts.ranges) tooMuch = await goesOn(body, signal)
    } finally {
      clearInterval(watch)
      if (!body.readableEnded) body.destroy()
    }
    const broken = body.errored
    if (arrived < expected && broken !== null && !signal.aborted) {
      throw broken.message === 'stalled'
        ? new RoostError('network_unavailable', { host: this.host, reason: 'nothing arrives any more' })
        : networkError(broken, this.host)
    }
    if (signal.aborted && arrived < expected) throw new RoostError('cancelled')
    if (tooMuch && this.facts.ranges) throw this.#odd('it sends more than asked for')
    if (arrived < expected) {
      throw new RoostError('network_unavailable', {
        host: this.host,
        reason: 'the connection ended too early',
      })
    }
  }

  #refuseStatus({ status, headers }: Answer, good: readonly number[]): void {
    if (good.includes(status)) return
    const { host } = this
    if (status === 401 || status === 403) throw new RoostError('access_denied', { host, status })
    if (status === 404 || status === 410) throw new RoostError('source_missing', { host, status })
    if (status === 429 || status === 503) {
      const wait = retryAfterMs(headers['retry-after'], this.#now())
      throw new RoostError('source_busy', { host, status, ...(wait === null ? {} : { waitMs: wait }) })
    }
    if (status >= 500 || status === 408 || status === 425) {
      throw new RoostError('network_unavailable', {
        host,
        status,
        reason: `it answers with an error (${status})`,
      })
    }
    if (status === 416) throw this.#odd('it says that this part does not exist')
    throw this.#unusable(`it answers with ${status}`)
  }

  #unusable(reason: string, more: ErrorDetail = {}): RoostError {
    return new RoostError('source_unusable', { host: this.host, reason, ...more })
  }

  #odd(reason: string): RoostError {
    this.forget()
    return this.#unusable(reason, { odd: true })
  }

  #changed(): RoostError {
    return new RoostError('source_changed', { host: this.host, reason: 'it changed during the download' })
  }
}

/** Until there is something to read, or nothing will come any more, or the signal is aborted. */
function somethingHappens(body: IncomingMessage, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'close', 'error'] as const
    const done = (): void => {
      for (const event of events) body.off(event, done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    for (const event of events) body.on(event, done)
    signal.addEventListener('abort', done)
    if (body.readableLength > 0 || body.readableEnded || body.destroyed || signal.aborted) done()
  })
}

/** Whether more follows where the end should be. */
async function goesOn(body: IncomingMessage, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (body.read() !== null) return true
    if (body.readableEnded || body.destroyed || signal.aborted) return false
    await somethingHappens(body, signal)
  }
}

function refuseKind(headers: IncomingHttpHeaders, host: string): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new RoostError('source_unusable', {
      host,
      reason: 'it compresses what must arrive as it is',
      odd: true,
    })
  }
  if (/^text\/html|^application\/xhtml/i.test(headers['content-type'] ?? '')) {
    throw new RoostError('source_unusable', { host, reason: 'it answers with a web page', odd: true })
  }
}

function numberOf(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function lengthOf(headers: IncomingHttpHeaders): number | null {
  return numberOf(headers['content-length'])
}

function rangeOf(headers: IncomingHttpHeaders): { first: number; last: number; total: number } | null {
  const parts = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers['content-range'] ?? '')
  return parts === null ? null : { first: Number(parts[1]), last: Number(parts[2]), total: Number(parts[3]) }
}

function totalOf(headers: IncomingHttpHeaders): number | null {
  return rangeOf(headers)?.total ?? null
}

/** Weak ones say nothing about bytes. */
function strongEtag(header: string | undefined): string | null {
  return header !== undefined && /^"[\x21\x23-\x7e]*"$/.test(header) ? header : null
}

/** A hub gives the SHA-256 of a large file as the ETag of what it links to. */
function hashIn(header: string | string[] | undefined): string | null {
  const text = Array.isArray(header) ? header[0] : header
  return /^"?([0-9a-f]{64})"?$/.exec(text ?? '')?.[1] ?? null
}
