// The engine in this process, through roost.node. Arguments are checked and worded here; the addon itself is thin.
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { samplingSchema } from '../contract/entities.ts'
import type { Sampling } from '../contract/entities.ts'
import { RoostError, engineErrorKinds } from '../contract/errors.ts'
import type { EngineErrorCode } from '../contract/errors.ts'
import { LIMITS } from '../contract/limits.ts'
import type { NativeAddon, NativeModel, NativeModelInfo, NativeSession } from './addon-types.ts'
import type {
  BenchFigures,
  BenchOptions,
  BenchRequest,
  ConvertOptions,
  ConvertReport,
  Engine,
  EngineSession,
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
import { ModelProbe } from './model-probe.ts'
import type { ProbeOptions } from './model-probe.ts'

/** The device that every machine has. */
const processor = 'cpu'
const mostThreads = 1024
const mostCandidates = 1000
const mostAlternatives = 32

const nothingDrawn = {
  maxTokens: 0,
  stop: [],
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  presence: 0,
  frequency: 0,
  penaltyDecay: 1,
  seed: 1,
} as const

export interface AddonEngineOptions {
  /** Where roost.node lies. It is loaded on first use, so that an application without it can say so. */
  addonPath: string
  /** How model files are looked at the first time. Default: in a child process, verdicts kept in memory only. */
  probe?: ProbeOptions
}

export class AddonEngine implements Engine {
  readonly #addonPath: string
  readonly #probe: ModelProbe
  #addon: NativeAddon | null = null

  constructor(options: AddonEngineOptions) {
    this.#addonPath = options.addonPath
    this.#probe = new ModelProbe(this.#addonPath, options.probe)
  }

  async inspect(path: string): Promise<ModelDescription> {
    checkPath(path)
    this.#loaded()
    return await this.#probe.inspect(path)
  }

  async load(path: string, options: LoadOptions): Promise<LoadedModel> {
    checkPath(path)
    checkLoadOptions(options)
    const addon = this.#loaded()
    throwIfAborted(options.signal)
    // What takes its process down must not be loaded here.
    await untilAborted(options.signal, this.#probe.inspect(path))
    const { onProgress, signal } = options
    const job = addon.load(
      path,
      {
        threads: options.threads ?? 0,
        device: options.device ?? processor,
        isa: options.isa ?? '',
        weights: options.weights ?? 'file',
        vocabularyFolders: options.vocabularyFolders,
      },
      onProgress === undefined ? null : (done, total) => onProgress(done / total),
    )
    const model = await whileListening(signal, () => job.cancel(), asRoostError(job.model))
    if (signal?.aborted) {
      await model.close()
      throwIfAborted(signal)
    }
    return new AddonModel(model, new DeviceWatch(model.facts.device, options.onDeviceFault))
  }

  async machine(): Promise<MachineReport> {
    const report = await asRoostError(this.#loaded().machine())
    const { size, mtimeMs } = await stat(this.#addonPath)
    return { ...report, build: `${size}-${Math.round(mtimeMs)}` }
  }

  async convertModel(from: string, to: string, options: ConvertOptions): Promise<ConvertReport> {
    const { type, threads = null, vocabularyFolders, onProgress, signal } = options
    checkPath(from)
    checkPath(to)
    checkLoadOptions({ threads, vocabularyFolders })
    const addon = this.#loaded()
    throwIfAborted(signal)
    await untilAborted(signal, this.#probe.inspect(from))
    const job = addon.convert(
      from,
      to,
      { type, threads: threads ?? 0, vocabularyFolders },
      onProgress === undefined ? null : (done, total) => onProgress(done / total),
    )
    return await whileListening(signal, () => job.cancel(), asRoostError(job.report))
  }

  async selfTest(isa: string, threads: number | null, device = processor): Promise<SelfTestReport> {
    const addon = this.#loaded()
    if (device !== processor) return await this.#probe.testDevice(device, threads ?? 0)
    return await asRoostError(addon.selfTest(isa, threads ?? 0, device))
  }

  async measureBandwidth(threads: number | null, device = processor): Promise<number> {
    return await asRoostError(this.#loaded().measureBandwidth(threads ?? 0, device))
  }

  /** Native objects that exist in this process: what a leak would raise. */
  live(): { models: number; sessions: number } {
    return this.#loaded().live()
  }

  #loaded(): NativeAddon {
    this.#addon ??= loadAddon(this.#addonPath)
    return this.#addon
  }
}

/** Sees to it that the first sign of a lost device is told, whoever comes upon it. */
class DeviceWatch {
  readonly #device: string
  #onFault: ((fault: RoostError) => void) | null

  constructor(device: string, onFault: ((fault: RoostError) => void) | undefined) {
    this.#device = device
    this.#onFault = onFault ?? null
  }

  async over<T>(operation: Promise<T>): Promise<T> {
    try {
      return await asRoostError(operation)
    } catch (error) {
      if (error instanceof RoostError && this.#isFault(error)) {
        const tell = this.#onFault
        this.#onFault = null
        tell?.(error)
      }
      throw error
    }
  }

  /** Too little memory on the processor's side is not the device's end. */
  #isFault({ code }: RoostError): boolean {
    return code === 'device_failed' || (code === 'out_of_memory' && this.#device !== processor)
  }
}

class AddonModel implements LoadedModel {
  readonly description: ModelDescription
  readonly device: string
  readonly isa: string
  readonly threads: number
  readonly weightBytes: number
  readonly bytesPerToken: number
  readonly tokenizerFingerprint: string
  readonly #native: NativeModel
  readonly #watch: DeviceWatch
  /** Measurements that run: a close ends them, because it waits for them. */
  readonly #benches = new Set<() => void>()

  constructor(native: NativeModel, watch: DeviceWatch) {
    const { facts } = native
    this.#watch = watch
    this.description = describe(facts.info)
    this.device = facts.device
    this.isa = facts.isa
    this.threads = facts.threads
    this.weightBytes = facts.weightBytes
    this.bytesPerToken = facts.bytesPerToken
    this.tokenizerFingerprint = facts.tokenizerFingerprint
    this.#native = native
  }

  async tokenize(text: string): Promise<Uint32Array> {
    return await asRoostError(this.#native.tokenize(text))
  }

  async detokenize(ids: Uint32Array): Promise<string> {
    return await asRoostError(this.#native.detokenize(ids))
  }

  async openSession(options: SessionOptions = {}): Promise<EngineSession> {
    const path = tunedStatePath(options.tunedState ?? null)
    return new AddonSession(await this.#watch.over(this.#native.openSession(path)), this.#watch)
  }

  async inspectTunedState(path: string): Promise<TunedStateDescription> {
    return await asRoostError(this.#native.inspectTunedState(tunedStatePath(path)))
  }

  async bench(request: BenchRequest, options: BenchOptions = {}): Promise<BenchFigures> {
    const running = this.#native.bench(request, options.onRun ?? null)
    const cancel = (): void => running.cancel()
    this.#benches.add(cancel)
    try {
      return await whileListening(options.signal, cancel, asRoostError(running.figures))
    } finally {
      this.#benches.delete(cancel)
    }
  }

  async close(): Promise<void> {
    for (const cancel of this.#benches) cancel()
    await asRoostError(this.#native.close())
  }
}

class AddonSession implements EngineSession {
  readonly #native: NativeSession
  readonly #watch: DeviceWatch

  constructor(native: NativeSession, watch: DeviceWatch) {
    this.#native = native
    this.#watch = watch
  }

  get tokenCount(): number {
    return this.#native.tokenCount()
  }

  get tunedState(): string | null {
    const fingerprint = this.#native.tunedState()
    return fingerprint === '' ? null : fingerprint
  }

  async generate(options: GenerateOptions): Promise<GenerateResult> {
    checkGenerateOptions(options)
    const { sampling, onText, onPrefill, signal } = options
    let delivered = 0
    const generating = this.#native.generate(
      {
        tokens: options.tokens,
        maxTokens: options.maximumTokens,
        stop: options.stop,
        temperature: sampling.temperature,
        topP: sampling.topP,
        topK: sampling.topK,
        minP: sampling.minP,
        presence: sampling.presencePenalty,
        frequency: sampling.frequencyPenalty,
        penaltyDecay: sampling.penaltyDecay,
        // Drawn here, so that it is a number that JavaScript can hold and a person can type.
        seed: sampling.seed ?? randomInt(1, 2 ** 48 - 1),
        scorePrompt: false,
        alternatives: 0,
      },
      onPrefill ?? null,
      onText === undefined
        ? null
        : (text, tokens) => {
            delivered += text.length
            onText(text, tokens)
          },
    )
    const result = await whileListening(signal, () => this.#native.cancel(), this.#watch.over(generating))
    // Text that was held back because it might have become a stop text.
    if (onText !== undefined && result.text.length > delivered) {
      onText(result.text.slice(delivered), new Uint32Array())
    }
    return result
  }

  async distribution(count: number): Promise<TokenCandidate[]> {
    if (!(Number.isInteger(count) && count >= 1 && count <= mostCandidates)) {
      refuse(`count must be a whole number from 1 to ${mostCandidates}, not ${count}`)
    }
    return await this.#watch.over(this.#native.distribution(count))
  }

  async score(tokens: Uint32Array, options: ScoreOptions = {}): Promise<ScoredTokens> {
    if (!(tokens instanceof Uint32Array)) refuse('tokens must be a Uint32Array')
    const { alternatives = 0, signal } = options
    if (!(Number.isInteger(alternatives) && alternatives >= 0 && alternatives <= mostAlternatives)) {
      refuse(`alternatives must be a whole number from 0 to ${mostAlternatives}, not ${alternatives}`)
    }
    const scoring = this.#native.generate(
      { ...nothingDrawn, tokens, scorePrompt: true, alternatives },
      null,
      null,
    )
    const result = await whileListening(signal, () => this.#native.cancel(), this.#watch.over(scoring))
    // An abort that came when the last token was read already has cut nothing off.
    if (result.promptTokensProcessed < tokens.length) throw new RoostError('cancelled')
    const sum = result.promptLogprobs.reduce((total, logprob) => total + logprob, 0)
    return { logprobs: result.promptLogprobs, sum, alternatives: result.promptAlternatives }
  }

  async fork(): Promise<EngineSession> {
    return new AddonSession(await this.#watch.over(this.#native.fork()), this.#watch)
  }

  async snapshot(): Promise<Uint8Array> {
    return await this.#watch.over(this.#native.snapshot())
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    await this.#watch.over(this.#native.restore(snapshot))
  }

  async restoreTunedState(path: string | null): Promise<void> {
    await this.#watch.over(this.#native.restoreTunedState(tunedStatePath(path)))
  }

  async close(): Promise<void> {
    await asRoostError(this.#native.close())
  }
}

export function describe(info: NativeModelInfo): ModelDescription {
  return { ...info, trainingContext: info.trainingContext === 0 ? null : info.trainingContext }
}

/** Throws RoostError('addon_missing'). The second call for a path returns the same object. */
export function loadAddon(path: string): NativeAddon {
  if (!existsSync(path)) {
    throw new RoostError('addon_missing', {
      reason: `the engine is not built: there is no ${path} (npm run build:native makes it)`,
    })
  }
  try {
    return createRequire(import.meta.url)(path) as NativeAddon
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RoostError('addon_missing', { reason: `the engine does not load: ${reason}` }, { cause: error })
  }
}

/** What the addon rejects with, as the application's own error. An error of a caller's callback passes as it is. */
async function asRoostError<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw toRoostError(error)
  }
}

export function toRoostError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RoostError) return error
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string' || !Object.hasOwn(engineErrorKinds, code)) return error
  const reason = error.message === '' ? {} : { reason: error.message }
  return new RoostError(code as EngineErrorCode, reason, { cause: error })
}

/** Awaits `operation`; an abort meanwhile, or before, calls `cancel` once. */
async function whileListening<T>(
  signal: AbortSignal | undefined,
  cancel: () => void,
  operation: Promise<T>,
): Promise<T> {
  if (signal === undefined) return await operation
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  try {
    return await operation
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Rejects with `cancelled` on abort. The operation goes on by itself; its result is not needed any more. */
async function untilAborted<T>(signal: AbortSignal | undefined, operation: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  return await whileListening(
    signal,
    () => reject(new RoostError('cancelled')),
    Promise.race([aborted, operation]),
  )
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RoostError('cancelled')
}

function refuse(reason: string): never {
  throw new RoostError('invalid_argument', { reason })
}

function checkPath(path: string): void {
  if (path === '') refuse('the path of the model is empty')
  if (path.includes('\0')) refuse('the path of the model contains a NUL character')
}

/** As the addon takes it: '' for none. */
function tunedStatePath(path: string | null): string {
  if (path === '') refuse('the path of the tuned state is empty')
  if (path?.includes('\0')) refuse('the path of the tuned state contains a NUL character')
  return path ?? ''
}

function checkLoadOptions({
  threads,
  vocabularyFolders,
}: Pick<LoadOptions, 'threads' | 'vocabularyFolders'>): void {
  if (threads !== null && !(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) {
    refuse(`threads must be a whole number from 1 to ${mostThreads}, not ${threads}`)
  }
  if (vocabularyFolders.some((folder) => folder === '' || folder.includes('\0'))) {
    refuse('a vocabulary folder is empty or contains a NUL character')
  }
}

function checkGenerateOptions(options: GenerateOptions): void {
  const { tokens, maximumTokens, stop, sampling } = options
  if (!(tokens instanceof Uint32Array)) refuse('tokens must be a Uint32Array')
  if (!(Number.isInteger(maximumTokens) && maximumTokens >= 0 && maximumTokens <= 0xffff_ffff)) {
    refuse(`maximumTokens must be a whole number from 0 on, not ${maximumTokens}`)
  }
  if (stop.length > LIMITS.stopSequences) refuse(`there are more than ${LIMITS.stopSequences} stop texts`)
  if (stop.includes('')) refuse('a stop text is empty: it would end every answer at once')
  checkSampling(sampling)
}

function checkSampling(sampling: Sampling): void {
  const checked = samplingSchema.safeParse(sampling)
  if (checked.success) return
  const issue = checked.error.issues[0]
  refuse(`sampling.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as it should be'}`)
}
