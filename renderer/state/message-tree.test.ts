import { describe, expect, it } from 'vitest'
import type { Message } from '../../electron/contract/entities.ts'
import {
  emptyTree,
  newestLeafUnder,
  pathOf,
  runningAnswer,
  siblingsOf,
  withActiveLeaf,
  withMessages,
  withoutMessage,
} from './message-tree.ts'

function message(id: string, parent: string | null, extra: Partial<Message> = {}): Message {
  return {
    id,
    conversation: 'c',
    parent,
    role: 'user',
    text: id,
    state: 'complete',
    createdAt: 0,
    revision: 1,
    model: null,
    figures: null,
    error: null,
    resumable: false,
    ...extra,
  }
}

// q1 - a1 - q2 - a2
//    \ a1b - q3
const tree = withActiveLeaf(
  withMessages(emptyTree('c'), [
    message('q1', null),
    message('a1', 'q1'),
    message('q2', 'a1'),
    message('a2', 'q2'),
    message('a1b', 'q1'),
    message('q3', 'a1b'),
  ]),
  'q3',
)

describe('the tree of a conversation', () => {
  it('shows the path to the active leaf', () => {
    expect(pathOf(tree)).toEqual(['q1', 'a1b', 'q3'])
    expect(pathOf(tree)).toBe(pathOf(tree))
    expect(pathOf(withActiveLeaf(tree, 'a2'))).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(pathOf(withActiveLeaf(tree, 'gone'))).toEqual([])
  })

  it('knows versions and where each of them ends', () => {
    expect(siblingsOf(tree, 'a1b')).toEqual(['a1', 'a1b'])
    expect(siblingsOf(tree, 'q1')).toEqual(['q1'])
    expect(newestLeafUnder(tree, 'a1')).toBe('a2')
    expect(newestLeafUnder(tree, 'q1')).toBe('q3')
  })

  it('takes a branch away with everything below it, and only that', () => {
    const rest = withoutMessage(tree, 'a1b')
    expect(rest.order).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(rest.activeLeaf).toBe('q1')
    expect(withoutMessage(tree, 'a1').activeLeaf).toBe('q3')
    expect(withoutMessage(tree, 'unknown')).toBe(tree)
  })

  it('never lets an older revision win', () => {
    const newer = withMessages(tree, [message('a1', 'q1', { revision: 3, text: 'new' })])
    expect(withMessages(newer, [message('a1', 'q1', { revision: 2, text: 'old' })]).byId['a1']?.text).toBe(
      'new',
    )
    expect(newer.order).toEqual(tree.order)
  })

  it('ends on a tree that bites its own tail', () => {
    const ring = withActiveLeaf(withMessages(emptyTree('c'), [message('x', 'y'), message('y', 'x')]), 'x')
    expect(pathOf(ring)).toHaveLength(2)
  })

  it('finds the running answer', () => {
    expect(runningAnswer(tree)).toBeNull()
    expect(runningAnswer(withMessages(tree, [message('a3', 'q3', { state: 'generating' })]))).toBe('a3')
    expect(runningAnswer(undefined)).toBeNull()
  })
})
