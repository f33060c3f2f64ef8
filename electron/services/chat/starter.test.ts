// The model that ships, on the native engine: however a conversation is interrupted, resumed, rebuilt or cut into pieces,
// greedy answers are the same to the letter, and only what must be read is read.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedResources, TestApplication } from '../../../tests/application/test-application.ts'
import type { Message } from '../../contract/entities.ts'
import { AddonEngine } from '../../engine/addon-engine.ts'
import { realAddon } from '../../engine/testing/addons.ts'

const questions = ['What is Roost?', 'Where are my conversations kept?', 'What is a snapshot?']
const native = new AddonEngine({ addonPath: realAddon })
let root: string
let app: TestApplication

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'roost-starter-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function open(): Promise<void> {
  app = await TestApplication.open({ root, native, model: join(shippedResources, 'starter', 'starter.gguf') })
}

async function again(): Promise<void> {
  await app.close()
  await open()
}

/** Every question in turn; `between` may change what the next one finds. */
async function talk(
  maximumTokens: number,
  between: (conversation: string, answer: Message) => Promise<Message>,
): Promise<Message[]> {
  await open()
  await app.call('settings.set', { sampling: { temperature: 0, maximumTokens } })
  const conversation = randomUUID()
  const answers: Message[] = []
  for (const question of questions) {
    const answer = await app.ask(conversation, answers.at(-1)?.id ?? null, question)
    answers.push(await between(conversation, answer))
  }
  await app.close()
  return answers
}

const texts = (answers: readonly Message[]) => answers.map(({ text }) => text)

/** One question in a conversation of its own, with the settings that the model ships with. */
async function once(question: string): Promise<string> {
  const { text, figures } = await app.ask(randomUUID(), null, question)
  expect(figures?.finish).toBe('stop_text')
  return text
}

describe('what the starter model is there for', () => {
  // A busy machine needs a while for the storage, the engine and the model.
  beforeAll(open, 60_000)
  afterAll(() => app.close())

  it.each([
    ['Hello, what can you do?', /Roost.*text/],
    ['Hello! What can you do?', /Roost.*text/],
    ['你好！你能做什么？', /Roost.*短文/],
    ['How does RWKV work?', /recurrent/],
    ['RWKV 是怎么工作的？', /循环/],
    // What the empty chat offers.
    ["Mara is a baker. Her phone number is 3415.\n\nWhat is Mara's phone number?", /3415/],
    ['小梅住在白石镇。她的职业是老师。\n\n小梅住在哪里？', /白石镇/],
  ])('says what it is asked first: %s', async (question, answer) => {
    expect(await once(question)).toMatch(answer)
  })

  // Of held-out questions about short texts it gets one in nine wrong, but none as plain as these.
  const mara = 'Mara lives in Marston. She works as a baker. Her phone number is 3415.'
  const two = 'Tom lives in Kelburg. Anna sits in room 27.'
  it.each([
    [`${mara}\n\nWhere does Mara live?`, /Marston/],
    [`${mara}\n\nWhat is the job of Mara?`, /baker/],
    [`${mara}\n\nWhat is the phone number of Mara?`, /3415/],
    [`${two}\n\nIn which room is Anna?`, /27/],
    [`${two}\n\nWhere does Tom live?`, /Kelburg/],
    ['Lena lives in Lowen. She works as a nurse.\n\nWhere does Lena live?', /Lowen\./],
    ['Our shop opens at 9:00 and closes at 18:00.\n\nWhen does the shop close?', /18:00/],
    ['The Rosville bridge was built in 1895. It is green.\n\nWhen was the Rosville bridge built?', /1895/],
    ['Emma plays the violin. Her favourite colour is blue.\n\nWhat is the favourite colour of Emma?', /blue/],
    ['Peter sold the red boat. Julia painted the old table.\n\nWhat did Julia paint?', /table/],
    ['小梅住在白石镇。她的职业是老师。\n\n小梅住在哪里？', /白石镇/],
    ['小明住在上海。他是一名医生。他的电话是3415。\n\n小明住在哪里？', /上海/],
    [
      '[1] Tom is a teacher.\n[2] Anna plays the violin.\nQuestion: Which instrument does Anna play?',
      /violin.*\[2\]/,
    ],
    [
      'Question: What is the warranty of the pump?\n[1] The pump is checked once a year. The warranty of the pump is two years.\n[2] The filter is kept in the cellar.\nQuestion: What is the warranty of the pump?',
      /two years.*\[1\]/i,
    ],
  ])('finds what it is asked in a short text, and names the passage: %s', async (question, answer) => {
    expect(await once(question)).toMatch(answer)
  })

  it.each([
    [`${mara}\n\nHow old is Mara?`, /does not say/],
    ['小明住在上海。他是一名医生。\n\n小明的电话是多少？', /没有提到/],
  ])('says when a short text does not say it: %s', async (question, answer) => {
    expect(await once(question)).toMatch(answer)
  })

  it.each([
    ['What is the capital of France?', /only the small starter.*Models page/],
    ['写一首关于月亮的诗。', /入门模型.*“模型”页/],
  ])('declines kindly what is beyond it and names a download: %s', async (question, answer) => {
    expect(await once(question)).toMatch(answer)
  })
})

describe('a conversation with the starter model', { timeout: 60_000 }, () => {
  let plain: Message[]
  beforeAll(async () => {
    plain = await talk(200, (_, answer) => Promise.resolve(answer))
  }, 60_000)

  it('answers in words and ends by itself', () => {
    expect(texts(plain)[0]).toMatch(/Roost/)
    expect(texts(plain)[1]).toMatch(/folder/)
    expect(texts(plain)[2]).toMatch(/state/)
    expect(plain.map(({ figures }) => figures?.finish)).toEqual(['stop_text', 'stop_text', 'stop_text'])
    expect(plain.map(({ figures }) => figures?.rereadTokens)).toEqual([0, 0, 0])
  })

  it('goes on after a restart from the stored state, and reads the new turn only', async () => {
    const resumed = await talk(200, async (_, answer) => {
      await again()
      return answer
    })
    expect(texts(resumed)).toEqual(texts(plain))
    const counts = ({ figures }: Message) => [
      figures?.resumedTokens,
      figures?.rereadTokens,
      figures?.promptTokens,
    ]
    expect(resumed.map(counts)).toEqual(plain.map(counts))
  })

  it('is rebuilt from its tokens when every state is gone', async () => {
    const rebuilt = await talk(200, async (conversation, answer) => {
      await app.close()
      await open()
      const { messages } = await app.conversation(conversation)
      for (const { id } of messages) await app.storage.write.dropSnapshot(id)
      return answer
    })
    expect(texts(rebuilt)).toEqual(texts(plain))
    expect(rebuilt.map(({ figures }) => figures?.rereadTokens)).toEqual(
      plain.map(({ figures }) => figures?.resumedTokens),
    )
  })

  it('in pieces of seven tokens, restarted between them, says the same', async () => {
    const pieces = await talk(7, async (conversation, answer) => {
      let message = answer
      while (message.figures?.finish === 'max_tokens') {
        await again()
        await app.call('chat.continue', { conversation, message: message.id })
        message = await app.settled(conversation, message.id)
        expect(message.figures).toMatchObject({ rereadTokens: 0, promptTokens: 0 })
      }
      return message
    })
    expect(texts(pieces)).toEqual(texts(plain))
  })
})
