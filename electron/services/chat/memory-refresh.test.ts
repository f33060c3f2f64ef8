// S7 through the handlers, on the fake engine and a real database: what the model has read afterwards, what stays, the way
// back; a cancel and a kill lose nothing.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { Message } from '../../contract/entities.ts'

let app: TestApplication

beforeEach(async () => {
  app = await TestApplication.open()
})

afterEach(async () => {
  await app.destroy()
})

const facts = ['My boat is called Tern and has 7 sails.', 'Marla Voss keeps the key of shed 12.']

async function talk(conversation: string): Promise<Message[]> {
  const answers: Message[] = []
  for (const text of [...facts, 'q2', 'q3'])
    answers.push(await app.ask(conversation, answers.at(-1)?.id ?? null, text))
  return answers
}

const open = (conversation: string) => app.call('conversations.open', { conversation })

describe('S7: memory refresh', () => {
  it('drafts from the words of the chat and keeps nothing of it', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation)
    const message = answers.at(-1)?.id ?? ''
    const before = await open(conversation)
    const { summary } = await app.call('memory.summarise', { conversation, message, turns: 2 })
    for (const fact of facts) expect(summary).toContain(fact)
    expect(summary).not.toContain('q2')
    expect((await open(conversation)).messages).toEqual(before.messages)
  })

  it('goes on behind the summary and the last turns, and has read nothing else', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation)
    const message = answers.at(-1)?.id ?? ''
    const report = await app.call('memory.refresh', {
      ...{ conversation, message, turns: 2 },
      summary: 'The Tern has 7 sails.',
    })
    const chat = await open(conversation)
    expect(chat.activeLeaf).toBe(report.leaf)
    const path: Message[] = []
    const byId = new Map(chat.messages.map((one) => [one.id, one]))
    for (let at = byId.get(report.leaf); at !== undefined; at = byId.get(at.parent ?? '')) path.unshift(at)
    expect(path.map(({ text }) => text)).toEqual([
      'What we have talked about so far, in short:\nThe Tern has 7 sails.',
      'Understood. I go on from there.',
      'q2',
      answers[2]?.text,
      'q3',
      answers[3]?.text,
    ])
    expect(path[0]?.id).toBe(report.root)
    // The fake's state is what was read: it must hold the summary and the last turns, and no word of the first ones.
    const next = await app.ask(conversation, report.leaf, 'on')
    expect(next).toMatchObject({ state: 'complete', figures: { rereadTokens: 0 } })
    expect(next.figures?.resumedTokens).toBe(report.tokensAfter)
    expect(report.before).toBe(message)
    expect(report.tokensBefore).toBeGreaterThan(0)
  })

  it('the way back: the old branch is whole and goes on without reading; the new one can be deleted', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation)
    const message = answers.at(-1)?.id ?? ''
    const before = await open(conversation)
    const { root } = await app.call('memory.refresh', { conversation, message, turns: 1, summary: 'Short.' })
    await app.call('conversations.selectBranch', { conversation, message })
    await app.call('messages.delete', { conversation, message: root })
    const after = await open(conversation)
    expect(after.activeLeaf).toBe(message)
    expect(after.messages.map(({ id, text }) => ({ id, text }))).toEqual(
      before.messages.map(({ id, text }) => ({ id, text })),
    )
    expect((await app.ask(conversation, message, 'on')).figures?.rereadTokens).toBe(0)
  })

  it('survives a kill right behind the transaction: both branches are there', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation)
    const message = answers.at(-1)?.id ?? ''
    const { leaf } = await app.call('memory.refresh', { conversation, message, turns: 2, summary: 'Short.' })
    app = await app.restart()
    const chat = await open(conversation)
    expect(chat.activeLeaf).toBe(leaf)
    expect(chat.messages.some(({ id }) => id === message)).toBe(true)
    expect((await app.ask(conversation, leaf, 'on')).state).toBe('complete')
  })

  it('says why it cannot where nothing comes before, or there is no such chat', async () => {
    const conversation = randomUUID()
    const answers = await talk(conversation)
    const message = answers.at(-1)?.id ?? ''
    await expect(app.call('memory.summarise', { conversation, message, turns: 4 })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(
      app.call('memory.summarise', { conversation: randomUUID(), message, turns: 1 }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})
