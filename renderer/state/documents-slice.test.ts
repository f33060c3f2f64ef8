// Documents as the window holds them: what came by an event is not lost to an answer that was on its way, and of many
// files the bad ones alone stay behind.
import { describe, expect, it } from 'vitest'
import type { Document, DocumentLibrary } from '../../electron/contract/document-entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { scopeInput } from './documents-slice.ts'
import { storeOn } from './store-for-tests.ts'

function row(id: string, extra: Partial<Document> = {}): Document {
  return {
    id,
    collection: null,
    name: id,
    kind: 'text',
    bytes: 1,
    origin: 'file',
    status: 'ready',
    fraction: null,
    error: null,
    remarks: [],
    pages: null,
    characters: 1,
    passages: 1,
    createdAt: 0,
    revision: 1,
    reading: {
      phase: 'none',
      doneTokens: 0,
      totalTokens: null,
      secondsLeft: null,
      model: null,
      bytes: 0,
      error: null,
    },
    ...extra,
  }
}

const file = (name: string): File => new File(['words'], name)
const idsOf = (documents: ReadonlyMap<string, Document> | null): string[] => [...(documents?.keys() ?? [])]

describe('the list of documents', () => {
  it('is not given up for one row that an event brought while it was on its way', async () => {
    const { store } = storeOn((): DocumentLibrary => {
      store.getState().applyDocument(row('b', { status: 'parsing', revision: 5 }))
      return { collections: [], documents: [row('a'), row('b', { status: 'waiting', revision: 4 })] }
    })
    await store.getState().openDocuments()
    const { documents } = store.getState()
    expect(idsOf(documents)).toEqual(['a', 'b'])
    expect(documents?.get('b')?.status).toBe('parsing')
  })

  it('keeps a row that was added after the host had made the list', async () => {
    const { store } = storeOn((): DocumentLibrary => {
      store.getState().applyDocument(row('new'))
      return { collections: [], documents: [row('a')] }
    })
    await store.getState().openDocuments()
    expect(idsOf(store.getState().documents)).toEqual(['a', 'new'])
  })

  it('is older than a whole list that an event brought meanwhile: what was removed stays removed', async () => {
    const { store } = storeOn((): DocumentLibrary => {
      store.getState().applyDocuments([], [row('a')])
      return { collections: [], documents: [row('a'), row('removed')] }
    })
    await store.getState().openDocuments()
    expect(idsOf(store.getState().documents)).toEqual(['a'])
  })

  it('loses what is gone when it is fetched again', async () => {
    const lists = [[row('a'), row('gone')], [row('a')]]
    const { store } = storeOn((): DocumentLibrary => ({ collections: [], documents: lists.shift() ?? [] }))
    await store.getState().openDocuments()
    await store.getState().openDocuments()
    expect(idsOf(store.getState().documents)).toEqual(['a'])
  })

  it('does not go back to an older state of a row', () => {
    const { store } = storeOn(() => null)
    store.getState().applyDocument(row('a', { revision: 7, name: 'new' }))
    store.getState().applyDocument(row('a', { revision: 6, name: 'old' }))
    expect(store.getState().documents?.get('a')?.name).toBe('new')
  })
})

describe('files that are added', () => {
  it('leave those behind that could not be handed over, each with its reason', async () => {
    const { store } = storeOn(
      (_name, { files }: { files: string[] }) => files.map((id) => row(id)),
      (given) => {
        if (given.name === 'huge') throw new RoostError('file_too_large', { limitBytes: 10 })
        return given.name
      },
    )
    await store.getState().addFiles(['a', 'huge', 'b'].map(file), { kind: 'library', collection: null })
    expect(idsOf(store.getState().documents)).toEqual(['a', 'b'])
    expect(store.getState().incoming).toEqual([
      expect.objectContaining({
        name: 'huge',
        problem: { code: 'file_too_large', detail: { limitBytes: 10 } },
      }),
    ])
  })

  it('do not hold up one another when the host refuses one of them', async () => {
    const { store } = storeOn((_name, { files }: { files: string[] }) => {
      if (files.includes('gone')) throw new RoostError('file_missing', { file: 'gone' })
      return files.map((id) => row(id))
    })
    await store.getState().addFiles(['a', 'gone', 'b'].map(file), { kind: 'library', collection: null })
    expect(idsOf(store.getState().documents)).toEqual(['a', 'b'])
    expect(store.getState().incoming.map(({ name, problem }) => [name, problem?.code])).toEqual([
      ['gone', 'file_missing'],
    ])
  })

  it('beyond what a chat may have as sources are not attached, and that is said', async () => {
    const chat = 'chat'
    const { store } = storeOn((name, input: { files?: string[]; sources?: unknown }) =>
      name === 'documents.add'
        ? (input.files ?? []).map((id) => row(id))
        : { sources: input.sources ?? [], strict: false },
    )
    const had = Array.from({ length: LIMITS.sourcesOfChat - 2 }, (_, index) => ({
      document: `old-${index}`,
      use: 'search' as const,
    }))
    store.getState().applySources(chat, { sources: had, strict: false })
    await store
      .getState()
      .addFiles(['a', 'b', 'c', 'd', 'e'].map(file), { kind: 'chat', conversation: chat, use: 'read' })
    const { sources, notices } = store.getState()
    expect(sources[chat]?.sources).toHaveLength(LIMITS.sourcesOfChat)
    expect(sources[chat]?.sources.slice(-2)).toEqual([
      { document: 'a', use: 'read' },
      { document: 'b', use: 'read' },
    ])
    expect(notices.map(({ code, detail }) => [code, detail['count']])).toEqual([['chat_sources_full', 3]])
  })
})

it('removing the document that is looked at closes it', async () => {
  const { store } = storeOn(() => undefined)
  store.getState().applyDocuments([], [row('a'), row('b')])
  store.getState().patchView({ documentShown: { document: 'a' } })
  await store.getState().removeDocuments(['a'])
  expect(store.getState().documentShown).toBeNull()
  expect(idsOf(store.getState().documents)).toEqual(['b'])
})

it('a search of what lies in no collection names these documents: an empty scope would mean everything', () => {
  expect(scopeInput({ kind: 'loose' }, [row('a'), row('b', { collection: 'c' })])).toEqual({
    collections: [],
    documents: ['a'],
  })
})
