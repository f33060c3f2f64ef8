// Which device a model is computed with. A device is used only after its self-test gave the numbers of the processor's
// reference; the verdict is kept for this build of the engine, this system and this driver. What goes wrong later ends in
// the next choice, and the last choice is the processor, which is always there.
//
//   wanted ──passes──> used ──lost once──> opened again ──lost soon again──> left alone until Roost ends or somebody
//     │                  └──no room while it answers──> left alone by this model likewise         chooses it
//     ├──fails──> rejected
//     └──no room for this model──> the next choice, this time; before the processor all cards together
import type { EngineState } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { DeviceTrial } from '../../contract/library-entities.ts'
import type { Emit } from '../../contract/events.ts'
import type { DeviceReport, Engine, MachineReport } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { LibraryNotes } from './library-notes.ts'

export const processor = 'cpu'
const emulated = 'emulated'
/** Verdicts of builds and drivers of the past go. */
const mostVerdicts = 40
/** A device that is lost twice within this time is not opened a third time. */
const patienceMs = 10 * 60_000

export interface DeviceTrustParts {
  readonly engine: Pick<Engine, 'machine' | 'selfTest'>
  readonly notes: LibraryNotes
  readonly emit: Emit
  readonly log: Logger
  /** Kind and release of the system: with it come drivers that do not tell their version. */
  readonly system: string
  /** ROOST_EMULATED is set: the emulated device, which is for tests, can be chosen. */
  readonly offersEmulated: boolean
  /** What the person chose; null: the best. */
  readonly wanted: () => string | null
  readonly threads: () => number | null
  readonly now: () => number
}

export type Fallback = NonNullable<Extract<EngineState, { phase: 'ready' }>['fallback']>

export class DeviceTrust {
  readonly #parts: DeviceTrustParts
  /** Not tried any more, and why not; by one model, or by none (null). */
  readonly #left = new Map<string, { readonly reason: string; readonly model: string | null }>()
  readonly #lostAt = new Map<string, number>()
  readonly #told = new Set<string>()
  readonly #testing = new Map<string, Promise<boolean>>()
  /** The first of the latest round that was wanted and is not used. */
  #missed: Fallback | null = null

  constructor(parts: DeviceTrustParts) {
    this.#parts = parts
  }

  /** What to load a model on, first choice first, tested as they are asked for. The last is always the processor. */
  async *choices(model: string): AsyncGenerator<string> {
    this.#missed = null
    yield* this.#round(model, (device, reason) => this.#miss(device, reason))
  }

  /** What a model that nothing is known of would be loaded on. Tests it, if that was not done yet. */
  async first(): Promise<string> {
    for await (const device of this.#round(null, () => undefined)) return device
    return processor
  }

  async *#round(
    model: string | null,
    miss: (device: string, reason: string) => void,
  ): AsyncGenerator<string> {
    const machine = await this.#ask()
    if (machine !== null) {
      const wanted = this.#parts.wanted()
      const named = this.#wanted(machine, wanted)
      if (wanted !== null && named.length === 0) {
        miss(wanted, 'There is no such device in this computer any more.')
      }
      const passed: string[] = []
      for (const device of named) {
        const reason = await this.#obstacle(machine, device, model)
        if (reason === null) {
          passed.push(device.kind)
          yield device.kind
        } else miss(device.kind, reason)
      }
      // None of them took the model: perhaps it fits all together.
      const cards = passed.filter((kind) => kind.startsWith('cuda:'))
      const together = cards.join('+')
      if (cards.length > 1 && this.#leftBy(together, model) === null) yield together
    }
    yield processor
  }

  async #ask(): Promise<MachineReport | null> {
    if (this.#parts.wanted() === processor) return null
    try {
      return await this.#parts.engine.machine()
    } catch (error) {
      this.#parts.log.warn('the devices could not be asked for', errorFields(error))
      return null
    }
  }

  #wanted(machine: MachineReport, wanted: string | null): DeviceReport[] {
    const others = machine.devices.filter(({ kind }) => kind !== processor && this.isOffered(kind))
    if (wanted === null) {
      // Nobody asked for one: what can't be used is no news.
      return others
        .filter(({ usable, kind }) => usable && kind !== emulated)
        .sort((one, other) => other.memoryBytes - one.memoryBytes)
    }
    return others
      .filter(({ kind }) => kind === wanted || kind.startsWith(`${wanted}:`))
      .sort((one, other) => other.memoryBytes - one.memoryBytes)
  }

  /** null: it can be used. */
  async #obstacle(
    machine: MachineReport,
    device: DeviceReport,
    model: string | null,
  ): Promise<string | null> {
    if (!device.usable) return device.reason
    const left = this.#leftBy(device.kind, model)
    if (left !== null) return left
    const key = this.#key(machine, device)
    const known = this.#parts.notes.get('deviceTests')[key]
    if (known === undefined) {
      const running = this.#testing.get(key) ?? this.#test(key, device)
      this.#testing.set(key, running)
      await running.finally(() => this.#testing.delete(key))
    }
    const verdict = this.#parts.notes.get('deviceTests')[key]
    if (verdict !== undefined) return verdict.passed ? null : verdict.reason
    return this.#left.get(device.kind)?.reason ?? 'It could not be tested.'
  }

  #leftBy(device: string, model: string | null): string | null {
    const left = this.#left.get(device)
    return left !== undefined && (left.model === null || left.model === model) ? left.reason : null
  }

  async #test(key: string, device: DeviceReport): Promise<boolean> {
    const { engine, notes, log, threads, now } = this.#parts
    let passed = false
    let reason = ''
    try {
      const test = await engine.selfTest('', threads(), device.kind)
      passed = test.passed
      const first = test.failed[0]
      if (first !== undefined) {
        reason = `${test.failed.length} of ${test.kernels} kernels give other numbers than the reference, first "${first.kernel}".`
      } else if (!passed) {
        reason = 'The self-test compared nothing.'
      }
    } catch (error) {
      reason = reasonOf(error)
      // Want of memory says nothing about the device: the next start tries again.
      if (!(error instanceof RoostError) || error.code !== 'device_failed') {
        this.#left.set(device.kind, { reason, model: null })
        return false
      }
    }
    if (!passed) log.error('a device was rejected', { device: device.kind })
    const others = Object.entries(notes.get('deviceTests')).slice(1 - mostVerdicts)
    await notes.set('deviceTests', { ...Object.fromEntries(others), [key]: { passed, reason, at: now() } })
    return passed
  }

  #key(machine: MachineReport, { kind, name, driver = '' }: DeviceReport): string {
    return [machine.build, this.#parts.system, kind, name, driver].join(' | ')
  }

  /** A model could not be loaded on it. */
  refused(device: string, fault: RoostError): void {
    this.#parts.log.warn('a model was not loaded on a device', { device, ...errorFields(fault) })
    this.#miss(device, reasonOf(fault))
  }

  /** It was lost while a model ran on it, or had no memory left: the next round knows. */
  lost(device: string, fault: RoostError, model: string): void {
    const { log, now } = this.#parts
    log.error('a device was lost', { device, ...errorFields(fault) })
    const reason = reasonOf(fault)
    if (fault.code === 'out_of_memory') {
      this.#left.set(device, { reason, model })
      return
    }
    const before = this.#lostAt.get(device)
    this.#lostAt.set(device, now())
    if (before !== undefined && now() - before < patienceMs) this.#left.set(device, { reason, model: null })
  }

  /** Only the first counts: what was wanted most. */
  #miss(device: string, reason: string): void {
    this.#missed ??= { device, reason }
  }

  /** A model runs on `device`. What was wanted instead is told once; null: it is what was wanted. */
  settled(device: string): Fallback | null {
    const missed = this.#missed
    if (missed === null || device.split('+').includes(missed.device)) return null
    const news = `${missed.device} ${missed.reason}`
    if (!this.#told.has(news)) {
      this.#told.add(news)
      this.#parts.emit('notice', {
        code: 'device_fallback',
        detail: { device: missed.device, instead: device, reason: missed.reason },
      })
    }
    return missed
  }

  isOffered(kind: string): boolean {
    return kind !== emulated || this.#parts.offersEmulated
  }

  /** What is known of each device so far; tests nothing. */
  trials(machine: MachineReport): DeviceTrial[] {
    const tests = this.#parts.notes.get('deviceTests')
    return machine.devices
      .filter(({ kind }) => this.isOffered(kind))
      .map((device) => {
        const { kind, name, memoryBytes, usable, reason } = device
        const facts = { kind, name, memoryBytes, usable, reason, testedAt: null }
        if (!usable) return { ...facts, verdict: 'unusable' }
        // Its kernels are tested one by one: see instructionSets.
        if (kind === processor) return { ...facts, verdict: 'trusted' }
        const left = this.#left.get(kind)
        const test = tests[this.#key(machine, device)]
        if (test?.passed === false)
          return { ...facts, verdict: 'rejected', reason: test.reason, testedAt: test.at }
        if (left !== undefined)
          return { ...facts, verdict: 'failed', reason: left.reason, testedAt: test?.at ?? null }
        if (test === undefined) return { ...facts, verdict: 'untested' }
        return { ...facts, verdict: 'trusted', testedAt: test.at }
      })
  }

  /** A person chose a device, again perhaps: what went wrong with any since Roost began counts no more. */
  chosenAgain(): void {
    this.#left.clear()
    this.#lostAt.clear()
    this.#told.clear()
  }

  /** The next choice tests again. */
  async forget(): Promise<void> {
    this.chosenAgain()
    await this.#parts.notes.set('deviceTests', {})
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RoostError && typeof error.detail.reason === 'string') return error.detail.reason
  return error instanceof Error ? error.message : String(error)
}
