import { describe, expect, it } from 'vitest'
import { railRows, rangeOf, tagsOf } from './rail-rows.ts'
import type { RailRow } from './rail-rows.ts'

const now = new Date(2026, 10, 21, 9, 0).getTime()

function chat(id: string, extra: { folder?: string; pinned?: boolean; tags?: string[] } = {}) {
  return {
    id,
    title: id,
    createdAt: 0,
    updatedAt: now,
    revision: 1,
    generating: false,
    pinned: extra.pinned ?? false,
    folder: extra.folder ?? null,
    tags: extra.tags ?? [],
    unread: false,
  }
}

const folders = [
  { id: 'f1', name: 'Work', open: true },
  { id: 'f2', name: 'Boats', open: false },
]
const names = (rows: readonly RailRow[]): string[] =>
  rows.map((row) =>
    row.kind === 'chat' ? row.key : row.kind === 'folder' ? `[${row.folder.name} ${row.count}]` : row.key,
  )
const rowsOf = (conversations: ReturnType<typeof chat>[], tag: string | null = null): RailRow[] =>
  railRows({ conversations, folders, tag, now, compare: (a, b) => a.localeCompare(b) })

describe('the rows of the rail', () => {
  it('pinned first, folders by name with what lies in the open ones, then days', () => {
    const rows = rowsOf([
      chat('loose'),
      chat('in work', { folder: 'f1' }),
      chat('in boats', { folder: 'f2' }),
      chat('pinned in work', { folder: 'f1', pinned: true }),
      chat('in a folder that is gone', { folder: 'f9' }),
    ])
    expect(names(rows)).toEqual([
      'group pinned',
      'pinned in work',
      '[Boats 1]',
      '[Work 1]',
      'in work',
      'group today',
      'loose',
      'in a folder that is gone',
    ])
  })

  it('with a tag, only what has it, and no empty folder', () => {
    const rows = rowsOf(
      [chat('a', { tags: ['sea'] }), chat('b'), chat('c', { folder: 'f1', tags: ['sea'] })],
      'sea',
    )
    expect(names(rows)).toEqual(['[Work 1]', 'c', 'group today', 'a'])
    expect(tagsOf([chat('a', { tags: ['x', 'sea'] }), chat('c', { tags: ['sea'] })])).toEqual(['sea', 'x'])
  })

  it('a range runs over folders and headings, in either direction', () => {
    const rows = rowsOf([chat('p', { pinned: true }), chat('w', { folder: 'f1' }), chat('x'), chat('y')])
    const all = rows.flatMap((row) => (row.kind === 'chat' ? [row.key] : []))
    expect(rangeOf(rows, all[0]!, all[2]!)).toEqual(all.slice(0, 3))
    expect(rangeOf(rows, all[3]!, all[1]!)).toEqual(all.slice(1))
    expect(rangeOf(rows, 'gone', 'x')).toEqual(['x'])
  })
})
