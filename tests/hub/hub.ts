// A hub of models on loopback that misbehaves by script, and keeps a record of everything it was asked. It serves the
// listing of a repository, `resolve` addresses, and, on a second port, the files themselves, as a content network would.
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly path: string
  readonly at: 'hub' | 'files'
  readonly range: string | null
  readonly authorization: string | null
  readonly status: number
  /** Of the file, as handed to the socket. */
  sent: number
}

/** What a hub does to a request for a file. The first that is not null decides. */
export type Mischief = (request: FileRequest) => Trick | null

export interface FileRequest {
  /** Counts the requests for this file, from 0. */
  readonly index: number
  readonly first: number
  readonly last: number
  /** The one byte by which a client looks what the file is. */
  readonly probe: boolean
}

export type Trick =
  | { kind: 'drop'; after: number } // the connection ends after so many bytes
  | { kind: 'status'; status: number; retryAfter?: string }
  | { kind: 'html'; status?: number }
  | { kind: 'whole' } // ignores the range
  | { kind: 'flip'; at: number } // the byte at this place of the file is another one
  | { kind: 'etag'; etag: string }
  | { kind: 'total'; total: number } // says another size of the whole
  | { kind: 'length'; delta: number } // says another length of the part than it sends
  | { kind: 'shift'; by: number } // sends another part than asked for
  | { kind: 'more'; extra: number } // sends more than asked for
  | { kind: 'drip'; everyMs: number } // one byte now and then
  | { kind: 'silence' } // a head, and then nothing
  | { kind: 'compressed' }
  | { kind: 'redirect'; to: string }

export interface HubFile {
  readonly content: Buffer
  readonly sha256: string
  etag: string
}

export interface HubOptions {
  /** Files are served by a second host, to which the hub forwards. */
  readonly forward?: boolean
  /** Addresses of files are signed and hold for so many requests. */
  readonly signedFor?: number
  /** Wanted for files and listings; null: none. */
  readonly token?: string | null
  /** The listing and the head of `resolve` say the SHA-256. */
  readonly publishHash?: boolean
  /** Bytes per second of one connection; null: as quick as it goes. */
  readonly bytesPerSecond?: number | null
  readonly ranges?: boolean
}

const revision = 'a'.repeat(40)

export class TestHub {
  readonly asked: Asked[] = []
  mischief: Mischief = () => null
  options: HubOptions
  readonly #hub: Server
  readonly #files: Server
  readonly #content = new Map<string, HubFile>()
  readonly #counts = new Map<string, number>()
  readonly #signatures = new Map<string, number>()

  private constructor(options: HubOptions) {
    this.options = options
    this.#hub = createServer((request, response) => this.#answer(request, response))
    this.#files = createServer((request, response) => this.#answerFile(request, response, 'files'))
  }

  static async open(options: HubOptions = {}): Promise<TestHub> {
    const hub = new TestHub(options)
    for (const server of [hub.#hub, hub.#files]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    }
    return hub
  }

  get address(): string {
    return `http://127.0.0.1:${port(this.#hub)}`
  }

  /** Another host by its port. */
  get filesAddress(): string {
    return `http://127.0.0.1:${port(this.#files)}`
  }

  put(repository: string, name: string, content: Buffer): HubFile {
    const sha256 = createHash('sha256').update(content).digest('hex')
    const file: HubFile = { content, sha256, etag: `"${sha256.slice(0, 32)}"` }
    this.#content.set(`${repository}/${name}`, file)
    return file
  }

  /** Bytes of files that left this hub. */
  get sentBytes(): number {
    return this.asked.reduce((sum, { sent }) => sum + sent, 0)
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#files]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url ?? '/').split('?')[0] ?? '/'
    const listed = /^\/api\/models\/([^/]+\/[^/]+)$/.exec(path)?.[1]
    if (listed !== undefined) {
      this.#list(listed, request, response)
      return
    }
    this.#answerFile(request, response, 'hub')
  }

  #list(repository: string, request: IncomingMessage, response: ServerResponse): void {
    const names = [...this.#content.keys()].filter((key) => key.startsWith(`${repository}/`))
    const denied = this.#denied(request)
    const status = denied ? 401 : names.length === 0 ? 404 : 200
    this.#note(request, 'hub', status)
    response.writeHead(status, { 'content-type': 'application/json' })
    const siblings = names.map((key) => {
      const { content, sha256 } = this.#content.get(key)!
      const lfs = this.options.publishHash === false ? {} : { lfs: { sha256, size: content.length } }
      return { rfilename: key.slice(repository.length + 1), size: content.length, ...lfs }
    })
    response.end(
      JSON.stringify(status === 200 ? { sha: revision, cardData: { license: 'apache-2.0' }, siblings } : {}),
    )
  }

  #denied(request: IncomingMessage): boolean {
    const { token } = this.options
    return typeof token === 'string' && request.headers.authorization !== `Bearer ${token}`
  }

  #note(request: IncomingMessage, at: Asked['at'], status: number): Asked {
    const asked = {
      path: request.url ?? '',
      at,
      range: request.headers.range ?? null,
      authorization: request.headers.authorization ?? null,
      status,
      sent: 0,
    }
    this.asked.push(asked)
    return asked
  }

  #answerFile(request: IncomingMessage, response: ServerResponse, at: Asked['at']): void {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const parts = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path)
    const key = parts === null ? '' : `${parts[1]}/${decodeURIComponent(parts[2] ?? '')}`
    const file = this.#content.get(key)
    const refuse = (status: number): void => {
      this.#note(request, at, status)
      response.writeHead(status, { 'content-type': 'text/plain', 'content-length': 0 })
      response.end()
    }
    if (file === undefined) return refuse(404)
    const forward = this.options.forward === true || this.options.signedFor !== undefined
    if (at === 'hub') {
      if (this.#denied(request)) return refuse(401)
      const linked =
        this.options.publishHash === false
          ? {}
          : { 'x-linked-size': file.content.length, 'x-linked-etag': `"${file.sha256}"` }
      if (forward) {
        const signature = randomBytes(8).toString('hex')
        this.#signatures.set(signature, this.options.signedFor ?? Infinity)
        this.#note(request, at, 302)
        response.writeHead(302, {
          location: `${this.filesAddress}${path}?signature=${signature}`,
          'content-length': 0,
          ...linked,
        })
        response.end()
        return
      }
      this.#send(request, response, at, file, key, linked)
      return
    }
    const signature = new URLSearchParams(query).get('signature') ?? ''
    const left = this.#signatures.get(signature) ?? 0
    if (left <= 0) return refuse(403)
    this.#signatures.set(signature, left - 1)
    this.#send(request, response, at, file, key, {})
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    at: Asked['at'],
    file: HubFile,
    key: string,
    more: Record<string, string | number>,
  ): void {
    const total = file.content.length
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const conditional = request.headers['if-range']
    const index = this.#counts.get(key) ?? 0
    this.#counts.set(key, index + 1)
    let first = Number(asked?.[1] ?? 0)
    let last = asked?.[2] ? Math.min(Number(asked[2]), total - 1) : total - 1
    const probe = asked !== null && first === 0 && asked[2] === '0'
    const trick = this.mischief({ index, first, last, probe })
    const etag = trick?.kind === 'etag' ? trick.etag : file.etag
    const ranged =
      asked !== null &&
      trick?.kind !== 'whole' &&
      this.options.ranges !== false &&
      (conditional === undefined || conditional === etag)
    if (!ranged) [first, last] = [0, total - 1]
    if (trick?.kind === 'status') {
      this.#note(request, at, trick.status)
      const headers = trick.retryAfter === undefined ? {} : { 'retry-after': trick.retryAfter }
      response.writeHead(trick.status, { 'content-length': 0, ...headers })
      response.end()
      return
    }
    if (trick?.kind === 'redirect') {
      this.#note(request, at, 302)
      response.writeHead(302, { location: trick.to, 'content-length': 0 })
      response.end()
      return
    }
    if (trick?.kind === 'html') {
      const page = '<!doctype html><title>Sign in</title><p>Welcome to the network of this hotel.</p>'
      this.#note(request, at, trick.status ?? 200)
      response.writeHead(trick.status ?? 200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(page)
      return
    }
    if (trick?.kind === 'shift') {
      first = Math.max(0, first + trick.by)
      last = Math.min(total - 1, last + trick.by)
    }
    let body = file.content.subarray(first, last + 1)
    if (trick?.kind === 'flip' && trick.at >= first && trick.at <= last) {
      body = Buffer.from(body)
      body[trick.at - first]! ^= 0x10
    }
    if (trick?.kind === 'more') body = file.content.subarray(first, Math.min(total, last + 1 + trick.extra))
    const said = trick?.kind === 'total' ? trick.total : total
    const length = trick?.kind === 'length' ? body.length + trick.delta : body.length
    const status = ranged ? 206 : 200
    const entry = this.#note(request, at, status)
    response.on('error', () => undefined)
    response.writeHead(status, {
      'content-type': 'application/octet-stream',
      'content-length': !ranged && trick?.kind === 'total' ? trick.total : Math.max(0, length),
      etag,
      ...(this.options.ranges === false ? {} : { 'accept-ranges': 'bytes' }),
      ...(ranged ? { 'content-range': `bytes ${first}-${last}/${said}` } : {}),
      ...(trick?.kind === 'compressed' ? { 'content-encoding': 'gzip' } : {}),
      ...more,
    })
    response.flushHeaders()
    if (trick?.kind === 'silence') return
    void this.#pour(response, body.subarray(0, Math.max(0, Math.min(body.length, length))), entry, trick)
  }

  /** Counts what was handed to the socket, whether it left or not; ends as the trick wants. */
  async #pour(response: ServerResponse, body: Buffer, entry: Asked, trick: Trick | null): Promise<void> {
    const end = trick?.kind === 'drop' ? Math.min(trick.after, body.length) : body.length
    const { bytesPerSecond = null } = this.options
    const block =
      trick?.kind === 'drip' ? 1 : bytesPerSecond === null ? 65_536 : Math.max(1024, bytesPerSecond / 50)
    for (let position = 0; position < end && !response.destroyed;) {
      const piece = body.subarray(position, Math.min(end, position + Math.floor(block)))
      entry.sent += piece.length
      const flushed = await new Promise<boolean>((resolve) => {
        response.once('close', () => resolve(false))
        response.write(piece, (error) => resolve(!error))
        response.setMaxListeners(0)
      })
      if (!flushed) return
      position += piece.length
      const wait = trick?.kind === 'drip' ? trick.everyMs : bytesPerSecond === null ? 0 : 20
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    }
    if (trick?.kind === 'drop' && end < body.length) response.destroy()
    else response.end()
  }
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Bytes that follow from the seed, beginning like a file of this kind. */
export function modelBytes(bytes: number, seed: number, magic = 'GGUF'): Buffer {
  const content = Buffer.alloc(bytes)
  let state = seed >>> 0 || 1
  for (let i = 0; i + 4 <= bytes; i += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    content.writeInt32LE(state | 0, i)
  }
  content.write(magic, 0, 'latin1')
  return content
}

/** Numbers from 0 to 1 that follow from the seed: a failing run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
