// Turns through the handlers, on the fake engine and a real database. The fake's tokens are bytes, one more each, so every
// count below can be worked out by hand: "User: hi\n\nAssistant:" is 20 tokens.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flipSnapshotBit } from '../../../tests/application/flip-snapshot-bit.ts'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'

let app: TestApplication

beforeEach(async () => {
  app = await TestApplication.open()
})

afterEach(async () => {
  await app.destroy()
})

/** What the model was fed, call by call. */
function fed(): string[] {
  return app.engine.calls.filter(({ operation }) => operation === 'generate').map(({ text }) => text)
}

describe('a first turn', () => {
  it('is told step by step and stored whole', async () => {
    const conversation = randomUUID()
    const answer = await app.ask(conversation, null, 'hi')
    expect(answer).toMatchObject({ text: 'You said: hi.', state: 'complete', resumable: true })
    expect(fed()).toEqual(['User: hi\n\nAssistant:'])
    expect(answer.figures).toMatchObject({
      resumedTokens: 0,
      rereadTokens: 0,
      promptTokens: 20,
      finish: 'stop_text',
    })
    const deltas = app.of('answer.delta')
    expect(deltas.map(({ sequence }) => sequence)).toEqual(deltas.map((_, index) => index))
    expect(deltas.map(({ text }) => text).join('')).toBe('You said: hi.')
    expect(app.of('message.committed').map(({ message }) => [message.role, message.state])).toEqual([
      ['user', 'complete'],
      ['assistant', 'generating'],
      ['assistant', 'complete'],
    ])
    expect((await app.conversation(conversation)).title).toBe('hi')
  })

  it('carries the system prompt, and a later change of it has everything read again', async () => {
    const conversation = randomUUID()
    await app.call('conversations.create', { conversation })
    await app.call('conversations.setSystemPrompt', { conversation, systemPrompt: 'Be brief.' })
    const first = await app.ask(conversation, null, 'hi')
    expect(fed()).toEqual(['System: Be brief.\n\nUser: hi\n\nAssistant:'])
    await app.call('conversations.setSystemPrompt', { conversation, systemPrompt: 'Be long.' })
    const second = await app.ask(conversation, first.id, 'ho')
    expect(fed()[1]).toBe(
      'System: Be long.\n\nUser: hi\n\nAssistant: You said: hi.\n\nUser: ho\n\nAssistant:',
    )
    expect(second.figures).toMatchObject({ resumedTokens: 0, promptTokens: 20 })
  })

  it('with nothing to say, or nobody to say it to, is refused and stores nothing', async () => {
    const conversation = randomUUID()
    await expect(app.send(conversation, null, ' \n ')).rejects.toMatchObject({ code: 'message_empty' })
    await app.call('models.unload', {})
    await expect(app.send(conversation, null, 'hi')).rejects.toMatchObject({ code: 'no_model' })
    expect(await app.call('conversations.list', {})).toEqual([])
  })
})

describe('a later turn', () => {
  it('M1: feeds the new turn only, from memory and after a restart', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const second = await app.ask(conversation, first.id, 'ho')
    // The answer's last token is ".\n\n": the separator is not fed a second time.
    expect(fed()[1]).toBe('User: ho\n\nAssistant:')
    expect(second.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
    app = await app.restart()
    const third = await app.ask(conversation, second.id, 'ha')
    expect(fed()[2]).toBe('User: ha\n\nAssistant:')
    expect(third.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
    expect(third.figures?.resumedTokens).toBe(
      (second.figures?.resumedTokens ?? 0) + 20 + (second.figures?.answerTokens ?? 0),
    )
    expect(app.engine.calls.filter(({ operation }) => operation === 'restore')).toHaveLength(1)
  })

  it('reads the stored tokens again when no state is left, and ends as it would have', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    await app.call('models.unload', {})
    await app.storage.write.dropSnapshot(first.id)
    app = await app.restart()
    const second = await app.ask(conversation, first.id, 'ho')
    expect(fed()[1]).toBe('User: hi\n\nAssistant: You said: hi.\n\nUser: ho\n\nAssistant:')
    const firstTokens = 20 + (first.figures?.answerTokens ?? 0)
    expect(second.figures).toMatchObject({ resumedTokens: 0, rereadTokens: firstTokens, promptTokens: 20 })
    expect(app.of('answer.progress').some(({ rebuilding }) => rebuilding)).toBe(true)
    expect(app.engine.calls.filter(({ operation }) => operation === 'tokenize')).toHaveLength(2)
  })

  it('is read in the words of another model when the model changed', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const other = await app.call('models.addFile', { file: await anotherFile() })
    await app.call('models.load', { model: other.id })
    await app.until(() => {
      const state = app.of('engine.changed').at(-1)?.state
      return state?.phase === 'ready' && state.model.id === other.id
    })
    const second = await app.ask(conversation, first.id, 'ho')
    expect(second.figures?.resumedTokens).toBe(0)
    expect(second.text).toBe('You said: ho.')
  })
})

/** A handle of a model file beside this one. */
async function anotherFile(): Promise<string> {
  mkdirSync(join(app.root, 'models'), { recursive: true })
  writeFileSync(join(app.root, 'models', 'other.gguf'), 'other')
  // Walk up from the home folder to the root, then down to the file.
  let listing = await app.call('files.browse', { folder: null })
  while (listing.parent !== null) listing = await app.call('files.browse', { folder: listing.parent })
  for (const part of join(app.root, 'models', 'other.gguf')
    .split(/[\\/]/)
    .filter((name) => name !== '' && !name.endsWith(':'))) {
    const entry = listing.entries.find(({ name }) => name === part)
    if (entry === undefined) throw new Error(`no entry ${part}`)
    if (entry.kind === 'file') return entry.handle
    listing = await app.call('files.browse', { folder: entry.handle })
  }
  throw new Error('not found')
}

describe('branches', () => {
  it('regenerate answers again from the state before the question', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const second = await app.ask(conversation, first.id, 'ho')
    const again = randomUUID()
    await app.call('chat.regenerate', { conversation, message: second.id, answer: again })
    const third = await app.settled(conversation, again)
    expect(third.parent).toBe(second.parent)
    expect(third.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
    expect((await app.conversation(conversation)).activeLeaf).toBe(again)
    const shown = await app.call('conversations.selectBranch', { conversation, message: second.id })
    expect(shown.activeLeaf).toBe(second.id)
  })

  it('an edited question is a sibling and resumes the same state', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    await app.ask(conversation, first.id, 'ho')
    const edited = await app.ask(conversation, first.id, 'hu')
    expect(edited.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
    expect(
      (await app.conversation(conversation)).messages.filter(({ parent }) => parent === first.id),
    ).toHaveLength(2)
  })

  it('deleting a question takes everything below it', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const second = await app.ask(conversation, first.id, 'ho')
    await app.ask(conversation, second.id, 'ha')
    const { conversation: left } = await app.call('messages.delete', {
      conversation,
      message: second.parent ?? '',
    })
    expect(left.messages).toHaveLength(2)
    expect(left.activeLeaf).toBe(first.id)
  })
})

describe('undo of a deleted message', () => {
  it('S10: within half a minute, also after a restart, rows and states are back: the next turn reads nothing again', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const second = await app.ask(conversation, first.id, 'ho')
    const question = second.parent ?? ''
    const before = await app.conversation(conversation)
    const deletion = await app.call('messages.delete', { conversation, message: question })
    expect(deletion).toMatchObject({ messages: 2, remainingMs: 30_000 })
    app = await app.restart()
    const [undoable] = await app.call('messages.undoable', {})
    expect(undoable).toMatchObject({ conversation, message: question, messages: 2 })
    const back = await app.call('messages.restore', { conversation, message: question })
    expect(back.messages).toEqual(before.messages)
    expect(back.activeLeaf).toBe(second.id)
    expect(app.of('messages.restored')).toEqual([{ conversation }])
    expect(await app.call('messages.undoable', {})).toEqual([])
    const next = await app.ask(conversation, second.id, 'ha')
    expect(next.figures).toMatchObject({ rereadTokens: 0 })
    expect(next.figures?.resumedTokens).toBeGreaterThan(0)
  })

  it('an answer that was being written comes back with the words it had', async () => {
    app.engine.script.tokenMs = 5
    const conversation = randomUUID()
    const { question, answer } = await app.send(conversation, null, 'a rather long question')
    await app.until(() => app.of('answer.delta').length > 4)
    await app.call('messages.delete', { conversation, message: question })
    const back = await app.call('messages.restore', { conversation, message: question })
    const row = back.messages.find(({ id }) => id === answer)
    expect(row?.state).toBe('stopped')
    expect(row?.text.length).toBeGreaterThan(3)
  })

  it('is refused when its time is over, with a name for it', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const question = first.parent ?? ''
    await app.storage.write.deleteMessages(conversation, question, Date.now() - 40_000)
    expect(await app.call('messages.undoable', {})).toEqual([])
    app = await app.restart()
    await app.until(async () => (await app.storage.read.deletedBranches()).length === 0)
    await expect(app.call('messages.restore', { conversation, message: question })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await app.storage.read.snapshotUsage()).count).toBe(0)
  })
})

describe('while an answer is written', () => {
  it('stop keeps what was said, and continue goes on from exactly there', async () => {
    app.engine.script.tokenMs = 5
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'a rather long question')
    await app.until(() => app.of('answer.delta').length > 8)
    await app.call('chat.stop', { answer })
    const stopped = await app.settled(conversation, answer)
    expect(stopped.state).toBe('stopped')
    expect('You said: a rather long question.'.startsWith(stopped.text)).toBe(true)
    expect(stopped.text.length).toBeGreaterThan(5)
    app.engine.script.tokenMs = 0
    app = await app.restart()
    await app.call('chat.continue', { conversation, message: answer })
    const whole = await app.settled(conversation, answer)
    expect(whole).toMatchObject({ text: 'You said: a rather long question.', state: 'complete' })
    expect(whole.figures).toMatchObject({ rereadTokens: 0, promptTokens: 0 })
    const next = await app.ask(conversation, answer, 'ho')
    expect(next.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
  })

  it('a second question to the same conversation waits its turn, another conversation does not', async () => {
    app.engine.script.tokenMs = 3
    const one = randomUUID()
    const two = randomUUID()
    const first = await app.send(one, null, 'the first question')
    await expect(app.send(one, null, 'at once')).rejects.toMatchObject({ code: 'answer_running' })
    const second = await app.send(two, null, 'the second question')
    await app.until(() => new Set(app.of('answer.delta').map((delta) => delta.answer)).size === 2)
    const both = await Promise.all([app.settled(one, first.answer), app.settled(two, second.answer)])
    expect(both.map(({ text }) => text)).toEqual([
      'You said: the first question.',
      'You said: the second question.',
    ])
  })

  it('whoever opens the conversation gets all of its text', async () => {
    app.engine.script.tokenMs = 3
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'hi there')
    await app.until(() => app.of('answer.delta').length > 5)
    const opened = await app.conversation(conversation)
    const said = app
      .of('answer.delta')
      .map(({ text }) => text)
      .join('')
    expect(opened.messages.at(-1)?.text.startsWith('You')).toBe(true)
    expect(said.startsWith(opened.messages.at(-1)?.text ?? 'nothing')).toBe(true)
    await app.settled(conversation, answer)
  })

  it('deleting it ends it and leaves no row', async () => {
    app.engine.script.tokenMs = 5
    const conversation = randomUUID()
    const first = await app.send(conversation, null, 'hi there')
    await app.until(() => app.of('answer.delta').length > 2)
    const { conversation: left } = await app.call('messages.delete', {
      conversation,
      message: first.question,
    })
    expect(left.messages).toEqual([])
    await app.ask(conversation, null, 'again')
    expect(app.engine.openSessions).toBe(1)
  })

  it('quitting takes little time, and the answer is there, interrupted', async () => {
    app.engine.script.tokenMs = 20
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'hi there')
    await app.until(() => app.of('answer.delta').length > 4)
    const began = performance.now()
    app = await app.restart({ model: null })
    expect(performance.now() - began).toBeLessThan(3000)
    const opened = await app.conversation(conversation)
    expect(opened.messages.at(-1)).toMatchObject({ id: answer, state: 'interrupted', resumable: true })
    expect(opened.messages.at(-1)?.text.length).toBeGreaterThan(3)
  })

  it('a fault of the engine ends as a failed answer; the next turn does not read it', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    app.engine.failNext('generate', 'numeric_fault')
    const failed = await app.ask(conversation, first.id, 'ho')
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'numeric_fault' } })
    const next = await app.ask(conversation, failed.id, 'ha')
    expect(next.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
  })
})

describe('a state that went bad', () => {
  it('is dropped with a note, and the answer is the same', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    app.engine.failNext('restore', 'snapshot_damaged')
    app = await app.restart()
    const second = await app.ask(conversation, first.id, 'ho')
    expect(second).toMatchObject({ text: 'You said: ho.', state: 'complete' })
    expect(second.figures).toMatchObject({ resumedTokens: 0, promptTokens: 20 })
    expect(app.of('notice')).toEqual([
      { code: 'snapshot_damaged', detail: { conversation, message: first.id } },
    ])
  })

  it(
    'M3: with any single byte changed is refused by the engine and read again',
    { timeout: 60_000 },
    async () => {
      const conversation = randomUUID()
      let first = await app.ask(conversation, null, 'hi')
      const firstTokens = 20 + (first.figures?.answerTokens ?? 0)
      const random = seededRandom(seedOfThisRun())
      for (let round = 0; round < 6; round++) {
        await app.close()
        const at = flipSnapshotBit(app.root, random)
        app = await TestApplication.open({ root: app.root, engine: app.engine })
        const hint = `seed ${random.seed}, byte ${at}`
        const next = await app.ask(conversation, first.id, 'ho')
        expect(next.text, hint).toBe('You said: ho.')
        expect(next.figures, hint).toMatchObject({
          resumedTokens: 0,
          rereadTokens: firstTokens,
          promptTokens: 20,
        })
        expect(
          app.of('notice').map(({ code }) => code),
          hint,
        ).toEqual(['snapshot_damaged'])
        // Have a good one for the next round.
        await app.call('messages.delete', { conversation, message: first.parent ?? '' })
        await app.storage.write.purge(Date.now(), false)
        first = await app.ask(conversation, null, 'hi')
      }
    },
  )
})
