// What is remembered of models and of the machine between two starts, besides the list itself: folders, hashes, speeds,
// verdicts over kernels. Each note is a settings value of its own, checked when it is read; a bad one counts as not there.
import { z } from 'zod'
import type { Storage } from '../../storage/storage.ts'

const count = z.number().min(0)

const noteSchemas = {
  /** Looked through besides Roost's own. */
  folders: z.array(z.strictObject({ id: z.uuid(), path: z.string().min(1) })),
  /** Files in those folders that a person took off the list. */
  ignored: z.array(z.string()),
  /** By path: the hash of the whole file, and the size and time at which it was taken. */
  contents: z.record(
    z.string(),
    z.strictObject({
      bytes: count,
      modifiedAt: count,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Equal to what the makers published. */
      published: z.boolean(),
      /** The last look found something else. */
      changed: z.boolean(),
      checkedAt: count,
    }),
  ),
  /** By model: how it is loaded, where that is not as stored. */
  weights: z.record(z.string(), z.enum(['f32', 'f16', 'bf16', 'q8', 'q4'])),
  /** By fingerprint and weights: the latest runs, oldest first. */
  speeds: z.record(
    z.string(),
    z.strictObject({
      decode: z.array(count).max(5),
      prefill: z.array(count).max(5),
      isa: z.string(),
      threads: count,
      at: count,
    }),
  ),
  /** Of the memory, for one build of the engine and one number of threads: the best of so many measurements. */
  bandwidth: z
    .strictObject({
      key: z.string(),
      bytesPerSecond: z.number().positive(),
      measuredAt: count,
      times: count,
    })
    .nullable(),
  /** By build, processor and instruction set. */
  selfTests: z.record(z.string(), z.strictObject({ passed: z.boolean(), reason: z.string(), at: count })),
  /** By build, system, device and its driver. */
  deviceTests: z.record(z.string(), z.strictObject({ passed: z.boolean(), reason: z.string(), at: count })),
} as const

export type NoteName = keyof typeof noteSchemas
export type Notes = { [N in NoteName]: z.infer<(typeof noteSchemas)[N]> }

const empty: Notes = {
  folders: [],
  ignored: [],
  contents: {},
  weights: {},
  speeds: {},
  bandwidth: null,
  selfTests: {},
  deviceTests: {},
}

const keyOf = (name: NoteName): string => `library.${name}`

export class LibraryNotes {
  readonly #storage: Pick<Storage, 'read' | 'write'>
  #notes: Notes = empty

  constructor(storage: Pick<Storage, 'read' | 'write'>) {
    this.#storage = storage
  }

  async read(): Promise<void> {
    const stored = await this.#storage.read.settings()
    const read = <N extends NoteName>(name: N): Notes[N] => {
      const parsed = noteSchemas[name].safeParse(stored[keyOf(name)])
      return parsed.success ? (parsed.data as Notes[N]) : empty[name]
    }
    this.#notes = {
      folders: read('folders'),
      ignored: read('ignored'),
      contents: read('contents'),
      weights: read('weights'),
      speeds: read('speeds'),
      bandwidth: read('bandwidth'),
      selfTests: read('selfTests'),
      deviceTests: read('deviceTests'),
    }
  }

  get<N extends NoteName>(name: N): Notes[N] {
    return this.#notes[name]
  }

  /** In force at once; settles when it is stored. Errors: those of a write. */
  async set<N extends NoteName>(name: N, value: Notes[N]): Promise<void> {
    this.#notes = { ...this.#notes, [name]: value }
    await this.#storage.write.setSettings({ [keyOf(name)]: value })
  }
}
