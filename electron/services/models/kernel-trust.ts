// Which kernels a model is computed with. A set of kernels is used only after its self-test gave the numbers of the
// reference on this machine; the verdict is kept for this build of the engine and this processor.
//
//   best ──passes──> used
//     └──fails──> rejected, told once; the next one is tried ... the last is the reference itself, which needs no test
import type { InstructionSetTrial } from '../../contract/library-entities.ts'
import type { Emit } from '../../contract/events.ts'
import type { Engine, InstructionSetReport, MachineReport } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import type { LibraryNotes } from './library-notes.ts'

/** The set that the others are compared with. */
const reference = 'scalar'
/** Verdicts of builds and processors of the past go. */
const mostVerdicts = 40

export interface KernelTrustParts {
  readonly engine: Pick<Engine, 'machine' | 'selfTest'>
  readonly notes: LibraryNotes
  readonly emit: Emit
  readonly log: Logger
  readonly processor: string
  /** ROOST_ISA: somebody wants this set and no other. */
  readonly forced: string
  readonly threads: () => number | null
  readonly now: () => number
}

export class KernelTrust {
  readonly #parts: KernelTrustParts
  readonly #told = new Set<string>()
  #choosing: Promise<string | null> | null = null

  constructor(parts: KernelTrustParts) {
    this.#parts = parts
  }

  /** The best set that can be trusted; null: the one that was forced, for the engine to accept or to refuse with its
   *  reason. Tests what was not tested yet. Errors: addon_missing, out_of_memory. */
  choose(): Promise<string | null> {
    if (this.#parts.forced !== '') return Promise.resolve(null)
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = null
    })
    return this.#choosing
  }

  async #choose(): Promise<string> {
    const machine = await this.#parts.engine.machine()
    let rejected: InstructionSetReport | null = null
    for (const set of machine.instructionSets) {
      if (!set.usable) continue
      if (!(await this.#passes(machine, set.name))) {
        rejected ??= set
        continue
      }
      if (rejected !== null) this.#tell(rejected.name, set.name)
      return set.name
    }
    return reference
  }

  #tell(rejected: string, instead: string): void {
    if (this.#told.has(rejected)) return
    this.#told.add(rejected)
    this.#parts.emit('notice', { code: 'kernels_rejected', detail: { rejected, instead } })
  }

  async #passes(machine: MachineReport, isa: string): Promise<boolean> {
    if (isa === reference) return true
    const { notes, engine, log, threads, now } = this.#parts
    const key = this.#key(machine, isa)
    const known = notes.get('selfTests')[key]
    if (known !== undefined) return known.passed
    const test = await engine.selfTest(isa, threads())
    const first = test.failed[0]
    const reason =
      first === undefined
        ? ''
        : `${test.failed.length} of ${test.kernels} kernels give other numbers than the reference, first "${first.kernel}".`
    if (!test.passed) log.error('kernels were rejected', { isa, kernel: first?.kernel ?? '' })
    const others = Object.entries(notes.get('selfTests')).slice(1 - mostVerdicts)
    await notes.set('selfTests', {
      ...Object.fromEntries(others),
      [key]: { passed: test.passed, reason, at: now() },
    })
    return test.passed
  }

  #key(machine: MachineReport, isa: string): string {
    return `${machine.build} ${this.#parts.processor} ${isa}`
  }

  /** What is known of each set so far; tests nothing. */
  trials(machine: MachineReport): InstructionSetTrial[] {
    return machine.instructionSets.map(({ name, usable, reason }) => {
      if (!usable) return { name, verdict: 'unusable', reason, testedAt: null }
      if (name === reference) return { name, verdict: 'trusted', reason: '', testedAt: null }
      const known = this.#parts.notes.get('selfTests')[this.#key(machine, name)]
      if (known === undefined) return { name, verdict: 'untested', reason: '', testedAt: null }
      return {
        name,
        verdict: known.passed ? 'trusted' : 'rejected',
        reason: known.reason,
        testedAt: known.at,
      }
    })
  }

  /** The next choice tests again. */
  async forget(): Promise<void> {
    this.#told.clear()
    await this.#parts.notes.set('selfTests', {})
  }
}
