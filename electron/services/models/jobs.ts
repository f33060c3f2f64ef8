// Work on model files that takes seconds to minutes, as rows the window shows: running -> done | failed | cancelled. At most
// one for each model; they wait for each other, because all of them read and write as fast as the disk goes.
import type { ModelSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { LibraryJob } from '../../contract/library-entities.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'

/** Progress is told in steps of at least this. */
const leastFraction = 0.01
/** Rows of the past that are kept. */
const mostFinished = 20

export interface RunningJob {
  readonly signal: AbortSignal
  progress(step: LibraryJob['step'], fraction: number): void
}

interface Row {
  job: LibraryJob
  readonly abort: AbortController
}

export class Jobs {
  readonly #emit: Emit
  readonly #log: Logger
  readonly #rows = new Map<string, Row>()
  #queue: Promise<void> = Promise.resolve()

  constructor(emit: Emit, log: Logger) {
    this.#emit = emit
    this.#log = log
  }

  list(): LibraryJob[] {
    return [...this.#rows.values()].map(({ job }) => job)
  }

  /** Errors: busy. */
  begin(
    kind: LibraryJob['kind'],
    model: ModelSummary,
    work: (job: RunningJob) => Promise<LibraryJob['result']>,
  ): LibraryJob {
    for (const { job } of this.#rows.values()) {
      if (job.model !== model.id) continue
      if (job.phase === 'running')
        throw new RoostError('busy', { reason: `${model.title} is being worked on.` })
    }
    for (const { job } of this.list().map((row) => ({ job: row }))) {
      if (job.model === model.id && job.kind === kind) this.#rows.delete(job.id)
    }
    const row: Row = {
      abort: new AbortController(),
      job: {
        id: newId(),
        kind,
        model: model.id,
        title: model.title,
        phase: 'running',
        step: kind === 'convert' ? 'converting' : 'checking',
        fraction: 0,
        error: null,
        result: null,
      },
    }
    this.#rows.set(row.job.id, row)
    this.#tell(row, {})
    this.#queue = this.#queue.then(() => this.#run(row, work))
    return row.job
  }

  async #run(row: Row, work: (job: RunningJob) => Promise<LibraryJob['result']>): Promise<void> {
    if (row.abort.signal.aborted) {
      this.#tell(row, { phase: 'cancelled' })
      return
    }
    try {
      const result = await work({
        signal: row.abort.signal,
        progress: (step, fraction) => {
          if (step === row.job.step && fraction < row.job.fraction + leastFraction) return
          this.#tell(row, { step, fraction })
        },
      })
      this.#tell(row, { phase: 'done', fraction: 1, result })
    } catch (error) {
      const problem = error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
      if (problem.code === 'cancelled') {
        this.#tell(row, { phase: 'cancelled' })
        return
      }
      this.#log.warn('work on a model failed', { kind: row.job.kind, ...errorFields(problem) })
      this.#tell(row, { phase: 'failed', error: problem.toValue() })
    }
    this.#tidy()
  }

  #tell(row: Row, change: Partial<LibraryJob>): void {
    row.job = { ...row.job, ...change }
    this.#emit('library.job', { job: row.job })
  }

  #tidy(): void {
    const finished = this.list().filter(({ phase }) => phase !== 'running')
    for (const { id } of finished.slice(0, -mostFinished)) this.#rows.delete(id)
  }

  /** Of one that has ended: nothing. */
  cancel(id: string): void {
    this.#rows.get(id)?.abort.abort()
  }

  cancelFor(model: string): void {
    for (const { job, abort } of this.#rows.values()) if (job.model === model) abort.abort()
  }

  /** Takes an ended one off the list. */
  dismiss(id: string): void {
    if (this.#rows.get(id)?.job.phase !== 'running') this.#rows.delete(id)
  }

  async close(): Promise<void> {
    for (const { abort } of this.#rows.values()) abort.abort()
    await this.#queue
  }
}
