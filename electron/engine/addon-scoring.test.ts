// What the model itself says about tokens, tuned initial states, and several answers at once: through the addon, on a model
// of tests/fixtures. That the numbers are right is shown by the native tests; here it is shown that they arrive.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AddonEngine } from './addon-engine.ts'
import type { EngineSession, LoadedModel } from './engine.ts'
import { fixture, greedy, loadPlainly, realAddon } from './testing/addons.ts'
import { writeTunedState } from './testing/tuned-state-file.ts'

const modelFile = fixture('rwkv7-l3-c128-f16.gguf')
const expected = JSON.parse(readFileSync(`${modelFile}.expected.json`, 'utf8')) as {
  tokens: number[]
  argmax: number[]
  greedy: number[]
}
const prompt = Uint32Array.from(expected.tokens)

const folder = mkdtempSync(join(tmpdir(), 'roost-scoring-'))
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

/** Behind exactly these tokens. */
async function behind(tokens: Uint32Array): Promise<EngineSession> {
  const session = await model.openSession()
  await session.generate({ tokens, maximumTokens: 0, sampling: greedy, stop: [] })
  return session
}

describe('what may come next', () => {
  test('is told for every place of a text: the likeliest token is the published one', async () => {
    const session = await behind(prompt.subarray(0, 1))
    const scored = await session.score(prompt.subarray(1), { alternatives: 2 })
    expect(scored.logprobs.length).toBe(95)
    expect(scored.alternatives.map(([first]) => first?.id)).toEqual(expected.argmax.slice(0, 95))
    for (const [index, [first, second]] of scored.alternatives.entries()) {
      const own = Math.exp(scored.logprobs[index] ?? NaN)
      expect(first?.probability ?? NaN).toBeGreaterThanOrEqual(second?.probability ?? NaN)
      expect(own).toBeLessThanOrEqual((first?.probability ?? NaN) + 1e-6)
    }
    expect(scored.sum).toBeCloseTo(
      [...scored.logprobs].reduce((a, b) => a + b, 0),
      5,
    )
    expect(session.tokenCount).toBe(96)

    const next = await session.distribution(400)
    expect(next[0]?.id).toBe(expected.greedy[0])
    expect(next.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4)
    const bytes = next[0]?.bytes ?? new Uint8Array()
    expect(new TextDecoder().decode(bytes)).toBe(await model.detokenize(Uint32Array.of(next[0]?.id ?? 0)))
    expect(session.tokenCount).toBe(96)
    await session.close()
  })

  test('cannot be asked for where nothing was read, or too much of it', async () => {
    const session = await model.openSession()
    await expect(session.distribution(1)).rejects.toMatchObject({ code: 'tokens_invalid' })
    await expect(session.score(prompt)).rejects.toMatchObject({ code: 'tokens_invalid' })
    await session.generate({ tokens: prompt, maximumTokens: 0, sampling: greedy, stop: [] })
    await expect(session.score(new Uint32Array())).rejects.toMatchObject({ code: 'tokens_invalid' })
    await expect(session.distribution(0)).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(session.score(prompt, { alternatives: 33 })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
    await session.close()
  })

  test('ends with a signal', async () => {
    const session = await behind(prompt.subarray(0, 1))
    const long = new Uint32Array(20_000).fill(5)
    const scoring = session.score(long, { signal: AbortSignal.timeout(30) })
    await expect(scoring).rejects.toMatchObject({ code: 'cancelled' })
    expect(session.tokenCount).toBeLessThan(20_001)
    await session.close()
  })
})

test('forks score and write at once, each as if it were alone', async () => {
  const question = await behind(prompt)
  const forks: EngineSession[] = []
  for (let count = 0; count < 8; count++) forks.push(await question.fork())
  const written = forks.map((fork, index) =>
    fork.generate({
      tokens: new Uint32Array(),
      maximumTokens: 24,
      stop: [],
      sampling: { ...greedy, temperature: 1, seed: index + 1 },
    }),
  )
  const together = await Promise.all(written)
  for (const [index, { tokens }] of together.entries()) {
    const alone = await question.fork()
    const sampling = { ...greedy, temperature: 1, seed: index + 1 }
    const again = await alone.generate({ tokens: new Uint32Array(), maximumTokens: 24, stop: [], sampling })
    expect(tokens).toEqual(again.tokens)
    await alone.close()
  }
  expect(question.tokenCount).toBe(96)
  await Promise.all([question, ...forks].map((session) => session.close()))
})

test('marks of the vocabulary are never read out of a text', async () => {
  const text = '<s>[PAD399]</s>'
  const ids = await model.tokenize(text)
  expect([...ids]).not.toContain(0)
  expect(await model.detokenize(ids)).toBe(text)
})

describe('a tuned initial state', () => {
  const fitting = join(folder, 'calm.safetensors')
  const other = join(folder, 'excited.safetensors')
  const foreign = join(folder, 'foreign.safetensors')
  beforeAll(() => {
    writeTunedState(fitting, { layers: 3, heads: 2, headSize: 64, value: (index) => 20 * Math.sin(index) })
    writeTunedState(other, { layers: 3, heads: 2, headSize: 64, value: (index) => Math.cos(index) })
    writeTunedState(foreign, { layers: 12, heads: 12, headSize: 64, value: () => 0 })
  })

  test('is described, and refused where it does not fit, with both sides named', async () => {
    expect(await model.inspectTunedState(fitting)).toMatchObject({
      title: 'calm',
      layers: 3,
      heads: 2,
      headSize: 64,
      fileBytes: readFileSync(fitting).length,
    })
    const refusal = {
      code: 'snapshot_mismatch',
      message: expect.stringMatching(/12 layers.*3 layers/) as string,
    }
    await expect(model.inspectTunedState(foreign)).rejects.toMatchObject(refusal)
    await expect(model.openSession({ tunedState: foreign })).rejects.toMatchObject(refusal)
    await expect(model.inspectTunedState(modelFile)).rejects.toMatchObject({ code: 'not_a_model' })
    await expect(model.inspectTunedState(join(folder, 'gone.pth'))).rejects.toMatchObject({
      code: 'file_missing',
    })
    await expect(model.inspectTunedState('')).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  test('changes what is said, and is part of what a snapshot is', async () => {
    const question = prompt.subarray(0, 3)
    const answer = (session: EngineSession) =>
      session.generate({ tokens: question, maximumTokens: 8, sampling: greedy, stop: [] })
    const untouched = await model.openSession()
    const { tokens: untuned } = await answer(untouched)
    await untouched.close()
    const session = await model.openSession({ tunedState: fitting })
    expect(session.tunedState).toBe((await model.inspectTunedState(fitting)).fingerprint)
    expect(session.tokenCount).toBe(0)
    const tuned = await answer(session)
    expect(tuned.tokens).not.toEqual(untuned)
    const snapshot = await session.snapshot()

    const plain = await model.openSession()
    expect(plain.tunedState).toBeNull()
    await expect(plain.restore(snapshot)).rejects.toMatchObject({ code: 'snapshot_mismatch' })
    await plain.restoreTunedState(other)
    await expect(plain.restore(snapshot)).rejects.toMatchObject({ code: 'snapshot_mismatch' })
    await plain.restoreTunedState(fitting)
    await plain.restore(snapshot)
    expect(plain.tokenCount).toBe(session.tokenCount)
    expect((await plain.distribution(3))[0]).toEqual((await session.distribution(3))[0])

    await plain.restoreTunedState(null)
    expect(plain.tokenCount).toBe(0)
    expect((await answer(plain)).tokens).toEqual(untuned)
    const fork = await session.fork()
    expect(fork.tunedState).toBe(session.tunedState)
    await Promise.all([session, plain, fork].map((one) => one.close()))
  })

  test('that is damaged is refused, and the session stays where it was', async () => {
    const session = await behind(prompt)
    const cut = join(folder, 'cut.safetensors')
    writeFileSync(cut, readFileSync(fitting).subarray(0, 5000))
    await expect(session.restoreTunedState(cut)).rejects.toMatchObject({ code: 'model_truncated' })
    expect(session.tokenCount).toBe(96)
    expect((await session.distribution(1))[0]?.id).toBe(expected.greedy[0])
    await session.close()
  })
})
