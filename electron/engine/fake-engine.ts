// An engine without weights, for tests of the services: the same interface, state rules and errors as the native one, and a
// text that follows from what was read. Tokens are bytes (fake-text.ts), so counts can be worked out by hand.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { RoostError } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import type {
  BenchFigures,
  BenchOptions,
  BenchRequest,
  Engine,
  EngineSession,
  ConvertOptions,
  ConvertReport,
  GenerateOptions,
  GenerateResult,
  LoadedModel,
  LoadOptions,
  MachineReport,
  ModelDescription,
  ScoredTokens,
  ScoreOptions,
  SelfTestReport,
  SessionOptions,
  TokenCandidate,
  TunedStateDescription,
} from './engine.ts'
import {
  END,
  JOINED,
  checkIds,
  bytesOf,
  decode,
  decodeWhole,
  echo,
  encode,
  firstStop,
  heldBack,
} from './fake-text.ts'
import type { FakeCall, FakeOperation, FakeScript } from './fake-script.ts'

const snapshotMagic = 'roost fake state\n'

export interface FakeEngineOptions {
  /** The files that exist. Without it every path is a model. */
  models?: Readonly<Record<string, Partial<ModelDescription>>>
  /** The tuned states that fit; without it every path is one. */
  tunedStates?: readonly string[]
  script?: Partial<FakeScript>
}

export const fakeMachine: MachineReport = {
  physicalCores: 4,
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 12e9,
  devices: [{ kind: 'cpu', usable: true, name: 'Fake processor', memoryBytes: 16e9, reason: '' }],
  instructionSets: [
    { name: 'fast', usable: true, reason: '' },
    { name: 'scalar', usable: true, reason: '' },
  ],
  build: 'fake',
}

export class FakeEngine implements Engine {
  readonly script: FakeScript
  readonly calls: FakeCall[] = []
  readonly #models: FakeEngineOptions['models']
  readonly #tunedStates: FakeEngineOptions['tunedStates']
  readonly #failures = new Map<FakeOperation, RoostError[]>()
  /** Sessions and models that are open, for assertions about leaks. */
  openSessions = 0
  openModels = 0
  /** Of the latest load. */
  loadOptions: LoadOptions | null = null

  constructor(options: FakeEngineOptions = {}) {
    this.#models = options.models
    this.#tunedStates = options.tunedStates
    this.script = {
      respond: echo,
      prefillChunk: 16,
      prefillStepMs: 0,
      tokenMs: 0,
      loadMs: 0,
      convertMs: 0,
      machine: fakeMachine,
      wrongIsas: [],
      refusingDevices: {},
      bandwidth: 20e9,
      benchRunMs: 0,
      ...options.script,
    }
  }

  /** The next call of this operation rejects with this error, once. Several queue up. */
  failNext(operation: FakeOperation, error: RoostError | ErrorCode): void {
    const queue = this.#failures.get(operation) ?? []
    queue.push(typeof error === 'string' ? new RoostError(error, { reason: 'scripted failure' }) : error)
    this.#failures.set(operation, queue)
  }

  async begin(operation: FakeOperation, text = ''): Promise<void> {
    this.calls.push({ operation, text })
    await this.script.before?.(operation)
    const failure = this.#failures.get(operation)?.shift()
    if (failure) throw failure
  }

  async inspect(path: string): Promise<ModelDescription> {
    await this.begin('inspect', path)
    return this.#describe(path)
  }

  async load(path: string, options: LoadOptions): Promise<LoadedModel> {
    this.loadOptions = options
    await this.begin('load', path)
    const refused = this.script.refusingDevices[options.device ?? 'cpu']
    if (refused !== undefined) throw new RoostError(refused, { reason: 'The device has no room.' })
    const description = this.#describe(path)
    const steps = 4
    for (let step = 0; step <= steps; step++) {
      if (options.signal?.aborted) throw new RoostError('cancelled')
      options.onProgress?.(step / steps)
      await pause(this.script.loadMs / steps)
    }
    if (options.signal?.aborted) throw new RoostError('cancelled')
    this.openModels++
    return new FakeModel(this, description, options)
  }

  /** Writes a small file under `to`, in the place of a model. */
  async convertModel(from: string, to: string, options: ConvertOptions): Promise<ConvertReport> {
    await this.begin('convertModel', `${from} -> ${to}`)
    this.#describe(from)
    if (existsSync(to)) throw new RoostError('file_exists', { reason: `${to} exists already` })
    const steps = 4
    for (let step = 0; step <= steps; step++) {
      if (options.signal?.aborted) throw new RoostError('cancelled')
      options.onProgress?.(step / steps)
      await pause(this.script.convertMs / steps)
    }
    const content = `fake model ${options.type} of ${from}\n`
    await writeFile(to, content, { flag: 'wx' })
    return {
      type: options.type,
      bytes: Buffer.byteLength(content),
      compared: 64,
      sameBest: 63,
      meanDivergence: 0.001,
      largestDivergence: 0.01,
      seconds: this.script.convertMs / 1000,
    }
  }

  async machine(): Promise<MachineReport> {
    await this.begin('machine')
    return this.script.machine
  }

  async selfTest(isa: string, _threads: number | null = null, device = 'cpu'): Promise<SelfTestReport> {
    const tested = device === 'cpu' ? isa : device
    await this.begin('selfTest', tested)
    const wrong = this.script.wrongIsas.includes(tested)
    const failed = wrong ? [{ kernel: 'wkv7', shape: '2x64', nmse: 0.5, bound: 1e-9 }] : []
    return { device, isa, passed: !wrong, kernels: 12, failed }
  }

  async measureBandwidth(): Promise<number> {
    await this.begin('measureBandwidth')
    return this.script.bandwidth
  }

  tunedState(path: string): TunedStateDescription {
    if (this.#tunedStates?.includes(path) === false) {
      throw new RoostError('snapshot_mismatch', { reason: `${path} is a state for another model` })
    }
    const fingerprint = checksum(new TextEncoder().encode(`state ${path}`))
    const title = path.split(/[\\/]/).at(-1) ?? path
    return { fingerprint, title, layers: 2, heads: 1, headSize: 64, fileBytes: 4096 }
  }

  #describe(path: string): ModelDescription {
    const own = this.#models === undefined ? {} : this.#models[path]
    if (own === undefined) throw new RoostError('file_missing', { reason: `there is no file ${path}` })
    return {
      generation: '7',
      format: 'gguf',
      layers: 2,
      width: 64,
      ffn: 256,
      heads: 1,
      headSize: 64,
      vocabulary: JOINED + 1,
      parameters: 1000,
      fileBytes: 4000,
      stateBytes: 1024,
      fingerprint: checksum(new TextEncoder().encode(path)),
      tokenizer: 'embedded',
      title: path.split(/[\\/]/).at(-1) ?? path,
      basename: '',
      chatTemplate: '',
      trainingContext: null,
      ...own,
    }
  }
}

class FakeModel implements LoadedModel {
  readonly device: string
  readonly isa: string
  readonly threads: number
  readonly weightBytes = 4000
  readonly bytesPerToken = 5000
  readonly tokenizerFingerprint = 'fa4e'
  readonly engine: FakeEngine
  readonly description: ModelDescription
  readonly #sessions = new Set<FakeSession>()
  #onDeviceFault: ((fault: RoostError) => void) | null
  #closed = false

  constructor(engine: FakeEngine, description: ModelDescription, options: LoadOptions) {
    this.engine = engine
    this.description = description
    this.#onDeviceFault = options.onDeviceFault ?? null
    this.device = options.device ?? 'cpu'
    this.isa = options.isa ?? 'fake'
    this.threads = options.threads ?? 1
  }

  /** As the native engine: the first sign that the device is lost is told. */
  noteFault(error: unknown): void {
    if (!(error instanceof RoostError) || error.code !== 'device_failed') return
    const tell = this.#onDeviceFault
    this.#onDeviceFault = null
    tell?.(error)
  }

  async tokenize(text: string): Promise<Uint32Array> {
    this.check()
    await this.engine.begin('tokenize', text)
    return encode(text)
  }

  async detokenize(ids: Uint32Array): Promise<string> {
    this.check()
    await this.engine.begin('detokenize')
    checkIds(ids)
    return decode(ids)
  }

  async openSession(options: SessionOptions = {}): Promise<EngineSession> {
    this.check()
    const path = options.tunedState ?? null
    await this.engine.begin('openSession', path ?? '')
    return this.add([], path === null ? null : this.engine.tunedState(path).fingerprint)
  }

  async inspectTunedState(path: string): Promise<TunedStateDescription> {
    this.check()
    await this.engine.begin('inspectTunedState', path)
    return this.engine.tunedState(path)
  }

  add(history: number[], tunedState: string | null): FakeSession {
    this.check()
    const session = new FakeSession(this, history, tunedState, () => this.#sessions.delete(session))
    this.#sessions.add(session)
    this.engine.openSessions++
    return session
  }

  async bench(request: BenchRequest, options: BenchOptions = {}): Promise<BenchFigures> {
    this.check()
    await this.engine.begin('bench', `${request.batch}`)
    for (let run = 1; run <= request.repeat; run++) {
      await pause(this.engine.script.benchRunMs)
      if (options.signal?.aborted === true || this.#closed) throw new RoostError('cancelled')
      options.onRun?.(run, request.repeat)
    }
    const runs = (value: number): number[] => Array.from({ length: request.repeat }, () => value)
    return {
      prefillTokensPerSecond: 1000,
      decodeTokensPerSecond: 100 * request.batch,
      prefillRuns: runs(1000),
      decodeRuns: runs(100 * request.batch),
      snapshotSaveMs: 1,
      snapshotRestoreMs: 1,
      snapshotBytes: 1000,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.engine.openModels--
    this.engine.calls.push({ operation: 'close', text: 'model' })
    await Promise.all([...this.#sessions].map((session) => session.close()))
  }

  check(): void {
    if (this.#closed) throw new RoostError('closed', { reason: 'the model was closed' })
  }
}

class FakeSession implements EngineSession {
  readonly #model: FakeModel
  readonly #forget: () => void
  #history: number[]
  #tunedState: string | null
  #closed = false
  /** Settles when the operation that is running has let go. */
  #running: Promise<unknown> | null = null

  constructor(model: FakeModel, history: number[], tunedState: string | null, forget: () => void) {
    this.#model = model
    this.#history = history
    this.#tunedState = tunedState
    this.#forget = forget
  }

  get tokenCount(): number {
    return this.#history.length
  }

  get tunedState(): string | null {
    return this.#tunedState
  }

  generate(options: GenerateOptions): Promise<GenerateResult> {
    return this.#exclusively(async () => {
      if (options.tokens.length === 0 && this.#history.length === 0) {
        throw new RoostError('tokens_invalid', { reason: 'there is nothing to continue from' })
      }
      checkIds(options.tokens)
      await this.#model.engine.begin('generate', decode(options.tokens))
      return await this.#run(options)
    })
  }

  async #run(options: GenerateOptions): Promise<GenerateResult> {
    const { script } = this.#model.engine
    const started = performance.now()
    const resumedTokens = this.#history.length
    const total = options.tokens.length
    const stopped = () => options.signal?.aborted === true || this.#closed
    let done = 0
    while (done < total && !stopped()) {
      await pause(script.prefillStepMs)
      await script.beforePrefillStep?.(done, total)
      if (stopped()) break
      const chunk = options.tokens.subarray(done, done + script.prefillChunk)
      this.#history.push(...chunk)
      done += chunk.length
      options.onPrefill?.(done, total)
    }
    const prefilled = performance.now()

    const before = this.#history
    const planned = encode(script.respond(decode(Uint32Array.from(before))))
    const drawn: number[] = []
    let delivered = 0
    let text = ''
    let firstTokenMs = 0
    let reason: GenerateResult['reason'] = 'cancelled'
    try {
      while (!stopped()) {
        if (drawn.length >= options.maximumTokens) {
          reason = 'max_tokens'
          break
        }
        await pause(script.tokenMs)
        await script.beforeToken?.(drawn.length)
        if (stopped()) break
        const next = planned[drawn.length] ?? END
        if (next === END) {
          reason = 'end_token'
          break
        }
        drawn.push(next)
        if (drawn.length === 1) firstTokenMs = performance.now() - started
        text = decodeWhole(drawn)
        const stop = firstStop(text, options.stop)
        if (stop >= 0) {
          text = text.slice(0, stop)
          reason = 'stop_text'
          break
        }
        const certain = text.length - heldBack(text, options.stop)
        options.onText?.(text.slice(delivered, Math.max(delivered, certain)), Uint32Array.of(next))
        delivered = Math.max(delivered, certain)
      }
    } catch (error) {
      // As the native engine: a fault leaves the state behind the prompt and what was generated before it.
      this.#history = [...before, ...drawn]
      throw error
    }
    if (text.length > delivered) options.onText?.(text.slice(delivered), new Uint32Array())

    // Keep every token that begins inside the text; the last one may reach beyond it.
    const kept = [...drawn]
    while (
      kept.length > 0 &&
      decodeWhole(kept.slice(0, -1)).length >= text.length &&
      reason === 'stop_text'
    ) {
      kept.pop()
    }
    this.#history = [...before, ...kept]
    const finished = performance.now()
    return {
      reason,
      text,
      tail: decodeWhole(kept).slice(text.length),
      tokens: Uint32Array.from(kept),
      seed: options.sampling.seed ?? 1,
      resumedTokens,
      promptTokensProcessed: done,
      prefillSeconds: (prefilled - started) / 1000,
      decodeSeconds: (finished - prefilled) / 1000,
      firstTokenSeconds: firstTokenMs / 1000,
    }
  }

  /** What the script says next has a probability of 0.9; END and the letters share the rest. */
  distribution(count: number): Promise<TokenCandidate[]> {
    return this.#exclusively(async () => {
      this.#checkBegun()
      await this.#model.engine.begin('distribution')
      return this.#candidates(count)
    })
  }

  score(tokens: Uint32Array, options: ScoreOptions = {}): Promise<ScoredTokens> {
    return this.#exclusively(async () => {
      if (tokens.length === 0) throw new RoostError('tokens_invalid', { reason: 'there is nothing to score' })
      this.#checkBegun()
      checkIds(tokens)
      await this.#model.engine.begin('score', decode(tokens))
      const alternatives: TokenCandidate[][] = []
      const logprobs = new Float32Array(tokens.length)
      for (const [index, token] of tokens.entries()) {
        await pause(0)
        if (options.signal?.aborted === true || this.#closed) throw new RoostError('cancelled')
        const candidates = this.#candidates(JOINED + 1)
        logprobs[index] = Math.log(candidates.find(({ id }) => id === token)?.probability ?? 0)
        alternatives.push(candidates.slice(0, options.alternatives ?? 0))
        this.#history.push(token)
      }
      return { logprobs, sum: logprobs.reduce((total, logprob) => total + logprob, 0), alternatives }
    })
  }

  #checkBegun(): void {
    if (this.#history.length > 0) return
    throw new RoostError('tokens_invalid', { reason: 'the session has read no token' })
  }

  #candidates(count: number): TokenCandidate[] {
    const said = this.#model.engine.script.respond(decode(this.#history))
    const next = encode(said)[0] ?? END
    const others = Array.from({ length: JOINED + 1 }, (_, id) => id).filter((id) => id !== next)
    return [next, ...others].slice(0, count).map((id) => ({
      id,
      bytes: bytesOf([id]),
      probability: id === next ? 0.9 : 0.1 / others.length,
    }))
  }

  fork(): Promise<EngineSession> {
    return this.#exclusively(async () => {
      await this.#model.engine.begin('fork')
      return this.#model.add([...this.#history], this.#tunedState)
    })
  }

  snapshot(): Promise<Uint8Array> {
    return this.#exclusively(async () => {
      await this.#model.engine.begin('snapshot')
      const body = new TextEncoder().encode(
        snapshotMagic +
          JSON.stringify([this.#model.description.fingerprint, this.#history, this.#tunedState]) +
          '\n',
      )
      const sum = new TextEncoder().encode(checksum(body))
      const bytes = new Uint8Array(body.length + sum.length)
      bytes.set(body)
      bytes.set(sum, body.length)
      return bytes
    })
  }

  restore(snapshot: Uint8Array): Promise<void> {
    return this.#exclusively(async () => {
      await this.#model.engine.begin('restore')
      const body = snapshot.subarray(0, -8)
      const text = new TextDecoder().decode(body)
      const sum = new TextDecoder().decode(snapshot.subarray(-8))
      if (!text.startsWith(snapshotMagic) || checksum(body) !== sum) {
        throw new RoostError('snapshot_damaged', { reason: 'the checksum of the snapshot does not hold' })
      }
      const [fingerprint, history, tunedState] = JSON.parse(text.slice(snapshotMagic.length)) as [
        string,
        number[],
        string | null,
      ]
      if (fingerprint !== this.#model.description.fingerprint) {
        throw new RoostError('snapshot_mismatch', { reason: 'the snapshot belongs to another model' })
      }
      if (tunedState !== this.#tunedState) {
        throw new RoostError('snapshot_mismatch', {
          reason: 'the snapshot stands on another initial state',
        })
      }
      this.#history = history
    })
  }

  restoreTunedState(path: string | null): Promise<void> {
    return this.#exclusively(async () => {
      await this.#model.engine.begin('restoreTunedState', path ?? '')
      this.#tunedState = path === null ? null : this.#model.engine.tunedState(path).fingerprint
      this.#history = []
    })
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#forget()
      this.#model.engine.openSessions--
      this.#model.engine.calls.push({ operation: 'close', text: 'session' })
    }
    await this.#running
  }

  async #exclusively<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new RoostError('closed', { reason: 'the session was closed' })
    this.#model.check()
    if (this.#running) throw new RoostError('busy', { reason: 'the session is at work already' })
    const work = operation()
    this.#running = work.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await work
    } catch (error) {
      this.#model.noteFault(error)
      throw error
    } finally {
      this.#running = null
    }
  }
}

/** FNV-1a, 32 bits, as eight hex digits. */
function checksum(bytes: Uint8Array): string {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)))
}
