// Tuned initial states: files of a few megabytes that a model begins from instead of from nothing. They are copied into the
// data folder under the fingerprint of their numbers, so that a chat that stands on one does not depend on where the file
// was found.
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { RoostError } from '../../contract/errors.ts'
import type { TunedState } from '../../contract/memory.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import { systemCode } from '../../platform/paths.ts'
import type { Storage, StoredTunedState } from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { TunedStateFiles } from './openings.ts'

export interface TunedStatesParts {
  readonly storage: Storage
  /** Made when it is needed. */
  readonly folder: string
  readonly clock: Clock
  model(): ActiveModel | null
}

export class TunedStates implements TunedStateFiles {
  readonly #parts: TunedStatesParts

  constructor(parts: TunedStatesParts) {
    this.#parts = parts
  }

  async list(): Promise<TunedState[]> {
    const model = this.#parts.model()?.loaded.description ?? null
    const states = await this.#parts.storage.read.tunedStates()
    return states.map((state) => ({
      ...state,
      fits:
        model === null
          ? null
          : state.layers === model.layers && state.heads === model.heads && state.headSize === model.headSize,
    }))
  }

  /** Errors: no_model; not_a_model, snapshot_mismatch (names what it is for and what is loaded); disk_full. */
  async add(path: string, fileName: string): Promise<TunedState[]> {
    const model = this.#parts.model()
    if (model === null) throw new RoostError('no_model')
    const found = await model.loaded.inspectTunedState(path)
    await this.#copy(path, this.#pathOf(found.fingerprint))
    await this.#parts.storage.write.putTunedState(
      {
        id: newId(),
        name: basename(fileName, extname(fileName)),
        fingerprint: found.fingerprint,
        layers: found.layers,
        heads: found.heads,
        headSize: found.headSize,
        bytes: found.fileBytes,
      },
      this.#parts.clock.now(),
    )
    return await this.list()
  }

  async delete(id: string): Promise<TunedState[]> {
    const state = await this.#find(id)
    await this.#parts.storage.write.deleteTunedState(id)
    if (state !== undefined) await rm(this.#pathOf(state.fingerprint), { force: true })
    return await this.list()
  }

  async find(id: string): Promise<{ readonly fingerprint: string; readonly path: string } | null> {
    const state = await this.#find(id)
    if (state === undefined) return null
    const path = this.#pathOf(state.fingerprint)
    try {
      await stat(path)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return null // removed by hand
    }
    return { fingerprint: state.fingerprint, path }
  }

  async #find(id: string): Promise<StoredTunedState | undefined> {
    return (await this.#parts.storage.read.tunedStates()).find((state) => state.id === id)
  }

  /** The fingerprint is hexadecimal: it comes from the engine. */
  #pathOf(fingerprint: string): string {
    if (!/^[0-9a-f]+$/.test(fingerprint)) throw new RoostError('internal', { reason: 'not a fingerprint' })
    return join(this.#parts.folder, `${fingerprint}.pth`)
  }

  /** Whole or not at all. */
  async #copy(from: string, to: string): Promise<void> {
    const part = `${to}.part`
    try {
      await mkdir(this.#parts.folder, { recursive: true, mode: 0o700 })
      await copyFile(from, part)
      await rename(part, to)
    } catch (error) {
      await rm(part, { force: true })
      const code = systemCode(error)
      throw new RoostError(
        code === 'ENOSPC' ? 'disk_full' : 'file_unreadable',
        { reason: `The file could not be copied (${code}).` },
        { cause: error },
      )
    }
  }
}
