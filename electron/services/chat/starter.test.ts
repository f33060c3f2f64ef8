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

describe('a conversation with the starter model', () => {
  let plain: Message[]
  beforeAll(async () => {
    plain = await talk(200, (_, answer) => Promise.resolve(answer))
  })

  it('answers in words and ends by itself', () => {
    expect(texts(plain)[0]).toMatch(/Roost/)
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
