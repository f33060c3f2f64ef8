import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RoostError } from '../contract/errors.ts'
import { ModelProbe } from './model-probe.ts'
import type { ProbeOptions, ProbeProcess, VerdictStore } from './model-probe.ts'
import { scriptedAddon, ScriptedFiles } from './testing/addons.ts'

const files = new ScriptedFiles()
afterAll(() => files.remove())

const description = {
  generation: '7',
  format: 'gguf',
  layers: 1,
  width: 64,
  ffn: 64,
  heads: 1,
  headSize: 64,
  vocabulary: 65536,
  parameters: 1,
  fileBytes: 1,
  stateBytes: 64,
  fingerprint: '5c0117ed',
  tokenizer: 'embedded',
  title: 'scripted',
  basename: '',
  chatTemplate: '',
  trainingContext: null,
}

/** A child that says these things and then ends like this. */
function child(words: unknown[], end: { code?: number; signal?: string } | null = { code: 0 }) {
  const spawned = { count: 0, killed: 0 }
  const spawn = (): ProbeProcess => {
    spawned.count++
    let hear: (message: unknown) => void = () => undefined
    let ended: (code: number | null, signal: string | null) => void = () => undefined
    return {
      onMessage: (listener) => void (hear = listener),
      onExit: (listener) => void (ended = listener),
      send: () => {
        setImmediate(() => {
          words.forEach((word) => hear(word))
          if (end) ended(end.code ?? null, end.signal ?? null)
        })
      },
      kill: () => {
        spawned.killed++
      },
    }
  }
  return { spawned, spawn }
}

class MemoryStore implements VerdictStore {
  readonly content = new Map<string, string>()
  get = (key: string) => Promise.resolve(this.content.get(key) ?? null)
  set = (key: string, verdict: string) => {
    this.content.set(key, verdict)
    return Promise.resolve()
  }
}

function probe(options: ProbeOptions): ModelProbe {
  return new ModelProbe(scriptedAddon, options)
}

const started = { kind: 'started' }
const accepted = { kind: 'accepted', description }
const refused = { kind: 'refused', code: 'model_truncated', reason: 'it ends early' }

describe('the first look, with a real child process', () => {
  test('an accepted file is described as the addon describes it', async () => {
    expect(await probe({}).inspect(files.path())).toEqual(description)
  })

  test('a refused file brings the code and the sentence of the parser', async () => {
    await expect(probe({}).inspect(files.path({ inspect_error: 1 }))).rejects.toMatchObject({
      code: 'model_truncated',
      detail: { reason: 'scripted: the file ends early' },
    })
  })

  test.each([1, 2])('a file that kills its parser (%i) is refused, and this process lives', async (how) => {
    const store = new MemoryStore()
    const path = files.path({ inspect_aborts: how })
    await expect(probe({ store }).inspect(path)).rejects.toMatchObject({ code: 'model_damaged' })
    // The next start of the application does not try again.
    const never = child([], null)
    await expect(probe({ store, spawn: never.spawn }).inspect(path)).rejects.toMatchObject({
      code: 'model_damaged',
    })
    expect(never.spawned.count).toBe(0)
  })

  test('a look that takes too long is ended', async () => {
    const slow = probe({ timeoutMs: 700 }).inspect(files.path({ inspect_ms: 60_000 }))
    await expect(slow).rejects.toMatchObject({ code: 'file_unreadable' })
  })

  test('a child that can not be started is not the fault of the file', async () => {
    const missing = probe({ script: '/nowhere/probe-child.ts' }).inspect(files.path())
    await expect(missing).rejects.toMatchObject({ code: 'addon_missing' })
  })
})

describe('verdicts', () => {
  test('are kept while the file stays the same, in memory and in the store', async () => {
    const store = new MemoryStore()
    const first = child([started, accepted])
    const path = files.path()
    const looking = probe({ store, spawn: first.spawn })
    // Two questions at the same time are one look.
    await Promise.all([looking.inspect(path), looking.inspect(path)])
    await looking.inspect(path)
    expect(first.spawned).toEqual({ count: 1, killed: 1 }) // heard, and not left behind

    const second = child([started, accepted])
    const later = probe({ store, spawn: second.spawn })
    expect(await later.inspect(path)).toEqual(description)
    expect(second.spawned.count).toBe(0)

    writeFileSync(path, 'changed')
    await later.inspect(path)
    utimesSync(path, 1, 1)
    await later.inspect(path)
    expect(second.spawned.count).toBe(2)
    expect(store.content.size).toBe(1)
  })

  test('of a divided model are kept while every part of it stays the same', async () => {
    const index = join(files.folder, 'model.safetensors.index.json')
    const part = join(files.folder, 'one.safetensors')
    writeFileSync(index, JSON.stringify({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } }))
    writeFileSync(part, 'part')
    const looked = child([started, accepted])
    const looking = probe({ spawn: looked.spawn })
    await looking.inspect(index)
    await looking.inspect(index)
    expect(looked.spawned.count).toBe(1)
    writeFileSync(part, 'another part')
    await looking.inspect(index)
    writeFileSync(join(files.folder, 'two.safetensors'), 'was missing')
    await looking.inspect(index)
    expect(looked.spawned.count).toBe(3)
  })

  test('a damaged or foreign record is no record', async () => {
    const store = new MemoryStore()
    const path = files.path()
    await probe({ store, spawn: child([started, refused]).spawn })
      .inspect(path)
      .catch(() => undefined)
    const [key, record] = [...store.content][0]!
    const damaged = [
      '',
      '{',
      'null',
      record.replace('refused', 'accepted'),
      record.replace('"file":"', '"file":"9'),
    ]
    for (const text of damaged) {
      store.content.set(key, text)
      const looked = child([started, accepted])
      await probe({ store, spawn: looked.spawn }).inspect(path)
      expect(looked.spawned.count).toBe(1)
    }
  })

  test('a store that fails costs a look, not the model', async () => {
    const store: VerdictStore = {
      get: () => Promise.reject(new Error('disk')),
      set: () => Promise.reject(new Error('disk')),
    }
    const looked = child([started, accepted])
    expect(await probe({ store, spawn: looked.spawn }).inspect(files.path())).toEqual(description)
  })

  test.each([
    ['ended by the system', [started], { signal: 'SIGKILL' }, 'out_of_memory'],
    [
      'short of memory',
      [started, { kind: 'refused', code: 'out_of_memory', reason: '' }],
      {},
      'out_of_memory',
    ],
    ['of an unknown code', [started, { kind: 'refused', code: 'surprise', reason: '' }], {}, 'internal'],
    ['that never started', [], { code: 1 }, 'addon_missing'],
  ])('a look %s is not held against the file', async (_name, words, end, code) => {
    const store = new MemoryStore()
    const bad = child(words, end)
    const path = files.path()
    await expect(probe({ store, spawn: bad.spawn }).inspect(path)).rejects.toMatchObject({ code })
    expect(store.content.size).toBe(0)
  })

  test.each([
    ['nothing at all', []],
    [
      'what is no message of ours',
      [7, null, { kind: 'accepted' }, { kind: 'accepted', description: { ...description, layers: -1 } }],
    ],
  ])('a child that says %s and ends has been brought down by the file', async (_name, words) => {
    const odd = child([started, ...words], { code: 3_221_225_477 })
    await expect(probe({ spawn: odd.spawn }).inspect(files.path())).rejects.toMatchObject({
      code: 'model_damaged',
    })
  })

  test('a missing file is told from one that can not be read', async () => {
    const none = child([])
    const looking = probe({ spawn: none.spawn })
    await expect(looking.inspect(`${files.folder}/nothing`)).rejects.toMatchObject({ code: 'file_missing' })
    await expect(looking.inspect(`${files.folder}/${'x'.repeat(5000)}`)).rejects.toBeInstanceOf(RoostError)
    expect(none.spawned.count).toBe(0)
  })
})
