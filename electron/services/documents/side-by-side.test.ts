// Several documents that were read whole in one chat: each is asked from its own state, what it says leads to the passage that
// says it, and no document is read twice.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { Evidence, Source } from '../../contract/evidence.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'

let app: TestApplication

const filler = 'The weather of that year is told in another book. '
const east = `${filler.repeat(60)}\n\nThe eastern lamp burns whale oil.\n\n${filler.repeat(60)}`
const west = `${filler.repeat(60)}\n\nThe western keeper is called Orrin Vael.\n\n${filler.repeat(60)}`
const south = filler.repeat(80)

/** What a state that stands behind one of them says; else what the passages say. */
function answerTo(read: string): string {
  const asked = read.lastIndexOf('User:')
  const turn = read.slice(asked)
  const said = turn.slice(turn.indexOf('\n\nAssistant:') + '\n\nAssistant:'.length)
  const before = read.slice(0, asked)
  let whole = ' Both are lit. [1]'
  if (!turn.includes('[1]')) {
    if (before.includes('eastern lamp')) whole = ' It burns whale oil.'
    else if (before.includes('western keeper')) whole = ' The keeper is Orrin Vael.'
    else whole = ' Not in the documents.'
  }
  return `${whole}\n\nUser:`.slice(said.length)
}

beforeEach(async () => {
  app = await TestApplication.open({
    engine: new FakeEngine({ script: { prefillChunk: 2048, respond: answerTo } }),
  })
})
afterEach(() => app.destroy())

async function readWhole(name: string, text: string): Promise<string> {
  const document = randomUUID()
  await app.call('documents.addText', { document, name, text, collection: null })
  const row = async () => (await app.call('documents.list', {})).documents.find(({ id }) => id === document)
  await app.until(async () => (await row())?.status === 'ready', 60)
  await app.call('documents.read', { document })
  await app.until(async () => (await row())?.reading.phase === 'done', 60)
  return document
}

async function ask(sources: Source[], question: string): Promise<{ evidence: Evidence; fed: string[] }> {
  const conversation = randomUUID()
  await app.call('conversations.setSources', { conversation, sources, strict: false })
  const before = app.engine.calls.length
  const answer = await app.ask(conversation, null, question)
  const evidence = await app.call('evidence.get', { conversation, message: answer.id })
  if (evidence === null) throw new Error('no evidence')
  const fed = app.engine.calls.slice(before).filter(({ operation }) => operation === 'generate')
  return { evidence, fed: fed.map(({ text }) => text) }
}

it('each says what it knows, and the passages that bear it are cited', { timeout: 120_000 }, async () => {
  const documents = [
    await readWhole('east.txt', east),
    await readWhole('west.txt', west),
    await readWhole('south.txt', south),
  ]
  const sources = documents.map((document): Source => ({ document, use: 'read' }))
  const { evidence, fed } = await ask(sources, 'What is burnt, and who tends it?')
  expect(evidence.mode).toBe('both')
  expect(evidence.read.map(({ documentName }) => documentName)).toEqual(['east.txt', 'west.txt', 'south.txt'])
  expect(evidence.notes?.map(({ documentName, text }) => [documentName, text])).toEqual([
    ['east.txt', 'It burns whale oil.'],
    ['west.txt', 'The keeper is Orrin Vael.'],
  ])
  const shown = evidence.passages.map(({ text }) => text).join('\n')
  expect(shown).toContain('whale oil')
  expect(shown).toContain('Orrin Vael')
  // The question for each of them, and the answer: nothing of the documents is fed again.
  expect(fed.filter((text) => text.includes('What is burnt'))).toHaveLength(4)
  for (const text of fed.slice(0, 3)) expect(text.length).toBeLessThan(100)
  expect(app.engine.openSessions).toBeLessThanOrEqual(2)
})

it('one of them alone stands before the chat, as ever', { timeout: 120_000 }, async () => {
  const document = await readWhole('east.txt', east)
  const { evidence } = await ask([{ document, use: 'read' }], 'What is burnt?')
  expect(evidence.notes).toBeUndefined()
  expect(evidence.read).toHaveLength(1)
})

it('a state that is of no use silences its document, not the others', { timeout: 120_000 }, async () => {
  const documents = [await readWhole('east.txt', east), await readWhole('west.txt', west)]
  app.engine.failNext('restore', 'snapshot_damaged')
  const { evidence } = await ask(
    documents.map((document): Source => ({ document, use: 'read' })),
    'Who is the keeper?',
  )
  expect(evidence.notes).toHaveLength(1)
})
