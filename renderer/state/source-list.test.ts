// Which attachments belong to which question: they stand at the message they came with, and only there.
import { describe, expect, it } from 'vitest'
import type { Message } from '../../electron/contract/entities.ts'
import type { Evidence, Source } from '../../electron/contract/evidence.ts'
import { emptyTree } from './message-tree.ts'
import type { Tree } from './message-tree.ts'
import { attachedTo, lastEvidence, newSources, presentSources, withSources } from './source-list.ts'

const chain = (...ids: string[]): Tree => ({
  ...emptyTree('chat'),
  byId: Object.fromEntries(ids.map((id, at) => [id, { id, parent: ids[at - 1] ?? null } as Message])),
  order: ids,
  activeLeaf: ids.at(-1) ?? null,
})

const asked = (message: string, ...sources: Evidence['sources']): Evidence => ({
  message,
  mode: 'passages',
  strict: false,
  sources,
  read: [],
  passages: [],
  citations: [],
  searchedFor: null,
  stages: [],
  refused: null,
})
const used = (document: string, use: Source['use'] = 'search'): Evidence['sources'][number] => ({
  document,
  collection: null,
  name: document,
  use,
})

describe('attachments', () => {
  const tree = chain('q1', 'a1', 'q2', 'a2')
  const evidence = {
    a1: asked('a1', used('old')),
    a2: asked('a2', used('old'), used('new'), used('letter', 'quote')),
  }

  it('of a question are those that the question before did not have', () => {
    expect(attachedTo(tree, 'q1', evidence).map(({ name }) => name)).toEqual(['old'])
    expect(attachedTo(tree, 'q2', evidence).map(({ name }) => name)).toEqual(['new', 'letter'])
  })

  it('that are quoted once come with each question that quotes them, again and again', () => {
    const again = { a1: asked('a1', used('letter', 'quote')), a2: asked('a2', used('letter', 'quote')) }
    expect(attachedTo(tree, 'q2', again).map(({ name }) => name)).toEqual(['letter'])
  })

  it('of a question that was asked without documents are none, and what was before is not forgotten', () => {
    const longer = chain('q1', 'a1', 'q2', 'a2', 'q3', 'a3')
    const gap = { a1: asked('a1', used('old')), a3: asked('a3', used('old'), used('new')) }
    expect(attachedTo(longer, 'q2', gap)).toEqual([])
    expect(attachedTo(longer, 'q3', gap).map(({ name }) => name)).toEqual(['new'])
  })

  it('come with the next message until an answer of the shown path has had them', () => {
    const sources: Source[] = [
      { document: 'old', use: 'search' },
      { document: 'new', use: 'read' },
      { collection: 'c', use: 'search' },
    ]
    const first = lastEvidence(chain('q1', 'a1'), { a1: asked('a1', used('old')) })
    expect(newSources(sources, first)).toEqual([
      { document: 'new', use: 'read' },
      { collection: 'c', use: 'search' },
    ])
    expect(newSources(sources, null)).toEqual(sources)
  })

  it('whose document was removed come with no message: a nameless one would stand there', () => {
    const sources: Source[] = [
      { document: 'here', use: 'search' },
      { document: 'gone', use: 'search' },
      { collection: 'gone too', use: 'search' },
    ]
    expect(presentSources(sources, new Map([['here', 1]]), [])).toEqual([{ document: 'here', use: 'search' }])
    expect(presentSources(sources, null, [])).toEqual(sources)
  })

  it('given again take the new use and keep their place', () => {
    const list: Source[] = [
      { document: 'a', use: 'search' },
      { document: 'b', use: 'search' },
    ]
    expect(withSources(list, [{ document: 'a', use: 'read' }])).toEqual([
      { document: 'a', use: 'read' },
      { document: 'b', use: 'search' },
    ])
  })
})
