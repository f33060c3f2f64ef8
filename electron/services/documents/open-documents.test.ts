// Documents through the calls of the window, with the process that reads them: from a pasted text to a found passage, and
// away again.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'

it('a pasted text is read, found, shown, renamed, moved and removed', async () => {
  const application = await TestApplication.open({ model: null })
  try {
    const document = randomUUID()
    const collection = randomUUID()
    await application.call('collections.create', { collection, name: 'Boats' })
    const text = 'The dinghy Marigold leaks at the stern.\n\nHer mast is of spruce.'
    const input = { document, name: 'Boat book', text, collection }
    expect(await application.call('documents.addText', input)).toMatchObject({ id: document, collection })
    await expect
      .poll(
        async () => {
          const { documents } = await application.call('documents.list', {})
          return documents.map(({ status, error }) => error?.code ?? status)
        },
        { timeout: 60_000, interval: 200 },
      )
      .toEqual(['ready'])
    const search = async () =>
      await application.call('documents.search', {
        question: 'Where does the Marigold leak?',
        scope: { collections: [collection], documents: [] },
        limit: 5,
        rerank: true,
      })
    const found = await search()
    expect(found.passages.map((passage) => passage.document)).toEqual([document])
    expect(found.stages.map(({ name, skipped }) => [name, skipped])).toEqual([
      ['words', null],
      ['likelihood', 'no_model'],
    ])
    const [passage] = found.passages
    const piece = await application.call('documents.text', {
      document,
      start: passage?.start ?? 0,
      end: passage?.end ?? 0,
    })
    expect(piece.text).toBe(passage?.text)
    const part = await application.call('documents.part', { document, offset: 0 })
    expect(Buffer.from(part.base64, 'base64').toString()).toBe(text)
    await application.call('documents.rename', { document, name: 'Boat book 2' })
    await application.call('documents.move', { documents: [document], collection: null })
    expect((await search()).passages).toEqual([])
    await application.call('documents.remove', { documents: [document] })
    expect((await application.call('documents.list', {})).documents).toEqual([])
    expect(existsSync(join(application.root, 'documents', document))).toBe(false)
  } finally {
    await application.destroy()
  }
}, 120_000)
