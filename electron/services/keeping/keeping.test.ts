// Order among conversations: deletion that can be undone, also after a restart; folders, tags, unread answers, search.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillStorage, generatedConversation } from '../../../tests/application/generated-conversations.ts'
import { seededRandom } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { SearchQuery } from '../../contract/keeping.ts'

let app: TestApplication
beforeEach(async () => {
  app = await TestApplication.open()
})
afterEach(() => app.destroy())

const listed = async (): Promise<string[]> => (await app.call('conversations.list', {})).map(({ id }) => id)

describe('S10: deletion', () => {
  it('undone brings rows and states back: the next turn reads nothing again', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    const answers = new Map<string, string>()
    for (const id of ids) answers.set(id, (await app.ask(id, null, 'first')).id)
    const before = await Promise.all(ids.map((id) => app.conversation(id)))
    const deletion = await app.call('conversations.deleteMany', { conversations: ids.slice(0, 2) })
    expect(deletion).toEqual({ conversations: ids.slice(0, 2), remainingMs: 30_000 })
    expect(await listed()).toEqual([ids[2]])
    await expect(app.conversation(ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
    // Nothing can be done to what is out of sight.
    await expect(app.send(ids[0]!, answers.get(ids[0]!)!, 'more')).rejects.toMatchObject({
      code: 'not_found',
    })
    const places = (await found('first')).messages.map(({ conversation }) => conversation)
    expect([...new Set(places)]).toEqual([ids[2]])

    app = await app.restart()
    const [undoable] = await app.call('conversations.undoable', {})
    expect(undoable?.conversations).toEqual(ids.slice(0, 2))
    expect(undoable?.remainingMs).toBeGreaterThan(0)
    await app.call('conversations.restore', { conversations: ids.slice(0, 2) })
    for (const [index, id] of ids.entries()) {
      const now = await app.conversation(id)
      expect(now.messages).toEqual(before[index]?.messages)
      expect(now.activeLeaf).toBe(before[index]?.activeLeaf)
    }
    const next = await app.ask(ids[0]!, answers.get(ids[0]!)!, 'second')
    expect(next.figures).toMatchObject({ rereadTokens: 0 })
    expect(next.figures?.resumedTokens).toBeGreaterThan(0)
    expect(await app.call('conversations.undoable', {})).toEqual([])
  })

  it('stops what is being written, and keeps its words for the way back', async () => {
    app.engine.script.tokenMs = 20
    const id = randomUUID()
    const { answer } = await app.send(id, null, 'a long question that is answered slowly')
    await app.until(() => app.of('answer.delta').length > 2)
    await app.call('conversations.delete', { conversation: id })
    await app.call('conversations.restore', { conversations: [id] })
    const message = (await app.conversation(id)).messages.find((one) => one.id === answer)
    expect(message?.state).toBe('stopped')
    expect(message?.text.length).toBeGreaterThan(0)
  })

  it('is for good when its time is over, with every row; a later undo finds nothing', async () => {
    const id = randomUUID()
    await app.ask(id, null, 'gone')
    await app.storage.write.deleteConversations([id], Date.now() - 40_000)
    expect(await app.call('conversations.undoable', {})).toEqual([])
    app = await app.restart()
    await app.until(async () => (await app.storage.read.deletedBatches()).length === 0)
    await app.call('conversations.restore', { conversations: [id] })
    expect(await listed()).toEqual([])
    expect((await app.storage.read.snapshotUsage()).count).toBe(0)
  })

  it('of hundreds takes one transaction, and comes back as one', async () => {
    const random = seededRandom(3)
    const ids = await fillStorage(
      app.storage,
      Array.from({ length: 300 }, () => generatedConversation(random, { messages: 2, characters: 20 })),
    )
    await app.call('conversations.deleteMany', { conversations: ids })
    expect(await listed()).toEqual([])
    const [batch] = await app.call('conversations.undoable', {})
    await app.call('conversations.restore', { conversations: batch!.conversations })
    expect(new Set(await listed())).toEqual(new Set(ids))
  })
})

describe('S10: folders, tags and unread answers', () => {
  it('survive a restart; a folder that goes leaves its chats', async () => {
    const ids = [randomUUID(), randomUUID()]
    for (const id of ids) await app.ask(id, null, 'x')
    const folder = randomUUID()
    await app.call('folders.create', { folder, name: 'Work' })
    await app.call('folders.create', { folder, name: 'a retry' })
    await app.call('conversations.organise', {
      conversations: ids,
      folder,
      addTags: ['Sea', '海'],
      pinned: true,
    })
    await app.call('conversations.organise', { conversations: [ids[0]!], removeTags: ['sea'] })
    await app.call('folders.change', { folder, open: false })
    app = await app.restart()
    expect(await app.call('folders.list', {})).toEqual([{ id: folder, name: 'Work', open: false }])
    const byId = new Map((await app.call('conversations.list', {})).map((one) => [one.id, one]))
    expect(byId.get(ids[0]!)).toMatchObject({ folder, tags: ['海'], pinned: true })
    expect(byId.get(ids[1]!)).toMatchObject({ folder, tags: ['Sea', '海'] })

    await app.call('folders.delete', { folder })
    expect((await app.call('conversations.list', {})).map((one) => one.folder)).toEqual([null, null])
    expect(app.of('conversation.changed').at(-1)?.conversation.folder).toBeNull()
    await expect(
      app.call('conversations.organise', { conversations: ids, folder: randomUUID() }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('an answer that ended is unread until somebody looked', async () => {
    const id = randomUUID()
    await app.ask(id, null, 'news')
    const unread = async () => (await app.call('conversations.list', {}))[0]?.unread
    expect(await unread()).toBe(true)
    await app.call('conversations.markRead', { conversation: id })
    expect(await unread()).toBe(false)
  })
})

function found(query: string, rest: Partial<SearchQuery> = {}) {
  return app.call('search.run', {
    query,
    in: 'everything',
    since: null,
    until: null,
    folder: null,
    tag: null,
    ...rest,
  })
}

describe('M26: search', () => {
  const texts = [
    'The lighthouse keeper wrote a letter.',
    '灯塔在岛的北端。',
    'A house of light, far from any keeper. keeper keeper',
    '鸟巢',
    '100% of _cases_ and a back\\slash "quoted"',
    'naïve Ünïcode 𠮷野家',
  ]
  const ids = new Map<string, string>()
  beforeEach(async () => {
    ids.clear()
    const random = seededRandom(5)
    for (const [index, text] of texts.entries()) {
      const made = generatedConversation(random, { messages: 1, title: `Chat ${index}` })
      await fillStorage(app.storage, [
        {
          ...made,
          folder: index === 0 ? 'Sea' : null,
          tags: index === 1 ? ['岛'] : [],
          messages: [{ ...made.messages[0]!, text, createdAt: Date.UTC(2026, index, 1) }],
        },
      ])
      ids.set(made.id, text)
    }
  })
  const textsOf = async (query: string, rest: Partial<SearchQuery> = {}): Promise<(string | undefined)[]> =>
    (await found(query, rest)).messages.map(({ conversation }) => ids.get(conversation))

  it('finds words, parts of words, Chinese of any length, also at the very end and in a text of two characters', async () => {
    expect(await textsOf('keeper lighthouse')).toEqual([texts[0]])
    expect(await textsOf('KEEPER')).toHaveLength(2)
    expect((await textsOf('keeper'))[0]).toBe(texts[2]) // most often
    expect(await textsOf('灯塔')).toEqual([texts[1]])
    expect(await textsOf('北端。')).toEqual([texts[1]])
    expect(await textsOf('巢')).toEqual([texts[3]])
    expect(await textsOf('鸟巢')).toEqual([texts[3]])
    expect(await textsOf('𠮷')).toEqual([texts[5]])
    expect(await textsOf('%')).toEqual([texts[4]])
    expect(await textsOf('_c')).toEqual([texts[4]])
    expect(await textsOf('"quoted"')).toEqual([texts[4]])
    expect(await textsOf('k\\s')).toEqual([texts[4]])
    expect(await textsOf('zeppelin')).toEqual([])
    expect(await textsOf('   ')).toEqual([])
  })

  it('marks the place of the hit', async () => {
    const [hit] = (await found('letter')).messages
    const { text, marks } = hit!.snippet
    expect(marks.map(([start, end]) => text.slice(start, end))).toEqual(['letter'])
    const long = `${'padding '.repeat(2000)}needle ${'padding '.repeat(2000)}`
    const made = generatedConversation(seededRandom(6), { messages: 1 })
    await fillStorage(app.storage, [{ ...made, messages: [{ ...made.messages[0]!, text: long }] }])
    const { snippet } = (await found('needle')).messages[0]!
    expect(snippet.text.length).toBeLessThan(200)
    expect(snippet.marks.map(([start, end]) => snippet.text.slice(start, end))).toEqual(['needle'])
  })

  it('looks only where and when it is told to', async () => {
    const folders = await app.call('folders.list', {})
    expect(await textsOf('keeper', { folder: folders[0]!.id })).toEqual([texts[0]])
    expect(await textsOf('keeper', { folder: 'none' })).toEqual([texts[2]])
    expect(await textsOf('岛', { tag: '岛' })).toEqual([texts[1]])
    expect(await textsOf('keeper', { since: Date.UTC(2026, 1, 1) })).toEqual([texts[2]])
    expect(await textsOf('keeper', { until: Date.UTC(2026, 1, 1) })).toEqual([texts[0]])
    const titles = await found('chat', { in: 'titles' })
    expect(titles.titles).toHaveLength(6)
    expect(titles.messages).toEqual([])
  })

  it('finds what is rare among many, by the index as by reading', async () => {
    const random = seededRandom(12)
    await fillStorage(
      app.storage,
      Array.from({ length: 130 }, () =>
        generatedConversation(random, { messages: 60, characters: 30, chinese: 0 }),
      ),
    )
    expect(await textsOf('巢')).toContain(texts[3])
    expect((await textsOf('鸟巢')).filter(Boolean)).toContain(texts[3])
    expect((await found('e')).more).toBe(true)
  })
})
