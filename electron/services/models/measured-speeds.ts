// How fast each model really was here. The best of the latest runs counts: other work on the machine, or several answers at
// once, make a run slower than the model is, and nothing makes it faster.
import type { MeasuredSpeed, WeightFormat } from '../../contract/library-entities.ts'
import type { LibraryNotes } from './library-notes.ts'

const keptRuns = 5
const mostModels = 200
/** Shorter answers say little. */
export const leastTokens = 32

export interface SpeedOf {
  readonly fingerprint: string
  readonly weights: WeightFormat
}

export interface Run {
  readonly decodeTokensPerSecond: number
  readonly prefillTokensPerSecond: number | null
  readonly isa: string
  readonly threads: number
}

const keyOf = ({ fingerprint, weights }: SpeedOf): string => `${fingerprint}:${weights}`

export class MeasuredSpeeds {
  readonly #notes: LibraryNotes
  readonly #now: () => number

  constructor(notes: LibraryNotes, now: () => number) {
    this.#notes = notes
    this.#now = now
  }

  of(subject: SpeedOf): MeasuredSpeed | null {
    const kept = this.#notes.get('speeds')[keyOf(subject)]
    if (kept === undefined || kept.decode.length === 0) return null
    return {
      decodeTokensPerSecond: Math.max(...kept.decode),
      prefillTokensPerSecond: kept.prefill.length === 0 ? null : Math.max(...kept.prefill),
      isa: kept.isa,
      threads: kept.threads,
      at: kept.at,
    }
  }

  /** Runs with other kernels or threads than before begin anew. */
  async add(subject: SpeedOf, run: Run): Promise<void> {
    const key = keyOf(subject)
    const speeds = this.#notes.get('speeds')
    const before = speeds[key]
    const same = before?.isa === run.isa && before.threads === run.threads ? before : undefined
    const others = Object.entries(speeds).filter(([other]) => other !== key)
    const prefill = run.prefillTokensPerSecond
    await this.#notes.set('speeds', {
      ...Object.fromEntries(others.slice(1 - mostModels)),
      [key]: {
        decode: [...(same?.decode ?? []), run.decodeTokensPerSecond].slice(-keptRuns),
        prefill: [...(same?.prefill ?? []), ...(prefill === null ? [] : [prefill])].slice(-keptRuns),
        isa: run.isa,
        threads: run.threads,
        at: this.#now(),
      },
    })
  }
}
