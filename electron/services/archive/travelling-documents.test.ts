// Attachments and evidence travel with a chat, in Roost's JSON as in a .roost file: what was cited is cited there, at the same
// place of the same text. A file that claims more than it holds is not believed.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { Evidence } from '../../contract/evidence.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'

let here: TestApplication
let there: TestApplication
let says: string

beforeEach(async () => {
  says = 'In Lowen. [1]'
  here = await TestApplication.open({ engine: new FakeEngine({ script: { respond: answerTo } }) })
  there = await TestApplication.open({ engine: new FakeEngine({ script: { respond: answerTo } }) })
})
afterEach(async () => {
  await here.destroy()
  await there.destroy()
})

/** The fake engine says the rest of what it is to say. */
function answerTo(read: string): string {
  const turn = read.slice(read.lastIndexOf('\n\nAssistant:') + '\n\nAssistant:'.length)
  const whole = ` ${says}\n\nUser:`
  return whole.startsWith(turn) ? whole.slice(turn.length) : whole
}

const page = `# People of the harbour

## Bakers

Mara Lund lives in Lowen. She works as a baker, and her phone number is 3415.

## Musicians

Tom Brandt plays the violin. He was born in Garding in 1931.
`

async function addDocument(app: TestApplication, name: string, text: string): Promise<string> {
  const { file } = await app.application.files.receive(Readable.from([Buffer.from(text)]), name)
  const [document] = await app.call('documents.add', { files: [file], collection: null })
  const id = document?.id ?? ''
  await app.until(async () => (await app.storage.read.document(id))?.status === 'ready', 60)
  return id
}

async function asked(document: string, strict = true): Promise<string> {
  const conversation = randomUUID()
  await here.call('conversations.setSources', {
    conversation,
    sources: [{ document, use: 'search' }],
    strict,
  })
  await here.ask(conversation, null, 'Where does Mara Lund live?')
  return conversation
}

async function exported(
  app: TestApplication,
  conversations: string[] | null,
  thinking = true,
): Promise<string> {
  const given = await app.call('export.run', { conversations, format: 'json', thinking })
  return readFileSync((await app.application.files.find(given?.download ?? '')).path, 'utf8')
}

async function imported(app: TestApplication, content: string | Buffer) {
  const { file } = await app.application.files.receive(Readable.from([Buffer.from(content)]), 'chats.json')
  return await app.call('import.run', { file })
}

async function evidenceOf(app: TestApplication, conversation: string): Promise<Evidence> {
  const [evidence] = await app.call('evidence.list', { conversation })
  if (evidence === undefined) throw new Error('no evidence')
  return evidence
}

/** What is new by nature: ids. */
function comparable({ message: _, sources, passages, ...rest }: Evidence): unknown {
  return {
    ...rest,
    sources: sources.map(({ document: _d, ...source }) => source),
    passages: passages.map(({ document: _d, ...passage }) => passage),
  }
}

describe('a chat in JSON', () => {
  it(
    'arrives elsewhere with its document, its evidence, and what the model was given',
    { timeout: 60_000 },
    async () => {
      const document = await addDocument(here, 'people.md', page)
      const conversation = await asked(document)
      const report = await imported(there, await exported(here, [conversation]))
      expect(report).toMatchObject({ source: 'roost', messages: 2, documents: 1 })
      const [arrived = ''] = report.conversations
      const { sources, strict } = await there.call('conversations.sources', { conversation: arrived })
      const [source] = sources
      if (source === undefined || !('document' in source)) throw new Error('the document did not come along')
      expect([strict, source.use]).toEqual([true, 'search'])

      // The same text in the same passages, so that every offset means the same.
      const before = await here.storage.read.passagesOf(document, 0, 100)
      const after = await there.storage.read.passagesOf(source.document, 0, 100)
      const cut = (passages: typeof before) =>
        passages.map(({ start, end, headings, text }) => ({ start, end, headings, text }))
      expect(cut(after)).toEqual(cut(before))
      expect(await there.call('documents.outline', { document: source.document })).toEqual(
        await here.call('documents.outline', { document }),
      )

      const evidence = await evidenceOf(there, arrived)
      expect(comparable(evidence)).toEqual(comparable(await evidenceOf(here, conversation)))
      expect(evidence.passages[0]).toMatchObject({ document: source.document, cited: true })
      const [citation] = evidence.citations
      const { text } = await there.call('documents.text', {
        document: source.document,
        start: citation?.quote?.start ?? 0,
        end: citation?.quote?.end ?? 0,
      })
      expect(text).toBe('Mara Lund lives in Lowen.')

      // Read again from its text, the model is given the same turn as then.
      const { activeLeaf } = await there.conversation(arrived)
      await there.ask(arrived, activeLeaf, 'And what is her phone number, 3415?')
      const fed = there.engine.calls
        .filter(({ operation }) => operation === 'generate')
        .map((call) => call.text)
      expect(fed.join('')).toContain('Question: Where does Mara Lund live?\n[1] ')
    },
  )

  it(
    'comes back to where it was written as a copy that uses the same document',
    { timeout: 60_000 },
    async () => {
      const document = await addDocument(here, 'people.md', page)
      const conversation = await asked(document)
      const report = await imported(here, await exported(here, [conversation]))
      expect(report.documents).toBeUndefined()
      const [copy = ''] = report.conversations
      expect(copy).not.toBe(conversation)
      expect((await here.call('conversations.sources', { conversation: copy })).sources).toEqual([
        { document, use: 'search' },
      ])
      expect(await here.storage.read.documents()).toHaveLength(1)
    },
  )

  it('of several brings a document that they share once', { timeout: 60_000 }, async () => {
    const document = await addDocument(here, 'people.md', page)
    await asked(document)
    await asked(document)
    const content = await exported(here, null)
    expect(content.split('Mara Lund lives in Lowen. She works').length - 1).toBeLessThan(6)
    const report = await imported(there, content)
    expect(report).toMatchObject({ documents: 1 })
    expect(report.conversations).toHaveLength(2)
    expect(await there.storage.read.documents()).toHaveLength(1)
    for (const one of report.conversations) {
      expect((await there.call('conversations.sources', { conversation: one })).sources).toHaveLength(1)
    }
  })

  it('without its thoughts has its citations where they stand now', { timeout: 60_000 }, async () => {
    says = '<think>\nIn Lowen, I think.\n</think>\n\nIn Lowen. [1] And [7].'
    const document = await addDocument(here, 'people.md', page)
    const conversation = await asked(document, false)
    const report = await imported(there, await exported(here, [conversation], false))
    const [arrived = ''] = report.conversations
    const answer = (await there.conversation(arrived)).messages.at(-1)
    const { citations } = await evidenceOf(there, arrived)
    expect(citations.map(({ start, end }) => answer?.text.slice(start, end))).toEqual(['[1]', '[7]'])
    expect(citations.map(({ state }) => state)).toEqual(['verified', 'dangling'])
  })

  it('that claims what its passages do not hold is checked anew', { timeout: 60_000 }, async () => {
    const document = await addDocument(here, 'people.md', page)
    const content = await exported(here, [await asked(document)])
    const file = JSON.parse(content) as {
      conversations: {
        messages: { text: string; evidence?: Evidence }[]
        attachments: { passages: unknown[] }[]
      }[]
    }
    const [chat] = file.conversations
    const answer = chat?.messages.find(({ evidence }) => evidence !== undefined)
    if (answer?.evidence === undefined || chat === undefined) throw new Error('no evidence')
    answer.text = 'In Paris. [1][9]'
    answer.evidence.citations = [
      {
        start: 0,
        end: 9,
        number: 9,
        state: 'verified',
        quote: { start: 0, end: 5, text: 'Paris', exact: true },
      },
    ]
    chat.attachments[0]?.passages.reverse()
    const report = await imported(there, JSON.stringify(file))
    const [arrived = ''] = report.conversations
    expect((await evidenceOf(there, arrived)).citations).toEqual([
      { start: 10, end: 13, number: 1, state: 'verified', quote: null },
      { start: 13, end: 16, number: 9, state: 'dangling', quote: null },
    ])
    // Passages that do not fit their text are made anew from it.
    const [row] = await there.storage.read.documents()
    await there.until(async () => (await there.storage.read.document(row?.id ?? ''))?.status === 'ready', 60)
    const { text } = await there.storage.read.documentText(row?.id ?? '', 0, 10_000)
    expect(text).toContain('Mara Lund lives in Lowen.')
  })

  it('whose file breaks off leaves neither chat nor document behind', { timeout: 60_000 }, async () => {
    const document = await addDocument(here, 'people.md', page)
    await asked(document)
    await asked(document)
    const content = await exported(here, null)
    await expect(imported(there, content.slice(0, -40))).rejects.toMatchObject({ code: 'archive_damaged' })
    expect(await there.call('conversations.list', {})).toEqual([])
    expect(await there.storage.read.documents()).toEqual([])
  })
})

it('a .roost file keeps pages, headings and offsets of its documents too', { timeout: 60_000 }, async () => {
  const document = await addDocument(here, 'people.md', page)
  const conversation = await asked(document)
  const given = await here.call('portable.export', { conversation })
  const bytes = readFileSync((await here.application.files.find(given?.download ?? '')).path)
  const { file } = await there.application.files.receive(Readable.from([bytes]), 'chat.roost')
  const made = await there.call('portable.import', { file })
  const evidence = await evidenceOf(there, made.id)
  expect(comparable(evidence)).toEqual(comparable(await evidenceOf(here, conversation)))
  const [passage] = evidence.passages
  const { text } = await there.storage.read.documentText(
    passage?.document ?? '',
    passage?.start ?? 0,
    passage?.end ?? 0,
  )
  expect(text).toBe(passage?.text)
})
