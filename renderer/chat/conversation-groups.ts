// The rail's order: pinned first, then by the day of the last change, newest first.
import type { ConversationSummary } from '../../electron/contract/entities.ts'

export type GroupKey = 'pinned' | 'today' | 'yesterday' | 'lastWeek' | 'lastMonth' | `month:${string}`

export interface Group {
  readonly key: GroupKey
  /** Some time within the group, for naming its month. */
  readonly time: number
  readonly conversations: readonly ConversationSummary[]
}

function startOfDay(time: number, daysBack: number): number {
  const day = new Date(time)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBack).getTime()
}

/** `now` decides what today is, in the time zone of the window. */
export function groupConversations(list: Iterable<ConversationSummary>, now: number): Group[] {
  const today = startOfDay(now, 0)
  const yesterday = startOfDay(now, 1)
  const lastWeek = startOfDay(now, 7)
  const lastMonth = startOfDay(now, 30)
  const keyOf = (conversation: ConversationSummary): GroupKey => {
    if (conversation.pinned) return 'pinned'
    const time = conversation.updatedAt
    if (time >= today) return 'today'
    if (time >= yesterday) return 'yesterday'
    if (time >= lastWeek) return 'lastWeek'
    if (time >= lastMonth) return 'lastMonth'
    const date = new Date(time)
    return `month:${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`
  }
  const sorted = [...list].sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1))
  const groups = new Map<GroupKey, ConversationSummary[]>()
  for (const conversation of sorted) {
    const key = keyOf(conversation)
    const group = groups.get(key)
    if (group) group.push(conversation)
    else groups.set(key, [conversation])
  }
  const ordered = [...groups].map(([key, conversations]) => ({
    key,
    time: conversations[0]?.updatedAt ?? now,
    conversations,
  }))
  return ordered.sort((a, b) => Number(b.key === 'pinned') - Number(a.key === 'pinned'))
}
