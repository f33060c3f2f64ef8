// The benchmark of the loaded model: the memory first, then batch after batch, by the measurement of `roost-engine bench`.
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Benchmark, BenchmarkRow, WeightFormat } from '../../contract/library-entities.ts'
import type { BenchFigures, Engine, LoadedModel } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { KnownModel } from '../../storage/storage.ts'
import { processor } from './device-trust.ts'
import type { MeasuredSpeeds } from './measured-speeds.ts'

export interface BenchmarkRequest {
  readonly prompt: number
  readonly gen: number
  readonly repeat: number
  readonly batches: readonly number[]
}

export interface BenchmarkParts {
  readonly engine: Pick<Engine, 'measureBandwidth'>
  readonly speeds: MeasuredSpeeds
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
  readonly loaded: () => { readonly known: KnownModel; readonly loaded: LoadedModel } | null
  readonly weightsOf: (model: KnownModel) => WeightFormat
  readonly busy: () => boolean
  readonly threads: () => number | null
  /** The best that the memory was ever seen to give; null: never measured. */
  readonly bandwidth: () => number | null
}

export class BenchmarkService {
  readonly #parts: BenchmarkParts
  #last: Benchmark | null = null
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | null = null

  constructor(parts: BenchmarkParts) {
    this.#parts = parts
  }

  last(): Benchmark | null {
    return this.#last
  }

  /** Begins; the rest is told by benchmark.changed. Errors: no_model; busy (an answer is being written, or it runs already). */
  run(request: BenchmarkRequest): Benchmark {
    const { loaded, busy, weightsOf, clock } = this.#parts
    const ready = loaded()
    if (ready === null) throw new RoostError('no_model')
    if (this.#running !== null) throw new RoostError('busy', { reason: 'A measurement is running already.' })
    if (busy()) {
      throw new RoostError('busy', {
        reason: 'An answer is being written; it would share the machine with the measurement.',
      })
    }
    const { description, device, isa, threads, weightBytes } = ready.loaded
    const weights = weightsOf(ready.known)
    const begun: Benchmark = {
      model: ready.known.id,
      title: ready.known.title,
      phase: 'running',
      fraction: 0,
      prompt: request.prompt,
      gen: request.gen,
      repeat: request.repeat,
      rows: [],
      weights,
      device,
      isa,
      threads,
      weightBytes,
      stateBytes: description.stateBytes,
      machineBytesPerSecond: null,
      startedAt: clock.now(),
      error: null,
    }
    this.#last = begun
    const abort = new AbortController()
    const done = this.#measure(ready.loaded, request, weights, abort.signal).finally(() => {
      this.#running = null
    })
    this.#running = { abort, done }
    return begun
  }

  async #measure(
    model: LoadedModel,
    request: BenchmarkRequest,
    weights: WeightFormat,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const measured = await this.#parts.engine.measureBandwidth(this.#parts.threads(), model.device)
      const known = model.device === processor ? this.#parts.bandwidth() : null
      const machineBytesPerSecond = Math.max(measured, known ?? 0)
      this.#tell({ machineBytesPerSecond })
      const rows: BenchmarkRow[] = []
      for (const batch of request.batches) {
        const before = rows.length
        const figures = await model.bench(
          { prompt: request.prompt, gen: request.gen, repeat: request.repeat, batch },
          {
            signal,
            onRun: (done, total) =>
              this.#tell({ fraction: (before + done / total) / request.batches.length }),
          },
        )
        rows.push(rowOf(batch, figures, model.bytesPerToken, machineBytesPerSecond))
        this.#tell({ rows: [...rows], fraction: rows.length / request.batches.length })
        if (batch === 1) await this.#remember(model, weights, figures)
      }
      this.#tell({ phase: 'done', fraction: 1 })
    } catch (error) {
      const problem = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      if (signal.aborted || problem.code === 'cancelled') this.#tell({ phase: 'cancelled' })
      else {
        this.#parts.log.warn('a measurement failed', errorFields(problem))
        this.#tell({ phase: 'failed', error: problem.toValue() })
      }
    }
  }

  async #remember(model: LoadedModel, weights: WeightFormat, figures: BenchFigures): Promise<void> {
    await this.#parts.speeds.add(
      { fingerprint: model.description.fingerprint, weights },
      {
        decodeTokensPerSecond: figures.decodeTokensPerSecond,
        prefillTokensPerSecond: figures.prefillTokensPerSecond,
        isa: model.isa,
        threads: model.threads,
      },
    )
  }

  #tell(change: Partial<Benchmark>): void {
    if (this.#last === null) return
    this.#last = { ...this.#last, ...change }
    this.#parts.emit('benchmark.changed', { benchmark: this.#last })
  }

  isRunning(): boolean {
    return this.#running !== null
  }

  cancel(): void {
    this.#running?.abort.abort()
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#running?.done
  }
}

/** Each step reads the weights once for the whole batch. */
function rowOf(batch: number, figures: BenchFigures, bytesPerToken: number, bandwidth: number): BenchmarkRow {
  const spread = (runs: readonly number[]): [number, number] => [Math.min(...runs), Math.max(...runs)]
  const used = (bytesPerToken * figures.decodeTokensPerSecond) / batch
  return {
    batch,
    prefillTokensPerSecond: figures.prefillTokensPerSecond,
    decodeTokensPerSecond: figures.decodeTokensPerSecond,
    prefillSpread: spread(figures.prefillRuns),
    decodeSpread: spread(figures.decodeRuns),
    bandwidthFraction: bytesPerToken > 0 && bandwidth > 0 ? used / bandwidth : null,
  }
}
