// Documents in storage: whole texts from passages, what is found by words of several languages, what is left after a
// removal and after a backup.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../platform/log.ts'
import { prepareDataFolders } from '../platform/paths.ts'
import { openStorage } from './client.ts'
import type { KeptDocument, NewPassage, Storage } from './storage.ts'

let root: string
let storage: Storage

async function open(): Promise<Storage> {
  return await openStorage({
    folders: prepareDataFolders({ data: root, resources: root }),
    log: silentLogger,
  })
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-documents-'))
  storage = await open()
})
afterEach(async () => {
  for (const { id } of await storage.read.documents()) await storage.write.removeDocument(id)
})
afterAll(async () => {
  await storage.close()
  rmSync(root, { recursive: true, force: true })
})

function row(id: string, name: string, collection: string | null = null): KeptDocument {
  return {
    id,
    collection,
    name,
    kind: 'text',
    bytes: 10,
    sha256: null,
    origin: 'file',
    sourcePath: null,
    sourceModified: null,
    status: 'waiting',
    error: null,
    remarks: [],
    pages: null,
    characters: 0,
    passages: 0,
    createdAt: 1,
    revision: 1,
  }
}

async function keep(id: string, name: string, texts: readonly string[], collection: string | null = null) {
  await storage.write.addDocuments([row(id, name, collection)])
  let start = 0
  const passages: NewPassage[] = texts.map((text, ordinal) => {
    const passage = {
      ordinal,
      start,
      end: start + text.length,
      page: null,
      headings: [],
      text: `${text}\n\n`,
    }
    start += text.length + 2
    return passage
  })
  await storage.write.addPassages(id, passages)
  return await storage.write.finishDocument(id, { characters: start, passages: texts.length }, [])
}

async function found(question: string): Promise<string[]> {
  const { passages } = await storage.read.searchPassages({ question, scope: null, limit: 10 })
  return passages.map(({ text }) => text)
}

describe('texts', () => {
  it('are whole again from their passages, at any offset', async () => {
    const texts = ['First piece 😀.', '第二段。', 'Third, the last one.']
    await keep('a', 'a.txt', texts)
    const whole = texts.map((text) => `${text}\n\n`).join('')
    for (const [start, end] of [
      [0, 10_000],
      [0, 0],
      [3, 9],
      [10, 25],
      [17, 18],
      [30, 900],
      [500, 900],
    ] as const) {
      const piece = await storage.read.documentText('a', start, end)
      expect(piece.text, `${start} to ${end}`).toBe(whole.slice(start, end))
      expect(whole.slice(piece.start, piece.end)).toBe(piece.text)
    }
  })

  it('are not shown before the document is ready', async () => {
    await storage.write.addDocuments([row('a', 'a.txt')])
    const passage = { ordinal: 0, start: 0, end: 5, page: null, headings: [], text: 'whale' }
    await storage.write.addPassages('a', [passage])
    expect(await found('whale')).toEqual([])
    await expect(storage.read.documentText('a', 0, 5)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('search', () => {
  beforeEach(async () => {
    await keep('en', 'manual.txt', [
      'The pump was serviced in Aberdeen by three engineers.',
      'Order the seal kit AX-2000/B for pumps built after 1998.',
      'Order the seal kit AX-2100/B for pumps built before that.',
      'Call resetCounter() before the gauge is read; set log_level to 3.',
      'The total came to 12,500.75 euros for Françoise.',
    ])
    await keep('zh', '手册.txt', [
      '本机器由上海光明厂制造，保修期为两年。',
      '密封件每隔五百小时更换一次。',
      '仓库在青岛。',
    ])
    await keep('ja', '案内.txt', ['受付時間は午前九時からです。', '駐車場は建物の裏にあります。'])
  })

  it.each([
    ['who services the pumps in Aberdeen?', 'Aberdeen by'],
    ['AX-2000/B', 'AX-2000/B'],
    ['ax2000b', 'AX-2000/B'],
    ['What is AX-2100 for', 'AX-2100/B'],
    ['how do I reset the counter', 'resetCounter'],
    ['LOG_LEVEL', 'log_level'],
    ['12500.75', '12,500.75'],
    ['francoise', 'Françoise'],
    ['机器是哪个厂制造的？', '光明厂'],
    ['密封件多久更换？', '五百小时'],
    ['青岛', '青岛'],
    ['岛', '青岛'],
    ['受付は何時からですか', '受付時間'],
    ['駐車場はどこですか', '駐車場'],
    ['ＡＸ－２０００', 'AX-2000/B'],
  ])('%s is answered from the right passage', async (question, expected) => {
    expect((await found(question))[0]).toContain(expected)
  })

  it('stays within the scope', async () => {
    await storage.write.putCollection({ id: 'c', name: 'C', watchedPath: null, createdAt: 1 })
    await keep('other', 'other.txt', ['Another pump in Aberdeen.'], 'c')
    const only = await storage.read.searchPassages({
      question: 'pump Aberdeen',
      scope: { collections: ['c'], documents: [] },
      limit: 10,
    })
    expect(only.passages.map(({ document }) => document)).toEqual(['other'])
    expect(only.searched).toBe(1)
    const none = await storage.read.searchPassages({
      question: 'pump',
      scope: { collections: [], documents: [] },
      limit: 10,
    })
    expect(none).toMatchObject({ passages: [], searched: 0 })
  })

  it.each(['"', "' OR 1 --", 'NEAR(', '* AND -', '\u0000', '{name}: x', '\ud800', 'a'.repeat(4000)])(
    'takes %j as words',
    async (question) => {
      await expect(storage.read.searchPassages({ question, scope: null, limit: 5 })).resolves.toMatchObject({
        searched: 10,
      })
    },
  )
})

describe('what is removed', () => {
  it('is gone with its passages and its rows of the index', async () => {
    await keep('a', 'a.txt', ['A whale was seen.'])
    await keep('b', 'b.txt', ['A whale was heard.'])
    await storage.write.removeDocument('a')
    expect(await found('whale')).toEqual(['A whale was heard.'])
    await expect(storage.read.documentText('a', 0, 5)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('leaves the documents of a removed collection in none', async () => {
    await storage.write.putCollection({ id: 'c', name: 'C', watchedPath: null, createdAt: 1 })
    await keep('a', 'a.txt', ['text'], 'c')
    await storage.write.removeCollection('c')
    expect(await storage.read.document('a')).toMatchObject({ collection: null })
  })
})

it('a restored backup has the texts, and its index is made again', async () => {
  await keep('a', 'a.txt', ['A whale was seen.', 'And a seal.'])
  await storage.backUp()
  const backup = (await storage.backups())[0]
  await storage.requestRestore(backup?.name ?? '')
  await storage.close()
  storage = await open()
  expect((await storage.read.documentText('a', 0, 100)).text).toBe('A whale was seen.\n\nAnd a seal.\n\n')
  expect(await storage.read.documentsToIndex()).toEqual(['a'])
  expect(await storage.write.indexPassages('a', 0, 1)).toBe(1)
  expect(await storage.write.indexPassages('a', 1, 5)).toBeNull()
  expect(await storage.read.documentsToIndex()).toEqual([])
  expect(await found('whale')).toEqual(['A whale was seen.'])
})
