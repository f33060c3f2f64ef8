// Addresses of what is open: they are read back as what was written, and nothing that a person types there leads astray.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { addressOf, followAddress, routeOf } from './address.ts'
import type { Route } from './address.ts'
import { storeOn } from './store-for-tests.ts'

const chat = '6f1d1c1e-9d2b-4b6e-8f53-0c2f3a4b5c6d'
const other = '7a1d1c1e-9d2b-4b6e-8f53-0c2f3a4b5c6d'

const closed = {
  page: 'chat' as const,
  conversation: null,
  sourceShown: null,
  documentsScope: { kind: 'all' as const },
  documentsTab: 'list' as const,
  documentShown: null,
}

describe('what is open on the page of documents', () => {
  const there: [string, Partial<Parameters<typeof addressOf>[0]>, string, Route][] = [
    [
      'a collection',
      { documentsScope: { kind: 'collection', id: other } },
      `#/documents/in/${other}`,
      {
        page: 'documents',
        conversation: null,
        place: { documentsScope: { kind: 'collection', id: other }, documentsTab: 'list' },
      },
    ],
    [
      'the search of what lies in none',
      { documentsScope: { kind: 'loose' }, documentsTab: 'search' },
      '#/documents/loose/search',
      {
        page: 'documents',
        conversation: null,
        place: { documentsScope: { kind: 'loose' }, documentsTab: 'search' },
      },
    ],
    [
      'a document at its passage, whatever was listed before',
      { documentsScope: { kind: 'loose' }, documentShown: { document: other, start: 0, end: 120 } },
      `#/documents/file/${other}/0-120`,
      {
        page: 'documents',
        conversation: null,
        place: { documentShown: { document: other, start: 0, end: 120 } },
      },
    ],
  ]
  it.each(there)('%s', (_name, shown, address, route) => {
    expect(addressOf({ ...closed, page: 'documents', ...shown })).toBe(address)
    expect(routeOf(address)).toEqual(route)
  })

  it('is named in full, so that the way back from a document leads to the list', () => {
    expect(addressOf({ ...closed, page: 'documents' })).toBe('#/documents/all')
  })

  it('stays as it was where the address only names the page', () => {
    expect(routeOf('#/documents')).toEqual({ page: 'documents', conversation: null })
  })
})

describe('a source of an answer', () => {
  it('has an address in its chat', () => {
    const address = addressOf({ ...closed, conversation: chat, sourceShown: { answer: other, number: 3 } })
    expect(address).toBe(`#/chat/${chat}/source/${other}/3`)
    expect(routeOf(address)).toEqual({
      page: 'chat',
      conversation: chat,
      source: { answer: other, number: 3 },
    })
  })

  it('has none on another page, which would open it there', () => {
    expect(
      addressOf({ ...closed, page: 'models', conversation: chat, sourceShown: { answer: other, number: 3 } }),
    ).toBe('#/models')
  })
})

it.each([
  [`#/chat/${chat}/source/../../etc/1`, { page: 'chat', conversation: chat }],
  [`#/chat/${chat}/source/${other}/0`, { page: 'chat', conversation: chat }],
  [`#/chat/${chat}/source/${other}/1e9`, { page: 'chat', conversation: chat }],
  ['#/documents/in/all', { page: 'documents', conversation: null }],
  ['#/documents/file/%2e%2e', { page: 'documents', conversation: null }],
  [
    `#/documents/file/${other}/-1-5`,
    { page: 'documents', conversation: null, place: { documentShown: { document: other } } },
  ],
  ['#/models/x', { page: 'models', conversation: null }],
  ['#javascript:alert(1)', { page: 'chat', conversation: null }],
])('%s leads to the nearest thing there is', (fragment, route) => {
  expect(routeOf(fragment)).toEqual(route)
})

describe('the way back', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** A browser's history at this address, and a window that follows it. */
  function follow(start: string) {
    const entries = [start]
    let at = 0
    let changed: () => void = () => undefined
    const location = {
      get hash() {
        return entries[at] ?? ''
      },
    }
    vi.stubGlobal('location', location)
    vi.stubGlobal('history', {
      pushState: (_state: unknown, _title: string, address: string) => {
        entries.splice((at += 1), entries.length, address)
      },
      replaceState: (_state: unknown, _title: string, address: string) => {
        entries[at] = address
      },
    })
    vi.stubGlobal('addEventListener', (_name: string, listener: () => void) => (changed = listener))
    const { store } = storeOn(() => null)
    followAddress(store)
    // As the window does: what was open of another chat closes.
    store.subscribe((state, before) => {
      if (state.conversation !== before.conversation) state.patchView({ sourceShown: null })
    })
    const to = (address: string): void => {
      entries.splice((at += 1), entries.length, address)
      changed()
    }
    const back = (): void => {
      at -= 1
      changed()
    }
    return { store, entries, to, back }
  }

  it('leads from a document to its list, and from there to the chat', () => {
    const { store, entries, to, back } = follow(`#/chat/${chat}`)
    to('#/documents')
    store.getState().patchView({ documentsScope: { kind: 'collection', id: other } })
    store.getState().patchView({ documentShown: { document: chat } })
    expect(entries).toEqual([
      `#/chat/${chat}`,
      '#/documents/all',
      `#/documents/in/${other}`,
      `#/documents/file/${chat}`,
    ])
    back()
    expect(store.getState()).toMatchObject({
      documentShown: null,
      documentsScope: { kind: 'collection', id: other },
    })
    back()
    back()
    expect(store.getState()).toMatchObject({ page: 'chat', conversation: chat })
    expect(entries).toHaveLength(4)
  })

  it('has one stop for a source, however many of it were looked at', () => {
    const { store, entries, back } = follow(`#/chat/${chat}`)
    store.getState().patchView({ sourceShown: { answer: other, number: 1 } })
    store.getState().patchView({ sourceShown: { answer: other, number: 2 } })
    expect(entries).toEqual([`#/chat/${chat}`, `#/chat/${chat}/source/${other}/2`])
    back()
    expect(store.getState().sourceShown).toBeNull()
  })

  it('to a source of another chat opens both, and leaves no trace of the step between', () => {
    const { store, entries, to } = follow('#/chat')
    const address = `#/chat/${chat}/source/${other}/2`
    to(address)
    expect(store.getState()).toMatchObject({ conversation: chat, sourceShown: { answer: other, number: 2 } })
    expect(entries).toEqual(['#/chat', address])
  })

  it('to "Documents" is the page as it was left, and from a document the list', () => {
    const { store, entries, to } = follow(`#/documents/file/${other}`)
    expect(store.getState().documentShown).toEqual({ document: other })
    to('#/models')
    to('#/documents')
    expect(store.getState().documentShown).toEqual({ document: other })
    expect(entries.at(-1)).toBe(`#/documents/file/${other}`)
    to('#/documents')
    expect(store.getState().documentShown).toBeNull()
    expect(entries.at(-1)).toBe('#/documents/all')
  })
})
