// Importing and watched folders: what a row goes through, what survives a crash, what is read again and what is not.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countingParser, TestLibrary } from '../../../tests/documents/test-library.ts'

let root: string
let sources: string
let library: TestLibrary
let parser: ReturnType<typeof countingParser>

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-import-'))
  sources = join(root, 'sources')
  mkdirSync(sources)
  parser = countingParser()
  library = await TestLibrary.open(root, parser.parse)
})
afterEach(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

function write(name: string, text: string): string {
  const path = join(sources, name)
  writeFileSync(path, text)
  return path
}

describe('a file', () => {
  it('becomes a document that is found, and goes with its text, index and copy', async () => {
    const path = write('whales.txt', 'A whale was seen near Tromsø.\n\nIt dived.')
    const id = await library.add(path)
    await library.imports.idle()
    expect(library.rows.face(id)).toMatchObject({
      status: 'ready',
      name: 'whales.txt',
      passages: 1,
      error: null,
    })
    rmSync(path) // the copy is what counts from now on
    const part = await library.imports.part(id, 0)
    expect(Buffer.from(part.base64, 'base64').toString()).toContain('Tromsø')
    const search = () => library.storage.read.searchPassages({ question: 'whale', scope: null, limit: 5 })
    expect((await search()).passages).toHaveLength(1)
    await library.imports.remove([id])
    expect((await search()).passages).toHaveLength(0)
    expect(existsSync(join(library.folder, id))).toBe(false)
    expect(await library.storage.read.documents()).toEqual([])
  })

  it('that cannot be read says so, keeps its row, and can be tried again', async () => {
    const id = await library.add(write('bad.txt', 'broken'))
    const good = await library.add(write('good.txt', 'fine'))
    await library.imports.idle()
    expect(library.rows.face(id)).toMatchObject({
      status: 'failed',
      error: { code: 'document_damaged', detail: { reason: 'It is broken.' } },
    })
    expect(library.rows.face(good).status).toBe('ready')
    writeFileSync(join(library.folder, id), 'mended')
    await library.imports.retry(id)
    await library.imports.idle()
    expect(library.rows.face(id)).toMatchObject({ status: 'ready', error: null })
  })

  it('is one document in a collection, however often it is added', async () => {
    const first = await library.add(write('a.txt', 'same content'))
    const again = await library.add(write('other name.txt', 'same content'))
    const third = await library.add(write('c.txt', 'SAME CONTENT'))
    expect(again).toBe(first)
    expect(third).not.toBe(first)
    await library.imports.idle()
    expect(parser.read).toEqual(['a.txt', 'c.txt'])
  })

  it('that was waiting when everything stopped is read at the next start, once', async () => {
    const id = await library.add(write('a.txt', 'first'))
    await library.imports.close() // before or while it is read
    await library.close()
    const read = parser.read.length
    library = await TestLibrary.open(root, parser.parse)
    library.imports.start()
    await library.imports.idle()
    expect(library.rows.face(id)).toMatchObject({ status: 'ready', passages: 1 })
    expect(parser.read.length).toBeLessThanOrEqual(read + 1)
    const { text } = await library.storage.read.documentText(id, 0, 100)
    expect(text).toBe('first')
  })

  it('of pasted text is written once, however often it is sent', async () => {
    await library.imports.addText('an-id', 'Pasted', 'some text', null)
    await library.imports.addText('an-id', 'Pasted', 'some text', null)
    await library.imports.idle()
    expect(await library.storage.read.documents()).toHaveLength(1)
    expect(library.rows.face('an-id')).toMatchObject({ origin: 'pasted', status: 'ready' })
  })

  it('is found by its new name after it was renamed', async () => {
    const id = await library.add(write('a.txt', 'text of it'))
    await library.imports.idle()
    await library.imports.rename(id, 'annual-report.txt')
    const { passages } = await library.storage.read.searchPassages({
      question: 'annual report',
      scope: null,
      limit: 5,
    })
    expect(passages.map(({ documentName }) => documentName)).toEqual(['annual-report.txt'])
  })
})

describe('a watched folder', () => {
  const watched = 'collection'

  async function begin(): Promise<void> {
    await library.rows.putCollection({ id: watched, name: 'C', watchedPath: sources, createdAt: 1 })
    await compare()
  }

  async function compare(): Promise<void> {
    await library.watch.compare(watched)
    await library.imports.idle()
  }

  const names = (): string[] =>
    library.rows
      .inCollection(watched)
      .map(({ name }) => name)
      .sort()

  it('of 1,000 files has only the one read again that changed (S19)', async () => {
    for (let index = 0; index < 1000; index++) write(`file ${index}.txt`, `content ${index}`)
    await begin()
    expect(parser.read).toHaveLength(1000)
    expect(library.rows.all().every(({ status }) => status === 'ready')).toBe(true)
    write('file 417.txt', 'another content altogether')
    utimesSync(join(sources, 'file 5.txt'), new Date(), new Date(Date.now() + 5000)) // touched only
    await compare()
    expect(parser.read.slice(1000)).toEqual(['file 417.txt'])
  }, 120_000)

  it('follows additions, removals, renames, and failures that were mended', async () => {
    write('kept.txt', 'kept')
    write('gone.txt', 'gone')
    write('moved.txt', 'moved along')
    write('bad.txt', 'broken')
    write('picture.png', 'no document')
    write('.hidden.txt', 'hidden')
    await begin()
    expect(names()).toEqual(['bad.txt', 'gone.txt', 'kept.txt', 'moved.txt'])
    parser.read.length = 0
    rmSync(join(sources, 'gone.txt'))
    mkdirSync(join(sources, 'below'))
    renameSync(join(sources, 'moved.txt'), join(sources, 'below', 'new name.txt'))
    write('new.txt', 'new')
    await compare()
    expect(names()).toEqual(['bad.txt', 'kept.txt', 'new name.txt', 'new.txt'])
    expect(parser.read).toEqual(['new.txt']) // neither what failed and did not change, nor what only moved
    write('bad.txt', 'mended now')
    await compare()
    expect(library.rows.all().find(({ name }) => name === 'bad.txt')?.status).toBe('ready')
    expect(existsSync(library.folder) ? readdirSync(library.folder) : []).toEqual([]) // nothing is copied
  })

  it('that is not there loses nothing', async () => {
    write('a.txt', 'a')
    await begin()
    renameSync(sources, `${sources}-away`)
    await compare()
    expect(names()).toEqual(['a.txt'])
    expect(library.rows.collectionFace(watched).watchedPresent).toBe(false)
    renameSync(`${sources}-away`, sources)
    await compare()
    expect(library.rows.collectionFace(watched).watchedPresent).toBe(true)
    expect(parser.read).toEqual(['a.txt'])
  })
})
