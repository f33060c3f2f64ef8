// Addresses of what is open: they are read back as what was written, and nothing that a person types there leads astray.
import { describe, expect, it } from 'vitest'
import { addressOf, routeOf } from './address.ts'
import type { Route } from './address.ts'

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
