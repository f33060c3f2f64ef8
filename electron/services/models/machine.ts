// This machine, as far as models are concerned: memory, disk, what can be computed with, how fast the memory is read.
import { statfs } from 'node:fs/promises'
import { arch, availableParallelism, cpus, platform, release } from 'node:os'
import type { HardwareReport } from '../../contract/library-entities.ts'
import type { Engine, LoadedModel, MachineReport } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import { systemCode } from '../../platform/paths.ts'
import { processor } from './device-trust.ts'
import type { DeviceTrust } from './device-trust.ts'
import type { MachineMemory } from './fit.ts'
import type { KernelTrust } from './kernel-trust.ts'
import type { LibraryNotes } from './library-notes.ts'

/** Starts in which the memory is measured. */
const mostMeasurements = 3

export interface MachineParts {
  readonly engine: Pick<Engine, 'machine' | 'measureBandwidth'>
  readonly trust: KernelTrust
  readonly devices: Pick<DeviceTrust, 'first' | 'trials' | 'forget'>
  /** The model that is loaded; null: none. */
  readonly loaded: () => Pick<LoadedModel, 'device' | 'isa'> | null
  readonly notes: LibraryNotes
  readonly log: Logger
  readonly version: string
  /** Where new models go: its disk is the one that counts. */
  readonly modelsFolder: string
  readonly forcedIsa: string
  readonly threads: () => number | null
  /** Something computes now: a measurement would be wrong, and in the way. */
  readonly busy: () => boolean
  readonly now: () => number
}

export function processorName(): string {
  return cpus()[0]?.model.trim() ?? 'processor'
}

export class Machine {
  readonly #parts: MachineParts
  #measuring: Promise<void> | null = null
  #measuredNow = false

  constructor(parts: MachineParts) {
    this.#parts = parts
  }

  /** Null where the engine cannot be had: then nothing can be computed, and loading a model says why. */
  async #ask(): Promise<MachineReport | null> {
    try {
      return await this.#parts.engine.machine()
    } catch (error) {
      this.#parts.log.warn('the machine cannot be asked', errorFields(error))
      return null
    }
  }

  async memory(): Promise<MachineMemory> {
    return await this.#memoryOf(await this.#ask())
  }

  async #memoryOf(machine: MachineReport | null): Promise<MachineMemory> {
    const known = (bytes: number | undefined): number | null =>
      bytes === undefined || bytes === 0 ? null : bytes
    return {
      freeMemoryBytes: known(machine?.availableMemoryBytes),
      totalMemoryBytes: known(machine?.totalMemoryBytes),
      freeDiskBytes: await this.#freeDisk(),
      bandwidth: this.bandwidth(),
    }
  }

  async #freeDisk(): Promise<number | null> {
    try {
      const { bavail, bsize } = await statfs(this.#parts.modelsFolder)
      return bavail * bsize
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      return null
    }
  }

  /** Bytes per second; null: not measured yet. */
  bandwidth(): number | null {
    return this.#parts.notes.get('bandwidth')?.bytesPerSecond ?? null
  }

  /** Measures the memory: once in each of the first starts with a build of the engine and a number of threads. What else
   *  runs on the machine makes a measurement lower, never higher, so the best counts. True: there is a new figure. Does
   *  nothing while something computes: the next one who asks measures. */
  async ensureBandwidth(): Promise<boolean> {
    const machine = await this.#ask()
    if (machine === null || this.#parts.busy()) return false
    const key = `${machine.build} ${this.#parts.threads() ?? 0}`
    const known = this.#parts.notes.get('bandwidth')
    const same = known?.key === key ? known : null
    if (same !== null && (this.#measuredNow || same.times >= mostMeasurements)) return false
    const before = this.bandwidth()
    this.#measuring ??= this.#measure(key).finally(() => {
      this.#measuring = null
    })
    await this.#measuring
    return this.bandwidth() !== before
  }

  async #measure(key: string): Promise<void> {
    const { engine, notes, threads, now, log } = this.#parts
    try {
      const bytesPerSecond = await engine.measureBandwidth(threads())
      this.#measuredNow = true
      const known = notes.get('bandwidth')
      const same = known?.key === key ? known : null
      const better = same === null || bytesPerSecond > same.bytesPerSecond
      await notes.set('bandwidth', {
        key,
        bytesPerSecond: better ? bytesPerSecond : same.bytesPerSecond,
        measuredAt: better ? now() : same.measuredAt,
        times: (same?.times ?? 0) + 1,
      })
    } catch (error) {
      log.warn('the memory could not be measured', errorFields(error))
    }
  }

  /** Forgets what was measured and tested, then measures and tests. */
  async testAgain(): Promise<void> {
    await this.#parts.trust.forget()
    await this.#parts.devices.forget()
    await this.#parts.notes.set('bandwidth', null)
    this.#measuredNow = false
    await this.#parts.trust.choose()
    await this.#parts.devices.first()
    await this.ensureBandwidth()
  }

  async #chosen(): Promise<HardwareReport['chosen']> {
    const { trust, forcedIsa, loaded } = this.#parts
    const isa = (await trust.choose()) ?? forcedIsa
    const running = loaded()
    if (running !== null)
      return { device: running.device, isa: running.device === processor ? isa : running.isa }
    const device = await this.#parts.devices.first()
    return { device, isa: device === processor ? isa : '' }
  }

  async report(): Promise<HardwareReport> {
    const { trust, notes, version, forcedIsa, devices } = this.#parts
    const machine = await this.#ask()
    const chosen = machine === null ? { device: '', isa: forcedIsa } : await this.#chosen()
    const bandwidth = notes.get('bandwidth')
    const memory = await this.#memoryOf(machine)
    return {
      processor: processorName(),
      physicalCores: machine?.physicalCores ?? 0,
      logicalCores: availableParallelism(),
      totalMemoryBytes: memory.totalMemoryBytes ?? 0,
      freeMemoryBytes: memory.freeMemoryBytes ?? 0,
      freeDiskBytes: memory.freeDiskBytes,
      system: `${platform()} ${release()} ${arch()}`,
      chosen,
      devices: machine === null ? [] : devices.trials(machine),
      instructionSets: machine === null ? [] : trust.trials(machine),
      bandwidth:
        bandwidth === null
          ? null
          : { bytesPerSecond: bandwidth.bytesPerSecond, measuredAt: bandwidth.measuredAt },
      version,
    }
  }
}
