// The memory of conversations through the handlers, on the fake engine and a real database. Tokens of the fake are bytes,
// its states are the tokens read: two states are equal exactly when the same was read.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { Message } from '../../contract/entities.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'

let app: TestApplication

beforeEach(async () => {
  app = await TestApplication.open()
})

afterEach(async () => {
  await app.destroy()
})

const fed = (): string[] =>
  app.engine.calls.filter(({ operation }) => operation === 'generate').map(({ text }) => text)

/** A conversation of `turns` turns; its answers, oldest first. */
async function talk(conversation: string, turns: number): Promise<Message[]> {
  const answers: Message[] = []
  for (let turn = 0; turn < turns; turn++) {
    answers.push(await app.ask(conversation, answers.at(-1)?.id ?? null, `q${turn}`))
  }
  return answers
}

/** The state that is kept behind an answer, as the fake writes it: what was read. */
async function stateBehind(message: string): Promise<string | null> {
  const path = await app.storage.read.path(message)
  for (const { fingerprint } of await keptStates()) {
    const kept = await app.storage.read.snapshotBytes(path.at(-1)?.id ?? message, fingerprint)
    if (kept !== null) return new TextDecoder().decode(kept.bytes)
  }
  return null
}

async function keptStates(): Promise<readonly { fingerprint: string }[]> {
  const all = await Promise.all(
    (await app.call('conversations.list', {})).map(({ id }) => app.storage.read.conversationStates(id)),
  )
  return all.flatMap(({ kept }) => kept)
}

describe('M4: states are a cache', () => {
  it('without any, every chat opens and goes on, and reads what it must', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation, 3)
    for (const { id } of answers) await app.storage.write.dropSnapshot(id)
    app = await app.restart()
    const next = await app.ask(conversation, answers[2]?.id ?? null, 'on')
    expect(next).toMatchObject({ state: 'complete', text: 'You said: on.' })
    expect(next.figures?.resumedTokens).toBe(0)
  })
})

describe('M7: the budget of kept states', () => {
  it('holds after many turns, and the newest leaf of every conversation is kept longest', async () => {
    const bytes = 64 * 1024 * 1024
    await app.call('settings.set', { snapshotBudgetBytes: bytes })
    const first = randomUUID()
    const leaf = (await talk(first, 2)).at(-1)
    const long = randomUUID()
    const answers = await talk(long, 6)
    const budget = (await app.call('memory.usage', {})).bytes - 1
    const dropped = await app.storage.write.keepBudget(budget)
    expect(dropped.length).toBeGreaterThan(0)
    expect(dropped).not.toContain(leaf?.id)
    expect(dropped).not.toContain(answers.at(-1)?.id)
    expect((await app.call('memory.usage', {})).bytes).toBeLessThanOrEqual(budget)
  })

  it('is given back on request: only where conversations go on stays', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation, 4)
    const before = await app.call('memory.conversation', { conversation })
    expect(before).toMatchObject({ snapshots: 4, ready: answers.map(({ id }) => id) })
    const freed = await app.call('memory.free', { conversation })
    expect(freed.snapshots).toBe(3)
    const after = await app.call('memory.conversation', { conversation })
    expect(after.ready).toEqual([answers[3]?.id])
    expect(after.bytes).toBe(before.bytes - freed.bytes)
  })
})

describe('M7: many chats and many turns', () => {
  it(
    'the budget holds over 1,000 turns, and quitting with 200 chats is soon done',
    {
      timeout: 120_000,
    },
    async () => {
      const answers = new Map<string, string>()
      const chats = Array.from({ length: 200 }, () => randomUUID())
      const budgetBytes = 300_000
      for (let turn = 0; turn < 1000; turn++) {
        const conversation = chats[turn % chats.length] ?? ''
        const answer = randomUUID()
        await app.storage.write.beginTurn({
          conversation,
          parent: answers.get(conversation) ?? null,
          question: randomUUID(),
          text: `question ${turn}`,
          answer,
          model: 'Tiny',
          title: '',
          now: turn,
        })
        const empty = new Uint32Array([1])
        await app.storage.write.finishAnswer({
          answer,
          text: 'words',
          state: 'complete',
          tokens: { tokenizer: 't', template: 'world', system: '', prompt: empty, answer: empty, tail: '' },
          figures: null,
          error: null,
          model: 'Tiny',
          snapshot: { bytes: new Uint8Array(1000), fingerprint: 'f' },
          budgetBytes,
          now: turn,
        })
        answers.set(conversation, answer)
        if (turn % 50 === 0) {
          expect((await app.storage.read.snapshotUsage()).bytes).toBeLessThanOrEqual(budgetBytes)
        }
      }
      // 300 states for 200 chats: where each of them goes on is kept, and what is left over are the youngest others.
      for (const [conversation, leaf] of answers) {
        const { kept } = await app.storage.read.conversationStates(conversation)
        expect(kept.map(({ message }) => message)).toContain(leaf)
      }
      const began = performance.now()
      await app.application.close()
      await app.storage.close()
      expect(performance.now() - began).toBeLessThan(5000)
      app = await TestApplication.open({ root: app.root, engine: app.engine })
    },
  )
})

describe('M22: stop', () => {
  it(
    'at 50 random tokens leaves a state that goes on as a fresh reading of the same would',
    {
      timeout: 120_000,
    },
    async () => {
      const random = seededRandom(seedOfThisRun())
      const question = 'a question of some length, so that its answer has many tokens'
      const whole = (await app.ask(randomUUID(), null, question)).text
      for (let round = 0; round < 50; round++) {
        const conversation = randomUUID()
        const ids = { question: randomUUID(), answer: randomUUID() }
        const at = 1 + random.below(40)
        app.engine.script.beforeToken = (index) => {
          if (index === at) void app.call('chat.stop', { answer: ids.answer })
        }
        await app.call('chat.send', { conversation, parent: null, text: question, ...ids })
        const stopped = await app.settled(conversation, ids.answer)
        delete app.engine.script.beforeToken
        const hint = `seed ${random.seed}, token ${at}`
        expect(stopped.state, hint).toBe('stopped')
        expect(whole.startsWith(stopped.text), hint).toBe(true)
        // One goes on from its state, the other is read again from its tokens.
        if (round % 2 === 1) {
          await app.storage.write.dropSnapshot(ids.answer)
          await app.call('memory.free', { conversation })
        }
        await app.call('chat.continue', { conversation, message: ids.answer })
        await app.until(
          async () => (await app.conversation(conversation)).messages.at(-1)?.state === 'complete',
        )
        expect((await app.conversation(conversation)).messages.at(-1)?.text, hint).toBe(whole)
      }
    },
  )
})

describe('M22: stop within a character', () => {
  it.each([['whoever goes on'], ['the background']])(
    'the whole character is in the shown text when the tokens are read again by %s',
    { timeout: 120_000 },
    async (reader) => {
      const inBackground = reader === 'the background'
      await app.call('settings.set', { backgroundReading: inBackground })
      // A token of the fake engine is a byte: each of these characters has three.
      const question = '灯塔在岛的北端'
      const whole = (await app.ask(randomUUID(), null, question)).text
      for (let at = ' You said: '.length + 1; at <= ' You said: '.length + 3; at++) {
        const conversation = randomUUID()
        const ids = { question: randomUUID(), answer: randomUUID() }
        app.engine.script.beforeToken = (index) => {
          if (index === at) void app.call('chat.stop', { answer: ids.answer })
        }
        await app.call('chat.send', { conversation, parent: null, text: question, ...ids })
        const stopped = await app.settled(conversation, ids.answer)
        delete app.engine.script.beforeToken
        const hint = `token ${at}`
        expect(stopped.state, hint).toBe('stopped')
        await app.storage.write.dropSnapshot(ids.answer)
        app = await app.restart() // states in memory go too
        if (inBackground) {
          await app.until(async () => (await app.storage.read.message(ids.answer))?.resumable === true)
        }
        await app.call('chat.continue', { conversation, message: ids.answer })
        await app.until(
          async () => (await app.conversation(conversation)).messages.at(-1)?.state === 'complete',
        )
        expect((await app.conversation(conversation)).messages.at(-1)?.text, hint).toBe(whole)
        const next = await app.ask(conversation, ids.answer, 'more')
        expect(next, hint).toMatchObject({ text: 'You said: more.', figures: { rereadTokens: 0 } })
      }
    },
  )
})

describe('M6: going to another version', () => {
  it('among 20 of them behind 30,000 tokens feeds nothing, and each goes on without reading anything again', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'x'.repeat(30_000))
    let versions = [await app.ask(conversation, first.id, 'which one?')]
    for (let n = 1; n < 20; n++) {
      const answer = randomUUID()
      await app.call('chat.regenerate', { conversation, message: versions[0]!.id, answer })
      versions = [...versions, await app.settled(conversation, answer)]
    }
    const before = fed().length
    for (const { id } of versions) {
      const shown = await app.call('conversations.selectBranch', { conversation, message: id })
      expect(shown.activeLeaf).toBe(id)
    }
    expect(fed()).toHaveLength(before)
    for (const version of [versions[3]!, versions[17]!]) {
      const next = await app.ask(conversation, version.id, 'go on')
      expect(next.figures).toMatchObject({ rereadTokens: 0, promptTokens: 18 + 'go on'.length })
      expect(next.figures?.resumedTokens).toBeGreaterThan(30_000)
    }
  }, 120_000)
})

describe('M8: no state leaks into another conversation', () => {
  it('the first words of a chat are read alone, whatever was said elsewhere', async () => {
    await talk(randomUUID(), 2)
    const before = fed().length
    await app.ask(randomUUID(), null, 'hi')
    expect(fed().slice(before)).toEqual(['User: hi\n\nAssistant:'])
  })
})

describe('reading in the background', () => {
  it('makes the newest conversations ready after the model was changed', { timeout: 30_000 }, async () => {
    const ids = [randomUUID(), randomUUID()]
    const leaves: (Message | undefined)[] = []
    for (const id of ids) leaves.push((await talk(id, 2)).at(-1))
    for (const { fingerprint: _ } of await keptStates()) break
    for (const leaf of leaves) await app.storage.write.dropSnapshot(leaf?.id ?? '')
    app = await app.restart()
    await app.until(async () => {
      const all = await Promise.all(
        ids.map((conversation) => app.call('memory.conversation', { conversation })),
      )
      return all.every(({ ready }, index) => ready.includes(leaves[index]?.id ?? ''))
    })
    const next = await app.ask(ids[0] ?? '', leaves[0]?.id ?? null, 'on')
    expect(next.figures).toMatchObject({ rereadTokens: 0 })
  })

  it(
    'reads nothing while it is switched off, and begins when it is switched on',
    { timeout: 30_000 },
    async () => {
      await app.call('settings.set', { backgroundReading: false })
      const leaf = (await talk(randomUUID(), 1)).at(-1)
      app = await app.restart()
      await app.storage.write.dropSnapshot(leaf?.id ?? '')
      // Long enough for the reading of one short chat, which takes some milliseconds here.
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(app.of('memory.reading')).toEqual([])
      expect(await keptStates()).toEqual([])
      await app.call('settings.set', { backgroundReading: true })
      await app.until(async () => (await keptStates()).length === 1)
    },
  )

  it('makes way at once for a person, and goes on where it was', { timeout: 30_000 }, async () => {
    const conversation = randomUUID()
    const leaf = (await talk(conversation, 12)).at(-1)
    for (const message of (await app.conversation(conversation)).messages) {
      await app.storage.write.dropSnapshot(message.id)
    }
    app.engine.script.prefillStepMs = 20
    app = await app.restart()
    await app.until(() => app.of('memory.reading').some(({ reading }) => (reading?.done ?? 0) > 40))
    const began = performance.now()
    await app.call('memory.attend', {})
    await app.until(() => app.of('memory.reading').at(-1)?.reading === null)
    expect(performance.now() - began).toBeLessThan(500)
    const read = app.of('memory.reading').findLast(({ reading }) => reading !== null)?.reading?.done ?? 0
    // What was read is not lost: the turn reads the rest only.
    const next = await app.ask(conversation, leaf?.id ?? null, 'on')
    expect(next.figures?.resumedTokens).toBeGreaterThanOrEqual(read)
  })
})

describe('X1: time travel', () => {
  it(
    '200 jumps, Roost restarted in between, read no more than the way from the nearest state',
    { timeout: 120_000 },
    async () => {
      const conversation = randomUUID()
      const answers = await talk(conversation, 24)
      const random = seededRandom(seedOfThisRun())
      const memory = await app.call('memory.conversation', { conversation })
      const kept = new Set(answers.filter((_, index) => index % 6 === 5).map(({ id }) => id))
      for (const { id } of answers) if (!kept.has(id)) await app.storage.write.dropSnapshot(id)
      for (let jump = 0; jump < 200; jump++) {
        if (jump === 100) app = await app.restart()
        const at = random.below(answers.length)
        let least = 0
        for (let back = at; back >= 0 && !kept.has(answers[back]?.id ?? ''); back--) {
          least += memory.turnTokens[answers[back]?.id ?? ''] ?? 0
        }
        const message = answers[at]?.id ?? ''
        const went = await app.call('memory.goTo', { conversation, message })
        expect(went.rereadTokens, `seed ${random.seed}, jump ${jump}`).toBeLessThanOrEqual(least)
        kept.add(message)
      }
    },
  )
})

describe('X7: forget this', () => {
  it('the state is that of a chat that never held it, and its words are not in the file', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hello')
    const secret = await app.ask(conversation, first.id, 'the password is xyzzy42')
    const last = await app.ask(conversation, secret.id, 'and now')
    const plain = randomUUID()
    const same = await app.ask(plain, null, 'hello')
    const sameLast = await app.ask(plain, same.id, 'and now')

    const { conversation: left, forgotten } = await app.call('memory.forget', {
      conversation,
      message: secret.id,
    })
    expect(forgotten.messages).toEqual([secret.parent, secret.id])
    expect(left.messages.map(({ text }) => text)).toEqual([
      'hello',
      'You said: hello.',
      'and now',
      'You said: and now.',
    ])
    expect(left.activeLeaf).toBe(last.id)

    const next = await app.ask(conversation, last.id, 'go on')
    const wanted = await app.ask(plain, sameLast.id, 'go on')
    expect(await stateBehind(next.id)).toBe(await stateBehind(wanted.id))
    await app.close()
    expect(readFileSync(join(app.root, 'roost.db')).includes('xyzzy')).toBe(false)
    app = await TestApplication.open({ root: app.root, engine: app.engine })
  })

  it('the first turn takes the title that it gave with it', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'my name is Ada')
    await app.ask(conversation, first.id, 'and now')
    const { conversation: left } = await app.call('memory.forget', { conversation, message: first.id })
    expect(left.title).toBe('')
    expect(left.messages).toHaveLength(2)
  })
})

describe('S4: several answers', () => {
  it('are written at once from one state, read once, and stay as versions', async () => {
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    const before = fed().length
    const slots = Array.from({ length: 4 }, () => ({ answer: randomUUID(), sampling: {} }))
    const question = randomUUID()
    await app.call('chat.answers', { conversation, parent: first.id, question, text: 'ho', slots })
    const answers = await Promise.all(slots.map(({ answer }) => app.settled(conversation, answer)))
    expect(answers.map(({ text }) => text)).toEqual(Array(4).fill('You said: ho.'))
    expect(fed().slice(before)).toEqual(['User: ho\n\nAssistant:', '', '', '', ''])
    expect(answers.map(({ figures }) => figures?.promptTokens).sort()).toEqual([0, 0, 0, 20])
    const opened = await app.conversation(conversation)
    expect(opened.activeLeaf).toBe(slots[0]?.answer)
    expect(opened.messages.filter(({ parent }) => parent === question)).toHaveLength(4)
    const on = await app.ask(conversation, slots[2]?.answer ?? null, 'on')
    expect(on.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
  })

  it('can be stopped one by one; memory is given back', async () => {
    app.engine.script.tokenMs = 5
    const conversation = randomUUID()
    const slots = Array.from({ length: 3 }, () => ({ answer: randomUUID(), sampling: {} }))
    await app.call('chat.answers', {
      conversation,
      parent: null,
      question: randomUUID(),
      text: 'a question',
      slots,
    })
    await app.until(() => app.of('answer.delta').length > 9)
    await app.call('chat.stop', { answer: slots[1]?.answer ?? '' })
    const states = await Promise.all(slots.map(({ answer }) => app.settled(conversation, answer)))
    expect(states.map(({ state }) => state)).toEqual(['complete', 'stopped', 'complete'])
    expect(app.engine.openSessions).toBe(3)
  })
})

describe('S8: messages that wait', () => {
  it('go out one after the other, in their order', async () => {
    app.engine.script.tokenMs = 3
    const conversation = randomUUID()
    await app.send(conversation, null, 'one')
    for (const text of ['two', 'three']) {
      await app.call('queue.add', { conversation, queued: randomUUID(), text })
    }
    await app.until(async () => {
      const { messages, queue } = await app.conversation(conversation)
      return (
        queue.length === 0 && messages.length === 6 && messages.every(({ state }) => state === 'complete')
      )
    })
    const { messages } = await app.conversation(conversation)
    expect(messages.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three',
    ])
  })

  it('keep their order over a stop, an edit and a restart, and wait for a person then', async () => {
    app.engine.script.tokenMs = 5
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'one')
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    for (const [index, queued] of ids.entries()) {
      await app.call('queue.add', { conversation, queued, text: `next ${index}` })
    }
    await app.call('chat.stop', { answer })
    await app.settled(conversation, answer)
    await app.call('queue.edit', { conversation, queued: ids[1] ?? '', text: 'changed' })
    await app.call('queue.remove', { conversation, queued: ids[0] ?? '' })
    app = await app.restart()
    const waiting = (await app.conversation(conversation)).queue
    expect(waiting.map(({ text }) => text)).toEqual(['changed', 'next 2'])
    await app.call('queue.sendNext', { conversation })
    await app.until(async () => (await app.conversation(conversation)).messages.length === 6)
    const { messages, queue } = await app.conversation(conversation)
    expect(queue).toEqual([])
    expect(messages[2]?.text).toBe('changed')
    expect(messages[4]?.text).toBe('next 2')
    await app.settled(conversation, messages[5]?.id ?? '')
  })
})

describe('how an answer is asked for', () => {
  it('a beginning that the person wrote is part of the answer and of what was read', async () => {
    const conversation = randomUUID()
    const ids = { question: randomUUID(), answer: randomUUID() }
    await app.call('chat.send', { conversation, parent: null, text: 'hi', beginning: 'You said', ...ids })
    const answer = await app.settled(conversation, ids.answer)
    expect(answer.text).toBe('You said: hi.')
    expect(fed()).toEqual(['User: hi\n\nAssistant: You said'])
    const next = await app.ask(conversation, answer.id, 'ho')
    expect(next.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
  })

  it('M28: sampling of one chat is over that of all', async () => {
    const conversation = randomUUID()
    await app.call('settings.set', { sampling: { maximumTokens: 7 } })
    await app.call('conversations.setParameters', {
      conversation,
      parameters: { sampling: { maximumTokens: 3 } },
    })
    const own = await app.ask(conversation, null, 'a long question')
    expect(own.figures).toMatchObject({ answerTokens: 3, finish: 'max_tokens' })
    const other = await app.ask(randomUUID(), null, 'a long question')
    expect(other.figures?.answerTokens).toBe(7)
  })

  it('a notebook is one text without turns', async () => {
    const conversation = randomUUID()
    app.engine.script.respond = () => ' there was a fox'
    await app.call('conversations.setParameters', { conversation, parameters: { mode: 'notebook' } })
    const first = await app.ask(conversation, null, 'Once upon a time')
    expect(first.text).toBe(' there was a fox')
    const second = await app.ask(conversation, first.id, ', and')
    expect(second.text).toBe(' there was a fox')
    expect(fed()).toEqual(['Once upon a time', ', and'])
  })
})

describe('S2: the shelf', () => {
  it(
    'a chat from a persona reads none of its text again, also after a restart',
    { timeout: 30_000 },
    async () => {
      const persona = randomUUID()
      const text = { name: 'Poet', systemPrompt: 'Speak in verse.', sampling: { temperature: 0.5 } }
      const examples = [{ question: 'Hello', answer: 'A word, a bell, a morning.' }]
      await app.call('personas.save', { persona, examples, ...text })
      const isReady = async () => (await app.call('personas.list', {}))[0]?.ready === true
      await app.until(isReady)
      app = await app.restart()
      await app.until(isReady)
      const before = fed().length
      const conversation = randomUUID()
      await app.call('personas.start', { conversation, persona })
      const answer = await app.ask(conversation, null, 'hi')
      expect(fed().slice(before)).toEqual(['User: hi\n\nAssistant:'])
      expect(answer.figures?.resumedTokens).toBe((await app.call('personas.list', {}))[0]?.tokens)
      expect(answer.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
    },
  )
})

describe('S6: tuned states', () => {
  const upload = async (): Promise<string> =>
    (await app.application.files.receive(Readable.from([Buffer.from('numbers')]), 'poet.pth')).file

  it('are copied, begun from in the chats that ask for one, and no state stands on two beginnings', async () => {
    const [tuned] = await app.call('tunedStates.add', { file: await upload() })
    expect(tuned?.name).toBe('poet')
    const conversation = randomUUID()
    const first = await app.ask(conversation, null, 'hi')
    await app.call('conversations.setParameters', {
      conversation,
      parameters: { tunedState: tuned?.id ?? '' },
    })
    const begun = (): (string | undefined)[] =>
      app.engine.calls.filter(({ operation }) => operation === 'openSession').map(({ text }) => text)
    const second = await app.ask(conversation, first.id, 'ho')
    expect(second.figures).toMatchObject({ resumedTokens: 0 })
    expect(begun().at(-1)).toBe(join(app.root, 'tuned-states', `${tuned?.fingerprint ?? ''}.pth`))
    app = await app.restart()
    const third = await app.ask(conversation, second.id, 'ha')
    expect(third.figures).toMatchObject({ rereadTokens: 0 })
    await app.call('conversations.setParameters', { conversation, parameters: { tunedState: null } })
    // The answer that was given without it has its state still; what came after is read without it.
    const fourth = await app.ask(conversation, third.id, 'hu')
    expect(fourth.figures?.resumedTokens).toBe(20 + (first.figures?.answerTokens ?? 0))
    expect(begun().at(-1)).toBe('')
  })

  it('of other weights are refused, and a chat whose state was removed says so', async () => {
    app.engine.failNext('inspectTunedState', 'snapshot_mismatch')
    await expect(app.call('tunedStates.add', { file: await upload() })).rejects.toMatchObject({
      code: 'snapshot_mismatch',
    })
    const [tuned] = await app.call('tunedStates.add', { file: await upload() })
    const conversation = randomUUID()
    await app.call('conversations.setParameters', {
      conversation,
      parameters: { tunedState: tuned?.id ?? '' },
    })
    expect(await app.call('tunedStates.delete', { tunedState: tuned?.id ?? '' })).toEqual([])
    await expect(app.send(conversation, null, 'hi')).rejects.toMatchObject({ code: 'not_found' })
    expect((await app.conversation(conversation)).messages.at(-1)).toMatchObject({ state: 'failed' })
  })
})

describe('tokens of an answer', () => {
  it('are told with what else could have stood there, and one of those can be taken', async () => {
    const conversation = randomUUID()
    const answer = await app.ask(conversation, null, 'hi')
    const tokens = await app.call('chat.tokens', { conversation, message: answer.id })
    expect(
      tokens
        .map(({ text }) => text)
        .join('')
        .trim(),
    ).toMatch(/^You said: hi\.?/)
    const other = randomUUID()
    // "Z": the byte 0x5a is token 0x5b of the fake.
    await app.call('chat.branchAtToken', {
      conversation,
      message: answer.id,
      answer: other,
      at: 1,
      token: 0x5b,
    })
    const branched = await app.settled(conversation, other)
    expect(branched.parent).toBe(answer.parent)
    expect(branched.text.startsWith('Z')).toBe(true)
  })
})

describe('thinking', () => {
  const modelPath = fileURLToPath(new URL('../../../tests/application/test-application.ts', import.meta.url))

  /** A model whose family thinks aloud: what it was handed as a beginning decides what it says. */
  async function thinker(): Promise<TestApplication> {
    const engine = new FakeEngine({
      models: { [modelPath]: { title: 'RWKV7 g1c 0.4B' } },
      script: {
        respond: (read) =>
          read.endsWith(' <think')
            ? '>\nTwo and two </think> are four.</think>\n\nFour.\n\nUser:'
            : read.endsWith('</think')
              ? '>\n\nFour.\n\nUser:'
              : ' Four.\n\nUser:',
      },
    })
    await app.destroy()
    app = await TestApplication.open({ engine })
    return app
  }

  /** What the state behind this answer has read, as text. */
  async function readBehind(message: string): Promise<string> {
    const state = (await stateBehind(message)) ?? ''
    const [, tokens] = JSON.parse(state.slice(state.indexOf('[')).replace(/\n[0-9a-f]{8}$/, '')) as [
      string,
      number[],
    ]
    const bytes = tokens.flatMap((token) => (token === 257 ? [...Buffer.from('.\n\n')] : [token - 1]))
    return Buffer.from(bytes).toString()
  }

  it('M23: ends where its tag first comes, and is counted; tags further on are words', async () => {
    await thinker()
    const conversation = randomUUID()
    await app.call('conversations.setParameters', { conversation, parameters: { thinking: 'full' } })
    const answer = await app.ask(conversation, null, 'two and two?')
    const thought = '<think>\nTwo and two </think>'
    expect(answer.text).toBe(`${thought} are four.</think>\n\nFour.`)
    expect(answer.figures?.thoughtCharacters).toBe(thought.length)
  })

  it('an empty thought that a model is handed is not shown', async () => {
    await thinker()
    const conversation = randomUUID()
    await app.call('conversations.setParameters', { conversation, parameters: { thinking: 'fast' } })
    const answer = await app.ask(conversation, null, 'two and two?')
    expect(answer.text).toBe('Four.')
    expect(fed()).toEqual(['User: two and two?\n\nAssistant: <think>\n</think'])
  })

  it('S3: what is not to be remembered is in no state: the next turn reads the answer alone', async () => {
    const engine = (await thinker()).engine
    engine.script.respond = (read) =>
      read.endsWith(' <think') ? '>\nhm, two and two</think>\n\nFour.\n\nUser:' : ' Four.\n\nUser:'
    const conversation = randomUUID()
    const parameters = { thinking: 'full', rememberThinking: false } as const
    await app.call('conversations.setParameters', { conversation, parameters })
    const first = await app.ask(conversation, null, 'two and two?')
    expect(first.text).toBe('<think>\nhm, two and two</think>\n\nFour.')
    expect(first.figures).toMatchObject({ thoughtsForgotten: true })
    expect(await readBehind(first.id)).toBe('User: two and two?\n\nAssistant: Four.')
    app = await app.restart()
    const second = await app.ask(conversation, first.id, 'sure?')
    expect(second.figures).toMatchObject({ rereadTokens: 0 })
    expect(await readBehind(second.id)).toBe(
      'User: two and two?\n\nAssistant: Four.\n\nUser: sure?\n\nAssistant: Four.',
    )
  })
})
