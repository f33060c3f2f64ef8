import { describe, expect, it } from 'vitest'
import { groupConversations } from './conversation-groups.ts'

const now = new Date(2026, 10, 21, 9, 0).getTime()

function conversation(id: string, updatedAt: number, pinned = false, folder: string | null = null) {
  return {
    id,
    title: id,
    createdAt: 0,
    updatedAt,
    revision: 1,
    generating: false,
    pinned,
    folder,
    tags: [],
    unread: false,
  }
}

describe('the order of the rail', () => {
  it('puts pinned chats first and the rest by calendar days, not by hours', () => {
    const groups = groupConversations(
      [
        conversation('old', new Date(2026, 8, 3).getTime()),
        conversation('late yesterday', new Date(2026, 10, 20, 23, 59).getTime()),
        conversation('early today', new Date(2026, 10, 21, 0, 1).getTime()),
        conversation('pinned and old', new Date(2020, 0, 1).getTime(), true),
        conversation('six days', new Date(2026, 10, 15, 12).getTime()),
        conversation('three weeks', new Date(2026, 10, 1, 12).getTime()),
        conversation('now', now),
      ],
      now,
    )
    expect(groups.map(({ key, conversations }) => [key, conversations.map(({ id }) => id)])).toEqual([
      ['pinned', ['pinned and old']],
      ['today', ['now', 'early today']],
      ['yesterday', ['late yesterday']],
      ['lastWeek', ['six days']],
      ['lastMonth', ['three weeks']],
      ['month:2026-09', ['old']],
    ])
  })

  it('is empty for nothing', () => {
    expect(groupConversations([], now)).toEqual([])
  })
})
