// Memory on the native engine with the model that ships: what is promised of states is true of real ones. Greedy, so that
// the words say whether two states are the same.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shippedResources, TestApplication } from '../../../tests/application/test-application.ts'
import { endlessModel } from '../../../tests/e2e/endless-model.ts'
import { fixture } from '../../../tests/e2e/roost.ts'
import type { Sampling } from '../../contract/entities.ts'
import { AddonEngine } from '../../engine/addon-engine.ts'
import { realAddon } from '../../engine/testing/addons.ts'

const native = new AddonEngine({ addonPath: realAddon })
const model = join(shippedResources, 'starter', 'starter.gguf')
const greedy = { temperature: 0, presencePenalty: 0, frequencyPenalty: 0, maximumTokens: 64 }

let app: TestApplication

async function open(): Promise<TestApplication> {
  const opened = await TestApplication.open({ native, model })
  await opened.call('settings.set', { sampling: greedy })
  return opened
}

beforeEach(async () => {
  app = await open()
})

afterEach(async () => {
  await app.destroy()
})

describe('on the native engine', { timeout: 120_000 }, () => {
  it('S4: answers that are written in one batch are those that are written alone', async () => {
    const alone = await app.ask(randomUUID(), null, 'What is a snapshot?')
    const conversation = randomUUID()
    const slots = Array.from({ length: 4 }, () => ({ answer: randomUUID(), sampling: {} }))
    const question = randomUUID()
    await app.call('chat.answers', {
      conversation,
      parent: null,
      question,
      text: 'What is a snapshot?',
      slots,
    })
    const answers = await Promise.all(slots.map(({ answer }) => app.settled(conversation, answer)))
    expect(answers.map(({ text }) => text)).toEqual(Array(4).fill(alone.text))
    const read = answers.map(({ figures }) => figures?.promptTokens ?? 0)
    expect(read.filter((tokens) => tokens > 0)).toEqual([alone.figures?.promptTokens])
  })

  it('M28: a fixed seed gives identical text twice, another seed other text', async () => {
    const drawn = async (seed: number): Promise<{ text: string; seed: number | undefined }> => {
      await app.call('settings.set', { sampling: { temperature: 1.5, topP: 1, maximumTokens: 48, seed } })
      const { text, figures } = await app.ask(randomUUID(), null, 'Tell me about Roost.')
      return { text, seed: figures?.seed }
    }
    const first = await drawn(20_261)
    expect(first.seed).toBe(20_261)
    expect(await drawn(20_261)).toEqual(first)
    expect((await drawn(20_262)).text).not.toBe(first.text)
  })

  it('X3: a file carries the chat to another Roost, which says the same next 64 tokens', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'What is Roost?')
    const given = await app.call('portable.export', { conversation })
    const bytes = readFileSync((await app.application.files.find(given?.download ?? '')).path)
    const there = await open()
    try {
      const { file } = await there.application.files.receive(Readable.from([bytes]), 'chat.roost')
      expect(await there.call('portable.inspect', { file })).toMatchObject({ fits: 'yes', states: 1 })
      const made = await there.call('portable.import', { file })
      const leaf = (await there.conversation(made.id)).activeLeaf
      const next = await there.ask(made.id, leaf, 'What is a snapshot?')
      const wanted = await app.ask(conversation, first.id, 'What is a snapshot?')
      expect(next.text).toBe(wanted.text)
      expect(next.figures).toMatchObject({ rereadTokens: 0, resumedTokens: wanted.figures?.resumedTokens })
    } finally {
      await there.destroy()
    }
  })

  it('X7: after forgetting a turn the chat goes on as one that never held it', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'What is Roost?')
    const gone = await app.ask(conversation, first.id, 'Mara lives in Lowen. Where does Mara live?')
    await app.call('memory.forget', { conversation, message: gone.id })
    const next = await app.ask(conversation, first.id, 'What is a snapshot?')
    const plain = randomUUID()
    const same = await app.ask(plain, null, 'What is Roost?')
    const wanted = await app.ask(plain, same.id, 'What is a snapshot?')
    expect(next.text).toBe(wanted.text)
    expect(next.figures?.resumedTokens).toBe(wanted.figures?.resumedTokens)
  })

  it('X1: going back makes the point live, and what is said there is what was said', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'What is Roost?')
    const second = await app.ask(conversation, first.id, 'What is a snapshot?')
    await app.ask(conversation, second.id, 'Where are my conversations kept?')
    await app.storage.write.dropSnapshot(second.id)
    await app.storage.write.dropSnapshot(first.id)
    await app.call('models.unload', {})
    await app.call('models.load', { model: (await app.call('models.list', {}))[0]?.id ?? '' })
    await app.until(async () => (await app.call('engine.state', {})).phase === 'ready')
    const went = await app.call('memory.goTo', { conversation, message: first.id })
    expect(went.resumedTokens + went.rereadTokens).toBeGreaterThan(0)
    const again = await app.ask(conversation, first.id, 'What is a snapshot?')
    expect(again.text).toBe(second.text)
    expect(again.figures).toMatchObject({ rereadTokens: 0 })
  })

  it('tokens of a greedy answer are each the likeliest of their place', async () => {
    const conversation = randomUUID()
    const answer = await app.ask(conversation, null, 'What is a snapshot?')
    const tokens = await app.call('chat.tokens', { conversation, message: answer.id })
    expect(tokens).toHaveLength(answer.figures?.answerTokens ?? -1)
    for (const { text, probability, alternatives } of tokens) {
      expect(alternatives[0]?.text).toBe(text)
      expect(probability).toBeCloseTo(alternatives[0]?.probability ?? -1, 3)
    }
  })

  it('M2: 256 greedy tokens behind a restored snapshot are those of the run that went on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'roost-exact-'))
    const file = join(folder, 'endless.gguf')
    writeFileSync(file, endlessModel(fixture('rwkv7-l3-c128-f16.gguf')))
    const loaded = await native.load(file, { threads: null, vocabularyFolders: [] })
    try {
      const tokens = await loaded.tokenize('User: What is kept of a conversation?\n\nAssistant:')
      const sampling: Sampling = {
        ...{ temperature: 0, topP: 1, topK: 0, minP: 0, seed: 1, maximumTokens: 256 },
        ...{ presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 0.996 },
      }
      const run = { maximumTokens: 256, sampling, stop: [] }
      const session = await loaded.openSession()
      await session.generate({ ...run, tokens, maximumTokens: 0 })
      const snapshot = await session.snapshot()
      const went = await session.generate({ ...run, tokens: new Uint32Array() })
      const other = await loaded.openSession()
      await other.restore(snapshot)
      const resumed = await other.generate({ ...run, tokens: new Uint32Array() })
      expect(went.tokens).toHaveLength(256)
      expect(resumed.tokens).toEqual(went.tokens)
      expect(await other.snapshot()).toEqual(await session.snapshot())
    } finally {
      await loaded.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
