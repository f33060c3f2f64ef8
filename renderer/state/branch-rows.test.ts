import { describe, expect, it } from 'vitest'
import type { Message } from '../../electron/contract/entities.ts'
import { branchRows } from './branch-rows.ts'
import { emptyTree, withActiveLeaf, withMessages } from './message-tree.ts'
import { ownMessage } from './own-message.ts'

const row = (id: string, parent: string | null): Message =>
  ownMessage({ now: () => 0 }, 'c', id, parent, id.startsWith('q') ? 'user' : 'assistant', id)

function tree(leaf: string, ...links: [id: string, parent: string | null][]) {
  return withActiveLeaf(
    withMessages(
      emptyTree('c'),
      links.map(([id, parent]) => row(id, parent)),
    ),
    leaf,
  )
}

describe('S5: the branches of a chat', () => {
  it('are a plain list where nothing branches', () => {
    const rows = branchRows(tree('a2', ['q1', null], ['a1', 'q1'], ['q2', 'a1'], ['a2', 'q2']))
    expect(rows.map(({ id, depth, shown, isLeaf }) => [id, depth, shown, isLeaf])).toEqual([
      ['a1', 0, true, false],
      ['a2', 0, true, true],
    ])
  })

  it('step in where the ways part, each version followed by what came after it', () => {
    const rows = branchRows(
      tree(
        'a3',
        ['q1', null],
        ['a1', 'q1'],
        ['b1', 'q1'],
        ['q2', 'a1'],
        ['a2', 'q2'],
        ['q3', 'b1'],
        ['a3', 'q3'],
        ['q4', 'b1'],
      ),
    )
    expect(rows.map(({ id, depth, shown }) => [id, depth, shown])).toEqual([
      ['a1', 1, false],
      ['a2', 1, false],
      ['b1', 1, true],
      ['a3', 2, true],
      ['q4', 2, false],
    ])
  })

  it('are told of 20,000 messages in a row without running out of depth', () => {
    const links: [string, string | null][] = []
    for (let i = 0; i < 10_000; i++) links.push([`q${i}`, i === 0 ? null : `a${i - 1}`], [`a${i}`, `q${i}`])
    expect(branchRows(tree('a9999', ...links))).toHaveLength(10_000)
  })
})
