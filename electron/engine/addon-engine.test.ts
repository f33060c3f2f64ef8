// The addon and its TypeScript face over the scripted engine: timing, misuse and faults that no real model can be asked for.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { RoostError } from '../contract/errors.ts'
import { AddonEngine } from './addon-engine.ts'
import type { EngineSession, GenerateOptions, LoadedModel } from './engine.ts'
import { greedy, loadPlainly, scriptedAddon, ScriptedFiles } from './testing/addons.ts'

const files = new ScriptedFiles()
const engine = new AddonEngine({ addonPath: scriptedAddon })
const open: LoadedModel[] = []

async function load(script: Readonly<Record<string, number>> = {}): Promise<LoadedModel> {
  const model = await engine.load(files.path(script), loadPlainly)
  open.push(model)
  return model
}

async function openSession(
  script: Readonly<Record<string, number>> = {},
): Promise<{ model: LoadedModel; session: EngineSession }> {
  const model = await load(script)
  return { model, session: await model.openSession() }
}

function generating(session: EngineSession, more: Partial<GenerateOptions> = {}) {
  return session.generate({
    tokens: Uint32Array.of(1, 2, 3),
    maximumTokens: 5,
    sampling: greedy,
    stop: [],
    ...more,
  })
}

function code(code: string): unknown {
  return expect.objectContaining({ name: 'RoostError', code })
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()))
  // Every test ends with nothing left in the process: this is the leak check of all of them.
  expect(engine.live()).toEqual({ models: 0, sessions: 0 })
})
afterAll(() => files.remove())

describe('loading', () => {
  test('reports progress that only grows and ends with 1, at most once per frame', async () => {
    const seen: number[] = []
    const started = performance.now()
    const model = await engine.load(files.path({ load_ms: 300 }), {
      ...loadPlainly,
      onProgress: (fraction) => seen.push(fraction),
    })
    open.push(model)
    const frames = (performance.now() - started) / 16
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(3)
    expect(seen.length).toBeLessThan(frames + 2)
  })

  test('is cancelled by its signal long before it would be done', async () => {
    const abort = new AbortController()
    const started = performance.now()
    const loading = engine.load(files.path({ load_ms: 20_000 }), {
      ...loadPlainly,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    })
    await expect(loading).rejects.toEqual(code('cancelled'))
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('a signal that fired before, or that fires too late for the engine, leaves no model behind', async () => {
    await expect(engine.load(files.path(), { ...loadPlainly, signal: AbortSignal.abort() })).rejects.toEqual(
      code('cancelled'),
    )
    const abort = new AbortController()
    const deaf = engine.load(files.path({ load_ms: 100, deaf: 1 }), {
      ...loadPlainly,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    })
    await expect(deaf).rejects.toEqual(code('cancelled'))
  })

  test('an error of the engine arrives with its code and its sentence', async () => {
    await expect(engine.load(files.path({ load_error: 1 }), loadPlainly)).rejects.toMatchObject({
      code: 'model_damaged',
      detail: { reason: 'scripted: the file is damaged' },
    })
  })

  test.each([
    [1, 'internal'],
    [2, 'internal'],
    [3, 'out_of_memory'],
  ])('a C++ exception (%i) becomes an error and not the end of the process', async (how, expected) => {
    await expect(engine.load(files.path({ load_throws: how }), loadPlainly)).rejects.toEqual(code(expected))
  })

  test('what a progress callback throws is what the load rejects with', async () => {
    const mine = new Error('mine')
    const loading = engine.load(files.path({ load_ms: 10_000 }), {
      ...loadPlainly,
      onProgress: () => {
        throw mine
      },
    })
    await expect(loading).rejects.toBe(mine)
  })

  test('arguments that make no sense are refused in words', async () => {
    await expect(engine.load('', loadPlainly)).rejects.toThrow('the path of the model is empty')
    await expect(engine.load('a\0b', loadPlainly)).rejects.toThrow('NUL')
    await expect(engine.load('/m', { ...loadPlainly, threads: 0.5 })).rejects.toThrow(
      'from 1 to 1024, not 0.5',
    )
    await expect(engine.load('/m', { ...loadPlainly, vocabularyFolders: [''] })).rejects.toEqual(
      code('invalid_argument'),
    )
    const nowhere = join(files.folder, 'scripted but not there')
    await expect(engine.load(nowhere, loadPlainly)).rejects.toEqual(code('file_missing'))
  })

  test('a missing addon is said, and a file that is no addon too', async () => {
    const missing = new AddonEngine({ addonPath: '/nowhere/roost.node' })
    await expect(missing.load(files.path(), loadPlainly)).rejects.toThrow(
      /^addon_missing: the engine is not built/,
    )
    const noLibrary = `${files.path()}.node`
    writeFileSync(noLibrary, 'no library')
    const wrong = new AddonEngine({ addonPath: noLibrary })
    await expect(wrong.inspect(files.path())).rejects.toEqual(code('addon_missing'))
  })
})

describe('generating', () => {
  test('streams the text in order, all of it, and never once per token', async () => {
    const { session } = await openSession({ token_us: 500 })
    const pieces: string[] = []
    const ids: number[] = []
    const result = await generating(session, {
      maximumTokens: 400,
      onText: (text, tokens) => {
        pieces.push(text)
        ids.push(...tokens)
      },
    })
    const expected = Array.from({ length: 400 }, (_, i) => ` t${i + 3}`).join('')
    expect(result.text).toBe(expected)
    expect(pieces.join('')).toBe(expected)
    expect(ids).toEqual([...result.tokens])
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.length).toBeLessThan(120) // at least 0.2 s of text at 62 frames a second, with room for a busy machine
    expect(session.tokenCount).toBe(403)
    expect(result).toMatchObject({
      reason: 'max_tokens',
      resumedTokens: 0,
      promptTokensProcessed: 3,
      seed: 1,
    })
  })

  test('the time between two calls is a frame, not less', async () => {
    const { session } = await openSession({ token_us: 200 })
    const at: number[] = []
    await generating(session, { maximumTokens: 1000, onText: () => at.push(performance.now()) })
    const gaps = at.slice(1, -1).map((time, i) => time - (at[i] ?? 0))
    const short = gaps.filter((gap) => gap < 8)
    // A call that came late makes the next gap look short; most must be whole frames.
    expect(short.length).toBeLessThan(gaps.length / 4)
  })

  test('reports the reading of the prompt', async () => {
    const { session } = await openSession({ prefill_us: 20_000 })
    const seen: [number, number][] = []
    await generating(session, {
      tokens: new Uint32Array(100).fill(7),
      onPrefill: (done, total) => seen.push([done, total]),
    })
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toEqual([100, 100])
  })

  test('does not hold the JavaScript thread', async () => {
    const { session } = await openSession({ token_us: 3000 })
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    await generating(session, { maximumTokens: 100 })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(15)
  })

  test('stops within one step of its signal, with the text so far', async () => {
    const { session } = await openSession({ token_us: 10_000 })
    const abort = new AbortController()
    let abortedAt = 0
    const result = await generating(session, {
      maximumTokens: 100_000,
      signal: abort.signal,
      onText: () => {
        abortedAt ||= performance.now()
        abort.abort()
      },
    })
    expect(performance.now() - abortedAt).toBeLessThan(500)
    expect(result.reason).toBe('cancelled')
    expect(result.text).toMatch(/^ t3/)
    expect(session.tokenCount).toBe(3 + result.tokens.length)
    const again = await generating(session)
    expect(again).toMatchObject({ reason: 'max_tokens', resumedTokens: 3 + result.tokens.length })
  })

  test('a signal that fired before ends it before the prompt is read', async () => {
    const { session } = await openSession({ prefill_us: 50_000 })
    const result = await generating(session, {
      tokens: new Uint32Array(10_000).fill(1),
      signal: AbortSignal.abort(),
    })
    expect(result.reason).toBe('cancelled')
    expect(result.promptTokensProcessed).toBeLessThan(200)
  })

  test('a fault of the device ends it with the code, and the session lives', async () => {
    const { session } = await openSession({ fail_token: 3 })
    let text = ''
    await expect(
      generating(session, {
        onText: (piece) => {
          text += piece
        },
      }),
    ).rejects.toMatchObject({
      code: 'device_failed',
    })
    expect(text).toBe(' t3 t4')
    await expect(session.snapshot()).resolves.toBeInstanceOf(Uint8Array)
  })

  test.each([1, 2, 3])('a C++ exception (%i) on the way into the engine becomes an error', async (how) => {
    const { session } = await openSession({ generate_throws: how })
    await expect(generating(session)).rejects.toBeInstanceOf(RoostError)
    await expect(session.snapshot()).resolves.toBeDefined()
  })

  test('an engine that is done before generate() returns is no trouble', async () => {
    const { session } = await openSession({ done_at_once: 1 })
    for (let i = 0; i < 50; i++) expect((await generating(session)).text).toBe('')
  })

  test.each([new Error('mine'), null, undefined, 7])(
    'a callback that throws %s ends the generation and the promise, not the process',
    async (thrown) => {
      const { session } = await openSession({ token_us: 1000 })
      const failing = generating(session, {
        maximumTokens: 1_000_000,
        onText: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is under test
          throw thrown
        },
      })
      if (thrown instanceof Error) await expect(failing).rejects.toBe(thrown)
      else await expect(failing).rejects.toEqual(code('internal'))
      await expect(generating(session)).resolves.toMatchObject({ reason: 'max_tokens' })
    },
  )

  test('arguments that make no sense are refused in words', async () => {
    const { session } = await openSession()
    const refused = async (more: Partial<GenerateOptions>, words: string) =>
      await expect(generating(session, more)).rejects.toThrow(`invalid_argument: ${words}`)
    await refused({ maximumTokens: -1 }, 'maximumTokens must be a whole number from 0 on, not -1')
    await refused({ stop: [''] }, 'a stop text is empty')
    await refused({ sampling: { ...greedy, temperature: Number.NaN } }, 'sampling.temperature')
    await refused({ sampling: { ...greedy, topP: 1.5 } }, 'sampling.topP')
    await refused({ tokens: [1] as unknown as Uint32Array }, 'tokens must be a Uint32Array')
    await expect(generating(session, { tokens: new Uint32Array() })).rejects.toEqual(code('tokens_invalid'))
  })
})

describe('sessions', () => {
  test('does one thing at a time, and says so', async () => {
    const { session } = await openSession({ token_us: 2000 })
    const running = generating(session, { maximumTokens: 50 })
    await expect(generating(session)).rejects.toEqual(code('busy'))
    await expect(session.snapshot()).rejects.toEqual(code('busy'))
    await expect(session.fork()).rejects.toEqual(code('busy'))
    await expect(session.restore(new Uint8Array(8))).rejects.toEqual(code('busy'))
    await expect(running).resolves.toMatchObject({ reason: 'max_tokens' })
  })

  test('two sessions generate side by side', async () => {
    const { model, session } = await openSession({ token_us: 2000 })
    const other = await model.openSession()
    const order: string[] = []
    await Promise.all([
      generating(session, { maximumTokens: 40, onText: () => order.push('a') }),
      generating(other, { maximumTokens: 40, onText: () => order.push('b') }),
    ])
    expect(order.indexOf('b')).toBeLessThan(order.lastIndexOf('a'))
    expect(order.indexOf('a')).toBeLessThan(order.lastIndexOf('b'))
  })

  test('a fork goes its own way from the same place', async () => {
    const { session } = await openSession()
    await generating(session)
    const fork = await session.fork()
    expect(fork.tokenCount).toBe(8)
    const here = await generating(session, { tokens: new Uint32Array() })
    const there = await generating(fork, { tokens: new Uint32Array() })
    expect(there.text).toBe(here.text)
    await fork.close()
    await expect(generating(session)).resolves.toMatchObject({ resumedTokens: 13 })
  })

  test('a snapshot is a copy that JavaScript owns, and brings the state back', async () => {
    const { model, session } = await openSession({ snapshot_bytes: 20_000_000 })
    await generating(session)
    const bytes = await session.snapshot()
    expect(bytes.length).toBe(8 + 8 * 4 + 20_000_000)
    // Only a buffer of JavaScript's own can be transferred.
    const moved = structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    const other = await model.openSession()
    const restoring = other.restore(moved)
    moved.fill(255) // what was handed over has been copied
    await restoring
    expect(other.tokenCount).toBe(8)
    await expect(other.restore(new Uint8Array(3))).rejects.toEqual(code('snapshot_damaged'))
    // A detached buffer is empty, not a hole in memory.
    await expect(other.restore(bytes)).rejects.toEqual(code('snapshot_damaged'))
  })

  test('after close everything says closed, and closing again is harmless', async () => {
    const { model, session } = await openSession()
    await session.close()
    await session.close()
    await expect(session.snapshot()).rejects.toEqual(code('closed'))
    await expect(generating(session)).rejects.toEqual(code('closed'))
    await expect(session.fork()).rejects.toEqual(code('closed'))
    await model.close()
    await model.close()
    await expect(model.tokenize('x')).rejects.toEqual(code('closed'))
    await expect(model.openSession()).rejects.toEqual(code('closed'))
  })

  test('closing while it generates ends the generation first', async () => {
    const { session } = await openSession({ token_us: 2000 })
    const running = generating(session, { maximumTokens: 1_000_000 })
    const order: string[] = []
    await Promise.all([
      running.then((result) => order.push(result.reason)),
      session.close().then(() => order.push('closed')),
    ])
    expect(order).toEqual(['cancelled', 'closed'])
  })

  test('closing the model ends everything of it, whatever is at work', async () => {
    const { model, session } = await openSession({ token_us: 2000, snapshot_ms: 50, close_ms: 50 })
    const other = await model.openSession()
    const third = await model.openSession()
    const running = generating(session, { maximumTokens: 1_000_000 })
    const snapshot = other.snapshot()
    const opening = model.openSession()
    const words = model.tokenize('four')
    const closing = [model.close(), third.close(), model.close()]
    await expect(running).resolves.toMatchObject({ reason: 'cancelled' })
    await expect(snapshot).resolves.toBeDefined()
    await expect(words).resolves.toHaveLength(4)
    const late = await opening
    await Promise.all(closing)
    await expect(late.snapshot()).rejects.toEqual(code('closed'))
    await expect(other.snapshot()).rejects.toEqual(code('closed'))
    expect(engine.live()).toEqual({ models: 0, sessions: 0 })
  })

  test('a session that cannot be opened is an error, and nothing is left of it', async () => {
    const model = await load({ open_error: 1 })
    await expect(model.openSession()).rejects.toEqual(code('out_of_memory'))
  })

  test('a thousand random actions on four sessions: no crash, no deadlock, nothing left', async () => {
    const { model } = await openSession({ token_us: 100, snapshot_ms: 1 })
    let seed = 7
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
    const sessions: EngineSession[] = []
    const running: Promise<unknown>[] = []
    const expected = ['busy', 'closed', 'cancelled', 'tokens_invalid']
    for (let i = 0; i < 1000; i++) {
      if (sessions.length < 4) sessions.push(await model.openSession())
      const which = random(sessions.length)
      const session = sessions[which]!
      const abort = new AbortController()
      const action = [
        () => generating(session, { maximumTokens: 20, signal: abort.signal }),
        () => session.snapshot().then((bytes) => session.restore(bytes)),
        () => session.fork().then((fork) => fork.close()),
        () => (sessions.splice(which, 1), session.close()),
      ][random(4)]!
      const done = action().catch((error: unknown) => {
        if (!(error instanceof RoostError) || !expected.includes(error.code)) throw error
      })
      running.push(done)
      if (random(3) === 0) abort.abort()
      if (random(5) === 0) await pause(1)
    }
    await Promise.all(running)
  })
})
