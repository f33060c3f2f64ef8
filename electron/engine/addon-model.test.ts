// The real engine through the addon, on the models of tests/fixtures. That its numbers are right is shown by the native tests;
// here it is shown that they arrive.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AddonEngine } from './addon-engine.ts'
import type { EngineSession, GenerateOptions, LoadedModel } from './engine.ts'
import { fixture, greedy, loadPlainly, projectRoot, realAddon } from './testing/addons.ts'

const modelFile = fixture('rwkv7-l3-c128-f16.gguf')
const expected = JSON.parse(readFileSync(`${modelFile}.expected.json`, 'utf8')) as {
  tokens: number[]
  greedy: number[]
}
const prompt = Uint32Array.from(expected.tokens)

const folder = mkdtempSync(join(tmpdir(), 'roost-model-'))
const engine = new AddonEngine({ addonPath: realAddon })
let model: LoadedModel

beforeAll(async () => {
  model = await engine.load(modelFile, loadPlainly)
})
afterAll(async () => {
  await model.close()
  expect(engine.live()).toEqual({ models: 0, sessions: 0 })
  rmSync(folder, { recursive: true })
})

const sessions: EngineSession[] = []
async function openSession(of = model): Promise<EngineSession> {
  const session = await of.openSession()
  sessions.push(session)
  return session
}
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()))
})

function generate(session: EngineSession, more: Partial<GenerateOptions> = {}) {
  return session.generate({ tokens: prompt, maximumTokens: 32, sampling: greedy, stop: [], ...more })
}

describe('a model', () => {
  test('is described as it is', async () => {
    const description = await engine.inspect(modelFile)
    expect(description).toMatchObject({
      generation: '7',
      format: 'gguf',
      layers: 3,
      width: 128,
      ffn: 512,
      heads: 2,
      headSize: 64,
      vocabulary: 400,
      fileBytes: readFileSync(modelFile).length,
      // layers × width × (head size + 2) floats
      stateBytes: 3 * 128 * (64 + 2) * 4,
      tokenizer: 'embedded',
    })
    // What other kinds of loading would take is told before one of them is chosen.
    const { heldAs, weightMemory, ...loaded } = description
    expect(model.description).toEqual(loaded)
    expect(heldAs).toEqual({ F16: 'f16', F32: 'f32' })
    expect(weightMemory?.q4).toBeLessThan(weightMemory?.q8 ?? 0)
    expect(weightMemory?.q8).toBeLessThan(weightMemory?.file ?? 0)
    expect(model.device).toBe('cpu')
    expect(model.threads).toBe(1)
    expect(model.tokenizerFingerprint).toMatch(/^[0-9a-f]{64}$/)
  })

  test('the greedy continuation is that of the reference', async () => {
    const seen: number[] = []
    const result = await generate(await openSession(), { onText: (_text, tokens) => seen.push(...tokens) })
    expect([...result.tokens]).toEqual(expected.greedy)
    expect(seen).toEqual(expected.greedy)
    expect(result).toMatchObject({
      reason: 'max_tokens',
      resumedTokens: 0,
      promptTokensProcessed: 96,
      seed: 1,
    })
    expect(result.prefillSeconds).toBeGreaterThan(0)
    expect(result.decodeSeconds).toBeGreaterThan(0)
  })

  test('the streamed pieces are the text, and the text says what the tokens say', async () => {
    let streamed = ''
    const result = await generate(await openSession(), {
      maximumTokens: 200,
      sampling: { ...greedy, temperature: 1, seed: 11 },
      onText: (text) => {
        streamed += text
      },
    })
    expect(streamed).toBe(result.text)
    expect((await model.detokenize(result.tokens)).startsWith(result.text.slice(0, 100))).toBe(true)
  })

  test('tokens of a text say that text again', async () => {
    const text = 'abc 123\n\u00e9'
    const ids = await model.tokenize(text)
    expect(ids.length).toBeGreaterThan(0)
    expect(await model.detokenize(ids)).toBe(text)
    expect(await model.tokenize('')).toHaveLength(0)
    await expect(model.detokenize(Uint32Array.of(400))).rejects.toMatchObject({ code: 'tokens_invalid' })
  })

  test('an id outside the vocabulary is refused, and the session lives', async () => {
    const session = await openSession()
    await expect(generate(session, { tokens: Uint32Array.of(400) })).rejects.toMatchObject({
      code: 'tokens_invalid',
    })
    await expect(generate(session, { tokens: new Uint32Array() })).rejects.toMatchObject({
      code: 'tokens_invalid',
    })
    expect([...(await generate(session)).tokens]).toEqual(expected.greedy)
  })
})

describe('sessions', () => {
  test('two at once say what each says alone', async () => {
    const results = await Promise.all([
      generate(await openSession()),
      generate(await openSession(), { tokens: prompt.slice(0, 50) }),
      generate(await openSession()),
    ])
    expect([...results[0].tokens]).toEqual(expected.greedy)
    expect([...results[2].tokens]).toEqual(expected.greedy)
  })

  test('a fork goes on as its origin does', async () => {
    const session = await openSession()
    await generate(session, { maximumTokens: 8 })
    const fork = await session.fork()
    sessions.push(fork)
    expect(fork.tokenCount).toBe(96 + 8)
    const rest = { tokens: new Uint32Array(), maximumTokens: 24 }
    const [here, there] = [await generate(session, rest), await generate(fork, rest)]
    expect([...here.tokens]).toEqual(expected.greedy.slice(8))
    expect([...there.tokens]).toEqual(expected.greedy.slice(8))
  })

  test('a snapshot goes on in another process, word for word, and nothing is read again', async () => {
    const session = await openSession()
    await generate(session)
    const bytes = await session.snapshot()
    const file = join(folder, 'snapshot')
    writeFileSync(file, bytes)
    const here = await generate(session, { tokens: new Uint32Array(), maximumTokens: 256 })
    const program = join(projectRoot, 'electron/engine/testing/addon-program.mjs')
    const words = [program, realAddon, 'restore', modelFile, file]
    const { stdout } = await promisify(execFile)(process.execPath, words)
    expect(JSON.parse(stdout)).toEqual({
      text: here.text,
      tokens: [...here.tokens],
      resumedTokens: 96 + 32,
      promptTokensProcessed: 0,
    })
    expect(here.tokens.length).toBeGreaterThan(16)
  })

  test('a damaged snapshot and one of another model are told apart, and change nothing', async () => {
    const session = await openSession()
    await generate(session, { maximumTokens: 4 })
    const bytes = await session.snapshot()
    const damaged = bytes.slice()
    const middle = damaged.length >> 1
    damaged[middle] = (damaged[middle] ?? 0) ^ 1
    await expect(session.restore(damaged)).rejects.toMatchObject({ code: 'snapshot_damaged' })
    await expect(session.restore(bytes.slice(0, 100))).rejects.toMatchObject({ code: 'snapshot_damaged' })
    const other = await engine.load(fixture('rwkv7-l3-c128-q8_0.gguf'), loadPlainly)
    try {
      await expect((await openSession(other)).restore(bytes)).rejects.toMatchObject({
        code: 'snapshot_mismatch',
      })
    } finally {
      await other.close()
    }
    const rest = await generate(session, { tokens: new Uint32Array(), maximumTokens: 28 })
    expect([...rest.tokens]).toEqual(expected.greedy.slice(4))
  })

  test('a signal ends a long prompt within a step, and the state stands behind what was read', async () => {
    const session = await openSession()
    const abort = new AbortController()
    const tokens = new Uint32Array(200_000).map((_, i) => prompt[i % 96] ?? 1)
    let abortedAt = 0
    const result = await generate(session, {
      tokens,
      signal: abort.signal,
      onPrefill: () => {
        abortedAt ||= performance.now()
        abort.abort()
      },
    })
    expect(performance.now() - abortedAt).toBeLessThan(2000)
    expect(result.reason).toBe('cancelled')
    expect(result.promptTokensProcessed).toBeGreaterThan(0)
    expect(result.promptTokensProcessed).toBeLessThan(200_000)
    expect(session.tokenCount).toBe(result.promptTokensProcessed)
  })

  test('a signal ends an answer, and the session goes on from there', async () => {
    const session = await openSession()
    const abort = new AbortController()
    const stopped = await generate(session, {
      maximumTokens: 100_000,
      sampling: { ...greedy, temperature: 2, topP: 1 },
      signal: abort.signal,
      onText: () => abort.abort(),
    })
    expect(['cancelled', 'end_token']).toContain(stopped.reason)
    expect(session.tokenCount).toBe(96 + stopped.tokens.length)
  })

  test('closing a model while its sessions generate', async () => {
    const second = await engine.load(modelFile, loadPlainly)
    const running = await Promise.all([second.openSession(), second.openSession()])
    const results = running.map((session) =>
      generate(session, { tokens: new Uint32Array(100_000).fill(5), maximumTokens: 100 }),
    )
    await second.close()
    for (const result of await Promise.all(results)) expect(result.reason).toBe('cancelled')
    await expect(generate(running[0])).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('loading', () => {
  test('two models at once keep to themselves', async () => {
    const other = await engine.load(fixture('rwkv7-l3-c128-q8_0.gguf'), loadPlainly)
    const reference = JSON.parse(
      readFileSync(`${fixture('rwkv7-l3-c128-q8_0.gguf')}.expected.json`, 'utf8'),
    ) as typeof expected
    const [here, there] = await Promise.all([
      generate(await openSession()),
      generate(await openSession(other), { tokens: Uint32Array.from(reference.tokens) }),
    ])
    expect([...here.tokens]).toEqual(expected.greedy)
    expect([...there.tokens]).toEqual(reference.greedy)
    await other.close()
  })

  test('progress ends with 1', async () => {
    const seen: number[] = []
    const loaded = await engine.load(modelFile, {
      ...loadPlainly,
      onProgress: (fraction) => seen.push(fraction),
    })
    await loaded.close()
    expect(seen.at(-1)).toBe(1)
  })

  test('a model without its vocabulary says which one it needs', async () => {
    await expect(engine.load(fixture('rwkv7-l3-c128-bf16.pth'), loadPlainly)).rejects.toMatchObject({
      code: 'vocabulary_missing',
    })
  })
})

/** A zip archive with one stored entry. */
function zip(name: string, content: Buffer): Buffer {
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32LE(crc32(content), 0)
  sizes.writeUInt32LE(content.length, 4)
  sizes.writeUInt32LE(content.length, 8)
  const nameBytes = Buffer.from(name)
  const local = Buffer.alloc(14)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(20, 4)
  const lengths = Buffer.alloc(4)
  lengths.writeUInt16LE(nameBytes.length, 0)
  const file = Buffer.concat([local, sizes, lengths, nameBytes, content])
  const central = Buffer.alloc(16)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(20, 4)
  central.writeUInt16LE(20, 6)
  const rest = Buffer.alloc(18)
  rest.writeUInt16LE(nameBytes.length, 0)
  const directory = Buffer.concat([central, sizes, rest, nameBytes])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(file.length, 16)
  return Buffer.concat([file, directory, end])
}

describe('files that are no models', () => {
  const whole = readFileSync(modelFile)
  const cases: [string, Buffer, string[]][] = [
    ['an empty file', Buffer.alloc(0), ['not_a_model', 'model_truncated']],
    ['a text', Buffer.from('A letter to a friend.\n'.repeat(100)), ['not_a_model']],
    ['a web page', Buffer.from('<!doctype html><html><body>404</body></html>'), ['not_a_model']],
    ['a model cut in half', whole.subarray(0, whole.length >> 1), ['model_truncated']],
    ['a model cut by one byte', whole.subarray(0, whole.length - 1), ['model_truncated']],
    [
      'a pickle that asks to run a command',
      zip('archive/data.pkl', Buffer.from("\x80\x02cposix\nsystem\n(S'touch pwned'\ntR.", 'latin1')),
      ['model_unsafe'],
    ],
  ]
  test.each(cases)('%s is refused in words', async (name, content, codes) => {
    const path = join(folder, name.replaceAll(' ', '-'))
    writeFileSync(path, content)
    const error = await engine.load(path, loadPlainly).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'RoostError' })
    const { code, detail } = error as { code: string; detail: { reason: string } }
    expect(codes).toContain(code)
    expect(detail.reason.length).toBeGreaterThan(10)
  })

  test('a folder and a missing file are told apart from models', async () => {
    const path = join(folder, 'a folder')
    mkdirSync(path)
    await expect(engine.load(path, loadPlainly)).rejects.toMatchObject({ name: 'RoostError' })
    await expect(engine.load(join(folder, 'missing'), loadPlainly)).rejects.toMatchObject({
      code: 'file_missing',
    })
  })
})
