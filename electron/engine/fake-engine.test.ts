import { describe, expect, test } from 'vitest'
import { FakeEngine } from './fake-engine.ts'
import type { EngineSession, GenerateOptions, LoadedModel } from './engine.ts'

const sampling: GenerateOptions['sampling'] = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  penaltyDecay: 0.996,
  seed: null,
  maximumTokens: 200,
}

async function opened(
  engine = new FakeEngine(),
): Promise<{ engine: FakeEngine; model: LoadedModel; session: EngineSession }> {
  const model = await engine.load('/m.gguf', { threads: null, vocabularyFolders: [] })
  return { engine, model, session: await model.openSession() }
}

async function say(
  model: LoadedModel,
  session: EngineSession,
  text: string,
  more: Partial<GenerateOptions> = {},
) {
  return session.generate({
    tokens: await model.tokenize(text),
    maximumTokens: 200,
    sampling,
    stop: ['\n\nUser:'],
    ...more,
  })
}

describe('the fake engine', () => {
  test('answers, never shows its stop text, and leaves the token that joins answer and stop text as tail', async () => {
    const { model, session } = await opened()
    const pieces: string[] = []
    const result = await say(model, session, 'User: hi\n\nAssistant:', { onText: (t) => pieces.push(t) })
    expect(result).toMatchObject({
      reason: 'stop_text',
      text: ' You said: hi.',
      tail: '\n\n',
      resumedTokens: 0,
    })
    expect(pieces.join('')).toBe(result.text)
    // 20 bytes of prompt; the answer's 13 bytes before the full stop, and the joined token.
    expect(result.promptTokensProcessed).toBe(20)
    expect(session.tokenCount).toBe(20 + 13 + 1)
    expect(await model.detokenize(result.tokens)).toBe(' You said: hi.\n\n')
  })

  test('a restored snapshot goes on as the original would, and reads nothing again', async () => {
    const { model, session } = await opened()
    await say(model, session, 'User: first\n\nAssistant:')
    const snapshot = await session.snapshot()
    const other = await model.openSession()
    await other.restore(snapshot)
    const here = await say(model, session, 'User: second\n\nAssistant:')
    const there = await say(model, other, 'User: second\n\nAssistant:')
    expect(there.text).toBe(here.text)
    expect(there.resumedTokens).toBe(here.resumedTokens)
    expect(there.promptTokensProcessed).toBe('User: second\n\nAssistant:'.length)
  })

  test('an answer that was stopped goes on where it stood', async () => {
    const { model, session } = await opened()
    const first = await say(model, session, 'User: hello\n\nAssistant:', { maximumTokens: 6 })
    expect(first).toMatchObject({ reason: 'max_tokens', text: ' You s' })
    const rest = await session.generate({
      tokens: new Uint32Array(),
      maximumTokens: 200,
      sampling,
      stop: ['\n\nUser:'],
    })
    expect(first.text + rest.text).toBe(' You said: hello.')
  })

  test('abort during the prefill leaves the state behind what was read', async () => {
    const { engine, model, session } = await opened()
    const abort = new AbortController()
    engine.script.beforePrefillStep = (done) => {
      if (done >= 32) abort.abort()
    }
    const result = await say(model, session, `User: ${'x'.repeat(100)}\n\nAssistant:`, {
      signal: abort.signal,
    })
    expect(result).toMatchObject({ reason: 'cancelled', text: '', promptTokensProcessed: 32 })
    expect(session.tokenCount).toBe(32)
  })

  test('misuse and scripted faults have the codes of the real engine', async () => {
    const { engine, model, session } = await opened(new FakeEngine({ models: { '/m.gguf': {} } }))
    await expect(engine.load('/x', { threads: null, vocabularyFolders: [] })).rejects.toMatchObject({
      code: 'file_missing',
    })
    engine.failNext('snapshot', 'out_of_memory')
    await expect(session.snapshot()).rejects.toMatchObject({ code: 'out_of_memory' })
    const bytes = await session.snapshot()
    bytes[20] = (bytes[20] ?? 0) ^ 1
    await expect(session.restore(bytes)).rejects.toMatchObject({ code: 'snapshot_damaged' })
    const running = session.generate({
      tokens: Uint32Array.of(66),
      maximumTokens: 5,
      sampling,
      stop: [],
    })
    await expect(session.snapshot()).rejects.toMatchObject({ code: 'busy' })
    await running
    await model.close()
    await expect(session.snapshot()).rejects.toMatchObject({ code: 'closed' })
    expect([engine.openModels, engine.openSessions]).toEqual([0, 0])
  })

  test('says what may come next, and how likely a text was, as the script goes', async () => {
    const { model, session } = await opened()
    await expect(session.distribution(1)).rejects.toMatchObject({ code: 'tokens_invalid' })
    const question = await model.tokenize('User: hi\n\nAssistant:')
    await session.generate({ tokens: question, maximumTokens: 0, sampling, stop: [] })
    const [next, other] = await session.distribution(2)
    expect(new TextDecoder().decode(next?.bytes)).toBe(' ') // " You said: hi."
    expect(next?.probability).toBe(0.9)
    expect(other?.probability).toBeLessThan(0.001)

    const fork = await session.fork()
    const expected = await session.score(await model.tokenize(' You'), { alternatives: 1 })
    expect(expected.sum).toBeCloseTo(4 * Math.log(0.9), 5)
    expect(expected.alternatives.map(([first]) => new TextDecoder().decode(first?.bytes)).join('')).toBe(
      ' You',
    )
    const surprising = await fork.score(await model.tokenize('xxxx'))
    expect(surprising.sum).toBeLessThan(expected.sum)
    expect(session.tokenCount).toBe(question.length + 4)
  })

  test('states that stand on different tuned ones are told apart', async () => {
    const engine = new FakeEngine({ tunedStates: ['/calm.pth', '/wild.pth'] })
    const { model } = await opened(engine)
    await expect(model.inspectTunedState('/other.pth')).rejects.toMatchObject({ code: 'snapshot_mismatch' })
    const calm = await model.openSession({ tunedState: '/calm.pth' })
    expect(calm.tunedState).toBe((await model.inspectTunedState('/calm.pth')).fingerprint)
    const bytes = await calm.snapshot()
    const wild = await model.openSession({ tunedState: '/wild.pth' })
    await expect(wild.restore(bytes)).rejects.toMatchObject({ code: 'snapshot_mismatch' })
    await wild.restoreTunedState('/calm.pth')
    await wild.restore(bytes)
    await wild.restoreTunedState(null)
    expect(wild.tunedState).toBeNull()
  })
})
